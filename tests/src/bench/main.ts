/** `npm run bench`: figures with the peer or limit beside them. Never a test: machines are noisy. `--json` prints one object. */
import { measureBulkLimits } from './bulk-limits.js';
import { measureRoundOverhead, PEERS } from './round-overhead.js';

const round = await measureRoundOverhead();
const bulk = measureBulkLimits();

if (process.argv.includes('--json')) {
  process.stdout.write(`${JSON.stringify({ round, peers: PEERS, bulk })}\n`);
} else {
  process.stdout.write(
    [
      `A round at ${round.tensorMegabytes.toFixed(2)} MB of tensors and three sites (median of ten rounds)`,
      `  overhead             ${round.overheadMs.toFixed(0)} ms`,
      `  coordinator's peak   ${round.coordinatorPeakMegabytes.toFixed(0)} MB`,
      `  wire / tensor bytes  ${round.wirePerTensorByte.toFixed(3)}`,
      ...PEERS.map(
        ({ name, overheadMs, peakMegabytes, wire }) =>
          `  ${name.padEnd(20)} ${overheadMs} ms, ${peakMegabytes} MB, ${wire} (measured earlier)`,
      ),
      ...bulk.map(
        ({ what, megabytesPerSecond, limitMegabytesPerSecond, ratio }) =>
          `${what}: ${megabytesPerSecond.toFixed(0)} MB/s, limit ${limitMegabytesPerSecond.toFixed(0)} MB/s, ratio ${ratio.toFixed(2)}`,
      ),
      '',
    ].join('\n'),
  );
}
