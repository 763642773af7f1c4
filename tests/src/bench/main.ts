/**
 * `npm run bench`: figures with the peer or limit beside them. Never a test: machines are noisy.
 *   npm run bench -- [rounds] [--json]                 a round's overhead, and the heavy loops
 *   npm run bench -- adapters [--data DIR] [--backbone DIR] [--rounds N] [--seed N] [--method NAME]... [--json]
 */
import { parseArgs } from 'node:util';
import { adapterKindTable, compareAdapterKinds } from './adapter-kinds.js';
import { measureBulkLimits } from './bulk-limits.js';
import { measureRoundOverhead, PEERS } from './round-overhead.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    data: { type: 'string' },
    backbone: { type: 'string' },
    rounds: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    method: { type: 'string', multiple: true, default: [] },
  },
});
const [what = 'rounds'] = positionals;

if (what === 'rounds') {
  await benchRounds();
} else if (what === 'adapters') {
  await benchAdapters();
} else {
  process.stderr.write(`there is no benchmark ${what}: rounds or adapters\n`);
  process.exitCode = 4;
}

async function benchRounds(): Promise<void> {
  const round = await measureRoundOverhead();
  const bulk = measureBulkLimits();
  if (values.json) {
    process.stdout.write(`${JSON.stringify({ round, peers: PEERS, bulk })}\n`);
    return;
  }
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

async function benchAdapters(): Promise<void> {
  const lines = await compareAdapterKinds(
    {
      data: values.data,
      backbone: values.backbone,
      rounds: Number(values.rounds),
      seed: Number(values.seed),
      methods: values.method,
    },
    (text) => process.stderr.write(`${text}\n`),
  );
  process.stdout.write(values.json ? `${JSON.stringify(lines)}\n` : `${adapterKindTable(lines)}\n`);
}
