/** `npm run demo`: see --help. Exit codes: 0 verified, or closed after --open; 1 failed or not verified; 4 bad arguments; 130 interrupted. */
import { createInterface } from 'node:readline';
import { drawsInPlace, showsColours } from '@consilium/shared/command-line';
import { type DemoOptions, parseDemoOptions } from './demo-options.js';
import { type DemoResult, scoreTable } from './demo-result.js';
import { DEMO_ROUNDS } from './demo-study.js';
import { runDemo } from './demo.js';
import { type Display, drawnDisplay, linesDisplay } from './display.js';
import { OPEN_ROUNDS, type OpenPages, openDemo } from './open-demo.js';
import { endCommands } from './program.js';
import { SHIPPED_BACKBONE } from './shipped-backbone.js';

const INTERRUPTED = 130;

const options = parseDemoOptions(process.argv.slice(2));
const started = performance.now();
const display = displayFor(options);
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    interruption.abort();
    endCommands();
  });
}

try {
  await (options.open ? stay(options) : runToTheEnd(options));
} catch (error) {
  display.end();
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = interruption.signal.aborted ? INTERRUPTED : 1;
}

async function runToTheEnd(given: DemoOptions): Promise<void> {
  const result = await runDemo(given, SHIPPED_BACKBONE, display, interruption.signal);
  display.end();
  process.stdout.write(given.json ? `${JSON.stringify(result)}\n` : inWords(result));
  process.exitCode = result.verified ? 0 : 1;
}

async function stay(given: DemoOptions): Promise<void> {
  const lines = createInterface({ input: process.stdin });
  try {
    await openDemo(given, SHIPPED_BACKBONE, {
      display,
      show: (pages) => {
        process.stdout.write(given.json ? `${JSON.stringify(pages)}\n` : pagesInWords(pages));
      },
      onAsked: (renew) => {
        lines.on('line', renew);
      },
      signal: interruption.signal,
    });
    display.end();
    display.say('everything is closed');
  } finally {
    lines.close();
  }
}

/** In place only where a person looks at a terminal and no program reads along. */
function displayFor({ json, open, rounds }: DemoOptions): Display {
  const lineOf = (text: string): string => {
    const at = ((performance.now() - started) / 1000).toFixed(1).padStart(6);
    return `${at} s  ${text}`;
  };
  const print = (text: string): void => {
    process.stderr.write(text);
  };
  const { isTTY: isTerminal } = process.stderr;
  if (json || !drawsInPlace({ isTerminal, termVariable: process.env['TERM'] })) {
    return linesDisplay((text) => {
      print(`${lineOf(text)}\n`);
    });
  }
  const noColorVariable = process.env['NO_COLOR'];
  const colours = showsColours({ isTerminal, noColorVariable, noColor: false });
  const size = () => ({ columns: process.stderr.columns, rows: process.stderr.rows });
  const screen = { print, size, colours, clock: Date.now };
  return drawnDisplay(screen, lineOf, rounds ?? (open === true ? OPEN_ROUNDS : DEMO_ROUNDS));
}

function pagesInWords({ console: main, agentPage }: OpenPages): string {
  return [
    '',
    `The console          ${main.url}`,
    `  sign in by opening ${main.signIn}`,
    `                     once, within ${main.minutes} minutes`,
    `The page of ${agentPage.site}`.padEnd(21) + agentPage.url,
    `  one-time login     ${agentPage.oneTimeLogin}`,
    `                     once, within ${agentPage.minutes} minutes`,
    '',
    'Enter makes new logins, Ctrl-C ends everything.',
    '',
    '',
  ].join('\n');
}

function inWords(result: DemoResult): string {
  const { log, verified } = result;
  return [
    '',
    scoreTable(result),
    '',
    `adapter   ${result.adapter.file}`,
    `          sha256 ${result.adapter.sha256}`,
    `evidence  ${result.bundle}`,
    `log       ${log.size} leaves, root ${log.root}`,
    verified
      ? 'verified  every signature, inclusion proof and adapter checkpoint, offline'
      : 'NOT VERIFIED: run consilium-verify on the bundle to see which check failed',
    '',
  ].join('\n');
}
