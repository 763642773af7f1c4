/**
 * Writes exports of every method and layout for Python: `node tests/interop/write-exports.mjs FOLDER`, after the build. Each case
 * is a folder as check_exports.py takes it: `base` and `adapter`, or `model`, as `consilium-agent adapter export` writes them, and
 * the logits of our own model in `expected.json`.
 */
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { loadTensors } from '@consilium/node-agent/adapters/variables';
import { openBackbone } from '@consilium/node-agent/backbones/open-backbone';
import { describeBackbone } from '@consilium/node-agent/backbones/read-backbone';
import { openEngine } from '@consilium/node-agent/engine/engine';
import { exportAdapter } from '@consilium/node-agent/export/export-adapter';
import { createModel, disposeModel, modelLogits } from '@consilium/node-agent/training/model';
import { encodeFloat } from '@consilium/shared/encoding';
import { adapterSchema, inputSize } from '@consilium/shared/protocol';
import { schemaHash } from '@consilium/shared/tensors';

const vectors = join(dirname(fileURLToPath(import.meta.url)), 'vectors');
const wasm = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));

const CLASSES = ['benign', 'malignant', 'normal'];
const both = [0, 1];
const attention = ['query', 'value'];
const lowRank = { rank: 3, alpha: 6, targets: attention, blocks: both };

const METHODS = {
  lora: { kind: 'lora', ...lowRank },
  rslora: {
    kind: 'rslora',
    ...lowRank,
    targets: ['query', 'value', 'attention-output', 'mlp-down'],
  },
  dora: { kind: 'dora', ...lowRank, targets: ['query', 'mlp-up'] },
  ia3: {
    kind: 'ia3',
    targets: ['key', 'value', 'mlp-down'],
    feedForward: ['mlp-down'],
    blocks: both,
  },
  pattern: {
    kind: 'lora',
    ...lowRank,
    targets: ['query', 'key', 'mlp-up'],
    blocks: [1],
    rankPattern: [
      { block: 1, target: 'key', rank: 2, alpha: 5 },
      { block: 1, target: 'mlp-up', rank: 5, alpha: 7 },
    ],
  },
  gated: { kind: 'lora', ...lowRank, targets: ['mlp-gate', 'mlp-up', 'mlp-down'] },
  'last-blocks': { kind: 'last-blocks', count: 1 },
  full: { kind: 'full' },
  'norm-tuning': { kind: 'norm-tuning', blocks: both },
  'linear-head': { kind: 'linear-head' },
};

/** Vector, methods for PEFT, methods merged, and other pools of the study. */
const PLAN = [
  {
    vector: 'vit',
    peft: ['lora', 'rslora', 'dora', 'ia3', 'pattern'],
    merged: ['lora', 'dora', 'ia3', 'full'],
  },
  { vector: 'vit', pool: 'class-and-mean', peft: ['lora'], merged: ['lora'] },
  { vector: 'vit-classifier', peft: ['lora'], merged: ['lora'] },
  { vector: 'vit-mae', peft: ['lora'], merged: ['rslora'] },
  {
    vector: 'dinov2',
    peft: ['lora', 'rslora', 'dora', 'ia3', 'pattern'],
    merged: ['dora', 'last-blocks'],
  },
  { vector: 'dinov2', pool: 'mean', peft: ['lora'], merged: ['lora'] },
  { vector: 'dinov2', pool: 'class-and-mean', peft: ['lora'], merged: ['lora'] },
  { vector: 'dinov2-swiglu', peft: ['lora', 'gated'], merged: ['gated'] },
  { vector: 'dinov2-registers', peft: ['lora', 'dora'], merged: ['lora'] },
  { vector: 'dinov3', peft: ['lora', 'dora'], merged: ['lora'] },
  { vector: 'dinov3-gated', peft: ['gated'], merged: [] },
  { vector: 'clip', peft: ['lora', 'ia3'], merged: ['lora'] },
  { vector: 'clip-two-towers', peft: ['lora'], merged: ['lora'] },
  { vector: 'siglip', peft: ['lora'], merged: ['norm-tuning'] },
  { vector: 'siglip-two-towers', peft: ['dora'], merged: ['lora'] },
  { vector: 'sam', peft: ['lora', 'dora'], merged: ['lora'] },
  { vector: 'sam-with-decoder', peft: ['lora'], merged: ['lora'] },
  {
    vector: 'timm-plain',
    peft: ['lora', 'rslora', 'dora', 'ia3', 'pattern'],
    merged: ['lora', 'dora', 'full', 'linear-head'],
  },
  { vector: 'timm-plain', pool: 'mean', peft: ['lora'], merged: ['lora'] },
  { vector: 'timm-plain', pool: 'class-and-mean', peft: ['lora'], merged: ['lora'] },
  { vector: 'timm-mean', peft: ['lora'], merged: ['lora'] },
  { vector: 'timm-layer-scale', peft: ['dora'], merged: ['ia3'] },
  { vector: 'timm-reg4-dinov2', peft: ['rslora'], merged: ['lora'] },
  { vector: 'timm-registers-swiglu', peft: ['gated', 'lora'], merged: ['gated'] },
  { vector: 'timm-siglip', peft: ['lora'], merged: ['lora'] },
  { vector: 'timm-clip', peft: ['lora'], merged: ['lora'] },
  { vector: 'open-clip-timm-trunk', peft: ['lora'], merged: ['lora'] },
  { vector: 'open-clip', peft: [], merged: ['lora'] },
  { vector: 'retfound', peft: ['lora'], merged: ['lora'] },
];

