/** `npm run demo`: see --help. Exit codes: 0 verified, or closed after --open; 1 failed or not verified; 4 bad arguments; 130 interrupted. */
import { createInterface } from 'node:readline';
import { type DemoOptions, parseDemoOptions } from './demo-options.js';
import { type DemoResult, scoreTable } from './demo-result.js';
import { runDemo } from './demo.js';
import { type OpenPages, openDemo } from './open-demo.js';
import { endCommands } from './program.js';
import { SHIPPED_BACKBONE } from './shipped-backbone.js';

const INTERRUPTED = 130;

const options = parseDemoOptions(process.argv.slice(2));
const started = performance.now();
const say = (text: string) => {
  const at = ((performance.now() - started) / 1000).toFixed(1).padStart(6);
  process.stderr.write(`${at} s  ${text}\n`);
};
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
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = interruption.signal.aborted ? INTERRUPTED : 1;
}

async function runToTheEnd(given: DemoOptions): Promise<void> {
  const result = await runDemo(given, SHIPPED_BACKBONE, say, interruption.signal);
  process.stdout.write(given.json ? `${JSON.stringify(result)}\n` : inWords(result));
  process.exitCode = result.verified ? 0 : 1;
}

async function stay(given: DemoOptions): Promise<void> {
  const lines = createInterface({ input: process.stdin });
  try {
    await openDemo(given, SHIPPED_BACKBONE, {
      say,
      show: (pages) => {
        process.stdout.write(given.json ? `${JSON.stringify(pages)}\n` : pagesInWords(pages));
      },
      onAsked: (renew) => {
        lines.on('line', renew);
      },
      signal: interruption.signal,
    });
    say('everything is closed');
  } finally {
    lines.close();
  }
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
