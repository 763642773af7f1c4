/** Live progress on standard error: a line for each site and phase, as the agents report it. */
import type { JsonEvent } from './program.js';

const SHOWN_EVERY_MS = 2000;

export type Say = (text: string) => void;

/** @returns a listener for the agents' events. */
export function progressLines(say: Say): (site: string, event: JsonEvent) => void {
  const lastShown = new Map<string, number>();
  return (site, event) => {
    const line = lineOf(event);
    if (line === undefined) {
      return;
    }
    if (event.event === 'progress') {
      const now = performance.now();
      if (now - (lastShown.get(site) ?? -Infinity) < SHOWN_EVERY_MS) {
        return;
      }
      lastShown.set(site, now);
    }
    say(`${site.padEnd(14)} ${line}`);
  };
}

function lineOf(event: JsonEvent): string | undefined {
  const round = event['round'] === undefined ? '' : `round ${text(event['round'])}  `;
  switch (event.event) {
    case 'joined':
      return `joined, ${text(event['used'])} pictures used, ${text(event['skipped'])} skipped`;
    case 'progress':
      return `${round}${text(event['phase'])} ${text(event['step'])}/${text(event['steps'])}${loss(event)}`;
    case 'trained':
      return `${round}trained in ${seconds(event)}${loss(event)}`;
    case 'uploaded':
      return `${round}sent ${text(event['bytes'])} bytes that nobody can read`;
    case 'voted':
      return `${round}judged what the round came to: ${text(event['verdict'])}, ${text(event['code'])}`;
    case 'result':
      return `${round}adapter recomputed from the sum; ${text(event['bytesUp'])} bytes up and ${text(event['bytesDown'])} down so far`;
    case 'evaluated':
      return `measured on ${text(event['split'])}: balanced accuracy ${number(event['balancedAccuracy'])}`;
    default:
      return undefined;
  }
}

function loss(event: JsonEvent): string {
  return typeof event['loss'] === 'number' ? `, loss ${event['loss'].toFixed(4)}` : '';
}

function seconds(event: JsonEvent): string {
  return `${(Number(event['ms'] ?? 0) / 1000).toFixed(1)} s`;
}

function number(value: unknown): string {
  return typeof value === 'number' ? value.toFixed(3) : text(value);
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '?';
}
