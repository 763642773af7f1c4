/** `npm run demo`: see --help. Exit codes: 0 verified, 1 failed or not verified, 4 bad arguments. */
import { parseDemoOptions } from './demo-options.js';
import { type DemoResult, scoreTable } from './demo-result.js';
import { runDemo } from './demo.js';
import { SHIPPED_BACKBONE } from './shipped-backbone.js';

const options = parseDemoOptions(process.argv.slice(2));
const started = performance.now();
const say = (text: string) => {
  const at = ((performance.now() - started) / 1000).toFixed(1).padStart(6);
  process.stderr.write(`${at} s  ${text}\n`);
};

try {
  const result = await runDemo(options, SHIPPED_BACKBONE, say);
  process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : inWords(result));
  process.exitCode = result.verified ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
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
