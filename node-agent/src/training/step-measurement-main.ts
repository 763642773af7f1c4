/**
 * Program of the benchmark of steps; prints one line of JSON.
 *   node step-measurement-main.js [--engine NAME] [--threads N] [--adapt all|last4] [--steps N] [--warm-up N] [--small]
 * `--list` prints the names of the engines instead.
 */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { ENGINE_NAMES, engineChoiceSchema, threadsSchema } from '../config/engine-choice.js';
import { wholeEnvironment } from '../config/environment.js';
import { openEngine } from '../engine/engine.js';
import { PROCESSOR } from '../engine/starter.js';
import { ADAPT, measureSteps, VIT_SMALL } from './step-measurement.js';

const BATCH = 8;
/** For a look at the programs alone: 17 tokens. */
const SMALL = { ...VIT_SMALL, hiddenSize: 48, mlpSize: 96, imageSize: 64 };
const KIB_IN_MIB = 1024;

const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: 'auto' },
    threads: { type: 'string' },
    adapt: { type: 'string', default: 'all' },
    steps: { type: 'string', default: '5' },
    'warm-up': { type: 'string', default: '2' },
    small: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
});

if (values.list) {
  print({ engines: ENGINE_NAMES });
} else {
  await measure();
}

async function measure(): Promise<void> {
  const require = createRequire(import.meta.url);
  const { engine } = await openEngine({
    choice: engineChoiceSchema.parse(values.engine),
    threads: threadsSchema.optional().parse(values.threads && Number(values.threads)),
    wasmFolder: dirname(require.resolve('@tensorflow/tfjs-backend-wasm')),
    tensorflowFolder: wholeEnvironment()['CONSILIUM_TENSORFLOW'],
    warn: (sentence) => process.stderr.write(`${sentence}\n`),
  });
  const measured = await measureSteps({
    geometry: values.small ? SMALL : VIT_SMALL,
    adapt: z.enum(ADAPT).parse(values.adapt),
    batch: BATCH,
    warmUp: Number(values['warm-up']),
    steps: Number(values.steps),
    seed: 'step',
    threads: engine.device === PROCESSOR ? engine.threads : undefined,
  });
  const peakRssMiB = process.resourceUsage().maxRSS / KIB_IN_MIB;
  print({ engine, batch: BATCH, ...measured, peakRssMiB });
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