const out = resolve(process.argv[2] ?? 'exports');
await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await openEngine({ wasmFolder: wasm, warn: (text) => process.stderr.write(`${text}\n`) });
let written = 0;
for (const { vector, pool, peft, merged } of PLAN) {
  for (const [format, methods] of Object.entries({ peft, merged })) {
    for (const method of methods) {
      await writeCase({ vector, pool, format, method });
      written += 1;
    }
  }
}
process.stdout.write(`${written} exports in ${out}\n`);

async function writeCase({ vector, pool, format, method }) {
  const name = [vector, ...(pool === undefined ? [] : [pool]), format, method].join('--');
  const backboneFolder = join(vectors, vector);
  const found = await describeBackbone(backboneFolder);
  const geometry = pool === undefined ? found.geometry : { ...found.geometry, pool };
  const protocol = protocolOf({ ...found, geometry }, METHODS[method], name);
  const tensors = drawnTensors(protocol);
  const folder = join(out, name);
  await mkdir(folder);
  await exportAdapter({
    ...{ protocol, tensors, backboneFolder, format },
    out: join(folder, format === 'peft' ? 'adapter' : 'model'),
  });
  if (format === 'peft') {
    await cp(backboneFolder, join(folder, 'base'), { recursive: true });
  }
  const expected = await ownLogits(protocol, tensors, backboneFolder);
  await writeFile(join(folder, 'expected.json'), `${JSON.stringify(expected)}\n`);
}

function protocolOf(backbone, adapter, studyId) {
  const task = { kind: 'classification', classes: CLASSES };
  const updateRange = encodeFloat(1);
  const schema = adapterSchema({ geometry: backbone.geometry, adapter, task, updateRange: 1 });
  const [learningRate, weightDecay, momentum] = [0.01, 0, 0].map(encodeFloat);
  return {
    ...{ v: 1, studyId, title: 'Interoperability of exports', task, backbone, adapter },
    training: {
      ...{ rounds: 3, localEpochs: 1, batchSize: 4, classWeights: 'none', updateRange },
      optimizer: { kind: 'sgd', learningRate, weightDecay, momentum },
      schedule: { kind: 'constant' },
      algorithm: { kind: 'fedavg' },
    },
    privacy: { secureAggregation: 'off' },
    participation: {
      ...{ minSites: 2, minSamples: 1, sites: 'all', maxAttempts: 1 },
      ...{ advertDeadlineMs: 1000, roundDeadlineMs: 1000 },
    },
    seed: 'interop',
    schemaHash: schemaHash(schema),
  };
}

/** Values of a trained adapter: no tensor is zero, no two are alike. */
function drawnTensors({ backbone, adapter, task }) {
  const schema = adapterSchema({ geometry: backbone.geometry, adapter, task, updateRange: 1 });
  return new Map(
    schema.map(({ name, shape }, k) => {
      const size = shape.reduce((product, n) => product * n, 1);
      const data = Float32Array.from({ length: size }, (_, j) => 0.2 * Math.sin(1 + k + 0.7 * j));
      return [name, { shape, data }];
    }),
  );
}

async function ownLogits({ backbone: named, adapter, task }, tensors, folder) {
  const { geometry } = named;
  const schema = adapterSchema({ geometry, adapter, task, updateRange: 1 });
  const backbone = await openBackbone(folder, named);
  const model = createModel(backbone, { geometry, adapter, schema });
  loadTensors(model.shared.variables, schema, tensors);
  const { height, width } = inputSize(named.preprocessing);
  // PyTorch orders [channel, row, column], the engine [row, column, channel].
  const pixels = tf.tidy(() =>
    tf.transpose(
      tf.tensor(
        Float32Array.from({ length: 3 * height * width }, (_, j) => Math.sin(0.05 * j)),
        [1, 3, height, width],
      ),
      [0, 2, 3, 1],
    ),
  );
  const frozen = tf.tidy(() => backbone.trunk(pixels, model.level));
  const values = tf.tidy(() => modelLogits(model, frozen));
  const [row] = await values.array();
  const result = { height, width, pool: geometry.pool, logits: row };
  disposeModel(model);
  backbone.dispose();
  tf.dispose([pixels, frozen, values]);
  return result;
}
