/**
 * A LoRA step of ViT-S/16 on this machine, each engine in processes of its own, in turn; with PyTorch beside them where
 * PYTHON_WITH_TORCH names a Python that has it. Wall time, and the processor's time of all threads, which other work disturbs less. Usage: node bench/run.mjs [--json] [--threads 2] [--steps 5] [--rounds 2]
 */
import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = dirname(fileURLToPath(import.meta.url));
const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    threads: { type: 'string', default: String(availableParallelism()) },
    steps: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '2' },
  },
});
const ENGINES = ['plain', 'captured', 'recompute', 'whole'];
const DEPTHS = [12, 4];
const python = process.env.PYTHON_WITH_TORCH;
const engines = [...(python === undefined ? [] : ['pytorch']), ...ENGINES];

const rows = DEPTHS.flatMap((depth) => {
  const samples = new Map(
    engines.map((engine) => [engine, { milliseconds: [], processor: [], peaks: [] }]),
  );
  for (let round = 0; round < Number(options.rounds); round += 1) {
    for (const engine of engines) {
      const { milliseconds, processor, peakMebibytes } = measure(engine, depth);
      samples.get(engine).milliseconds.push(...milliseconds);
      samples.get(engine).processor.push(...processor);
      samples.get(engine).peaks.push(peakMebibytes);
      process.stderr.write(`${depth} blocks, ${engine}: ${median(milliseconds).toFixed(0)} ms\n`);
    }
  }
  return [...samples].map(([engine, { milliseconds, processor, peaks }]) => ({
    depth,
    engine,
    milliseconds: median(milliseconds),
    processorMilliseconds: median(processor),
    peakMebibytes: Math.max(...peaks),
  }));
});
print(rows);

/** One process: warm-up steps, then the measured ones. */
function measure(engine, depth) {
  const args = ['--depth', String(depth), '--steps', options.steps, '--threads', options.threads];
  const [program, ...first] =
    engine === 'pytorch'
      ? [python, join(here, 'step.py')]
      : [
          process.execPath,
          '-C',
          '@consilium/source',
          join(here, 'transpile.cjs'),
          '--engine',
          engine,
        ];
  const { stdout, stderr, status } = spawnSync(program, [...first, ...args], { encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`${engine} failed: ${stderr}`);
  }
  return JSON.parse(stdout);
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle) - 1]) / 2;
}

function print(results) {
  const table = results.map((row) => {
    const peer = results.find(({ depth, engine }) => depth === row.depth && engine === engines[0]);
    return {
      ...row,
      ratio: row.milliseconds / peer.milliseconds,
      processorRatio: row.processorMilliseconds / peer.processorMilliseconds,
    };
  });
  if (options.json) {
    process.stdout.write(
      `${JSON.stringify({ processor: cpus()[0].model, threads: Number(options.threads), reference: engines[0], rows: table })}\n`,
    );
    return;
  }
  process.stdout.write(
    [
      `LoRA step, ViT-S/16, batch 8, ${options.threads} threads, ${cpus()[0].model}; ratios to ${engines[0]}`,
      ...table.map(
        ({
          depth,
          engine,
          milliseconds,
          ratio,
          processorMilliseconds,
          processorRatio,
          peakMebibytes,
        }) =>
          `${String(depth).padStart(2)} blocks  ${engine.padEnd(10)} ${milliseconds.toFixed(0).padStart(6)} ms  ` +
          `${ratio.toFixed(2).padStart(5)}  processor ${processorMilliseconds.toFixed(0).padStart(5)} ms  ` +
          `${processorRatio.toFixed(2).padStart(5)}  ${peakMebibytes.toFixed(0).padStart(6)} MiB`,
      ),
      '',
    ].join('\n'),
  );
}
