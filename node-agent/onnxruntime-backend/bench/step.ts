/** Steps of one engine in this process; prints their times and the process's peak memory as JSON. */
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { compiled, startOnnxruntime } from '../src/index.js';
import { adamStep, type AdamState } from '../testing/adam.js';
import { buildModel, lossOf, type Model } from '../testing/adapted-model.js';

const VIT_SMALL = { width: 384, heads: 6, hidden: 1536, tokens: 197, batch: 8, rank: 8 };
const CLASSES = 10;
const WARM_UP = 2;

const { values: options } = parseArgs({
  options: {
    engine: { type: 'string', default: 'captured' },
    depth: { type: 'string', default: '12' },
    steps: { type: 'string', default: '5' },
    threads: { type: 'string', default: '2' },
  },
});

void main();

async function main(): Promise<void> {
  tf.enableProdMode();
  await startOnnxruntime({ threads: Number(options.threads) });
  const model = buildModel('lora', { ...VIT_SMALL, depth: Number(options.depth) }, CLASSES);
  const step = stepOf(model, options.engine);
  const measured = Array.from({ length: WARM_UP + Number(options.steps) }, () => {
    const start = performance.now();
    const used = process.cpuUsage();
    step();
    const { user, system } = process.cpuUsage(used); // Microseconds.
    return { wall: performance.now() - start, processor: (user + system) / 1000 };
  }).slice(WARM_UP);
  const result = {
    milliseconds: measured.map(({ wall }) => wall),
    processor: measured.map(({ processor }) => processor),
    peakMebibytes: process.resourceUsage().maxRSS / 1024,
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

function stepOf(model: Model, engine: string): () => void {
  return engine === 'whole' ? wholeStep(model) : stepByBlock(model, engine);
}

/** Blocks as they are or captured, and Adam as one graph, or tfjs's own where nothing is captured. */
function stepByBlock(model: Model, engine: string): () => void {
  const memory = engine === 'recompute' ? 'recompute' : 'save';
  const blocks = new Map(
    model.blocks.map((weights) => {
      const block = (x: tf.Tensor): tf.Tensor => model.block(weights, x);
      return [weights, engine === 'plain' ? block : compiled(block, { name: 'block', memory })];
    }),
  );
  const gradients = (): { value: tf.Scalar; grads: tf.NamedTensorMap } =>
    tf.variableGrads(
      () =>
        lossOf(
          model,
          model.logits(model.input, (w, x) => tf.tidy(() => blocks.get(w)?.(x) ?? x)),
        ),
      model.variables,
    );
  if (engine === 'plain') {
    const adam = tf.train.adam(1e-3);
    return () => {
      const { value, grads } = gradients();
      adam.applyGradients(Object.entries(grads).map(([name, tensor]) => ({ name, tensor })));
      tf.dispose([value, grads]);
    };
  }
  const update = compiled(adamStep, { name: 'adam' });
  return stepping(model, (state, scales) => {
    const { value, grads } = gradients();
    const slopes = model.variables.map(({ name }) => grads[name] ?? tf.scalar(NaN));
    const updated = update(model.variables, slopes, state, scales, 1e-3);
    tf.dispose([value, grads]);
    return updated;
  });
}

function wholeStep(model: Model): () => void {
  const step = compiled(
    (x: tf.Tensor, state: AdamState, scales: tf.Tensor[]) => {
      const { value, grads } = tf.variableGrads(
        () => lossOf(model, model.logits(x, model.block)),
        model.variables,
      );
      const slopes = model.variables.map(({ name }) => grads[name] ?? tf.scalar(NaN));
      return { value, ...adamStep(model.variables, slopes, state, scales, 1e-3) };
    },
    { name: 'step' },
  );
  return stepping(model, (state, scales) => {
    const { value, ...updated } = step(model.input, state, scales);
    value.dispose();
    return updated;
  });
}

/** Keeps the moments, and assigns the new values. */
function stepping(
  model: Model,
  step: (state: AdamState, scales: tf.Tensor[]) => AdamState & { updated: tf.Tensor[] },
): () => void {
  let state: AdamState = {
    first: model.variables.map((variable) => tf.zerosLike(variable)),
    second: model.variables.map((variable) => tf.zerosLike(variable)),
  };
  let count = 0;
  return () => {
    count += 1;
    const scales = [0.9, 0.999].map((beta) => tf.scalar(1 / (1 - beta ** count)));
    const { updated, first, second } = step(state, scales);
    model.variables.forEach((variable, i) => variable.assign(updated[i] ?? variable));
    tf.dispose([scales, updated, state.first, state.second]);
    state = { first, second };
  };
}
