/** How `round watch` tells what it sees: JSON lines, lines for a file or a pipe, or a block on a terminal that is drawn again in place. */
import type { RoundView } from '@consilium/shared/answers';
import {
  eventLine,
  progressBlock,
  progressNews,
  redrawn,
  type Switches,
  type Told,
} from '@consilium/shared/command-line';
import { progressOf } from './site-progress.js';
import { sentenceOf, type StudyNow } from './study-now.js';
import type { Terminal } from './terminal.js';

export interface Telling {
  /** The study as the coordinator has just answered, changed or not. */
  readonly see: (now: StudyNow, rounds: readonly RoundView[]) => void;
  /** Time went by. */
  readonly tick: () => void;
  /** The study ended: how has yet to be said. */
  readonly end: () => void;
}

const nothing = (): void => undefined;

/** @param clock milliseconds since 1970 */
export function tellingOf(
  terminal: Terminal,
  { json, jsonl }: Switches,
  clock: () => number,
): Telling {
  if (jsonl) {
    return changesAsJson(terminal);
  }
  if (json) {
    return { see: nothing, tick: nothing, end: nothing };
  }
  return terminal.screen === undefined
    ? news(terminal, clock)
    : block(terminal, terminal.screen, clock);
}

function changesAsJson({ print }: Terminal): Telling {
  let told = '';
  const see = (now: StudyNow): void => {
    const text = JSON.stringify(now);
    if (text !== told) {
      print(eventLine(now));
      told = text;
    }
  };
  return { see, tick: nothing, end: nothing };
}

/** A sentence for each phase and pause, which names every site, and lines of single sites between them. */
function news({ print }: Terminal, clock: () => number): Telling {
  let phase = '';
  let told: Told = new Map();
  const see = (now: StudyNow, rounds: readonly RoundView[]): void => {
    const fresh = progressNews(told, progressOf(now, rounds, clock()).sites, clock());
    const { roundNo, attemptNo, phase: ofAttempt } = now.attempt ?? {};
    const next = JSON.stringify([now.phase, now.pause, roundNo, attemptNo, ofAttempt]);
    const lines = next === phase ? fresh.lines : [sentenceOf(now)];
    lines.forEach((line) => print(`${line}\n`));
    phase = next;
    told = fresh.told;
  };
  return { see, tick: nothing, end: nothing };
}

function block(
  { print, colours = false }: Terminal,
  screen: NonNullable<Terminal['screen']>,
  clock: () => number,
): Telling {
  let height = 0;
  let seen: Parameters<Telling['see']> | undefined;
  const draw = (lines: readonly string[]): void => {
    if (height + lines.length > 0) {
      print(redrawn(height, lines));
      height = lines.length;
    }
  };
  const tick = (): void => {
    if (seen === undefined) {
      return;
    }
    const [now, rounds] = seen;
    const { columns, rows } = screen();
    const { study, sites } = progressOf(now, rounds, clock());
    draw(
      study === undefined
        ? [sentenceOf(now).slice(0, columns - 1)]
        : progressBlock([study, ...sites], { columns, rows, colours }, clock()),
    );
  };
  const see: Telling['see'] = (...given) => {
    seen = given;
    tick();
  };
  return { see, tick, end: () => draw([]) };
}
