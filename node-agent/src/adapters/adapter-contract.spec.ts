/** What every adapter must do, whatever its method: one row of CONFIGS a method, and none may be missing. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { adapterSchema, type AdapterConfig, type LoraTarget } from '@consilium/shared/protocol';
import {
  initialTensors,
  readSafetensors,
  writeSafetensors,
  type TensorSchema,
  type TensorSet,
} from '@consilium/shared/tensors';
import { unadapted, type Backbone } from '../backbones/backbone.js';
import { openBackbone } from '../backbones/open-backbone.js';
import { BACKENDS, startBackend } from '../engine/testing/backends.js';
import type { Adapter } from './adapter.js';
import { ADAPTERS, createAdapter } from './registry.js';
import { loadTensors, saveTensors } from './variables.js';

const TINY = join(__dirname, '../backbones/vit/vectors/tiny-vit');
const ALL_TARGETS: LoraTarget[] = [
  'query',
  'key',
  'value',
  'attention-output',
  'mlp-up',
  'mlp-down',
];

const CONFIGS: readonly AdapterConfig[] = [
  { kind: 'linear-head' },
  { kind: 'lora', rank: 2, alpha: 4, targets: ['query', 'value'], blocks: [1] },
  { kind: 'lora', rank: 1, alpha: 3, targets: ALL_TARGETS, blocks: [2] },
  { kind: 'lora', rank: 2, alpha: 4, targets: ALL_TARGETS, blocks: [0, 1, 2] },
];

interface Expected {
  readonly batch: number;
  readonly classes: number;
  readonly rank: number;
  readonly alpha: number;
  readonly blocks: number[];
  readonly targets: LoraTarget[];
  readonly labels: readonly number[];
  readonly lora: {
    readonly logits: readonly number[];
    readonly gradients: Readonly<Record<string, readonly number[]>>;
  };
}

const expected = JSON.parse(readFileSync(join(TINY, 'expected.json'), 'utf8')) as Expected;
const CLASSES = Array.from({ length: expected.classes }, (_, i) => `class-${i}`);

/** The pixels of make-tiny-vit.py. */
function pixels(): tf.Tensor4D {
  const size = expected.batch * 16 * 16 * 3;
  const values = Float32Array.from({ length: size }, (_, j) => Math.sin(0.37 * j));
  return tf.tensor4d(values, [expected.batch, 16, 16, 3]);
}

function schemaOf(backbone: Backbone, adapter: AdapterConfig): TensorSchema {
  const task = { kind: 'classification' as const, classes: CLASSES };
  return adapterSchema({ geometry: backbone.description.geometry, adapter, task, updateRange: 1 });
}

/** 0.2 sin(0.7 + 0.37 k + 0.11 j) for the j-th value of the k-th tensor: no value is zero. */
function filled(schema: TensorSchema): TensorSet {
  return new Map(
    schema.map(({ name, shape }, k) => {
      const length = tf.util.sizeFromShape([...shape]);
      const value = (j: number) => 0.2 * Math.sin(0.7 + 0.37 * k + 0.11 * j);
      return [name, { shape, data: Float32Array.from({ length }, (_, j) => value(j)) }];
    }),
  );
}

/** Input of the first adapted block, computed once a level: the trunk is frozen. */
const trunks = new Map<string, tf.Tensor2D>();

function trunkOf(backbone: Backbone, { level }: Adapter): tf.Tensor2D {
  const key = `${tf.getBackend()} ${level}`;
  const x = trunks.get(key) ?? tf.keep(tf.tidy(() => backbone.trunk(pixels(), level)));
  trunks.set(key, x);
  return x;
}

function logitsOf(backbone: Backbone, adapter: Adapter): tf.Tensor2D {
  const x = trunkOf(backbone, adapter);
  return adapter.logits(backbone.features(x, adapter.level, adapter.adapt));
}

/** Mean cross-entropy, as the vector was made with. */
function lossOf(backbone: Backbone, adapter: Adapter): tf.Scalar {
  const oneHot = tf.oneHot([...expected.labels], expected.classes);
  const likely = tf.mul(tf.logSoftmax(logitsOf(backbone, adapter)), oneHot);
  return tf.mul(tf.sum(likely), -1 / expected.batch);
}

function gradientsOf(backbone: Backbone, adapter: Adapter): Map<string, Float32Array> {
  const variables = [...adapter.variables.values()];
  tf.engine().startScope();
  const { grads } = tf.variableGrads(() => lossOf(backbone, adapter), variables);
  const gradients = [...adapter.variables].map(([name, variable]): [string, Float32Array] => {
    const gradient = grads[variable.name];
    expect(gradient).toBeDefined();
    return [name, gradient?.dataSync<'float32'>() ?? new Float32Array()];
  });
  tf.engine().endScope();
  return new Map(gradients);
}

function largestDifference(found: ArrayLike<number>, wanted: readonly number[]): number {
  expect(found).toHaveLength(wanted.length);
  return Math.max(...wanted.map((value, i) => Math.abs(value - (found[i] ?? NaN))));
}

it('has a row for every registered method', () => {
  expect([...new Set(CONFIGS.map(({ kind }) => kind))].sort()).toEqual(
    Object.keys(ADAPTERS).sort(),
  );
});

describe.each(BACKENDS)('on %s', (backend) => {
  let backbone: Backbone;

  beforeAll(async () => {
    await startBackend(backend);
    backbone = await openBackbone(TINY);
  });
  afterAll(() => backbone.dispose());

  describe.each(CONFIGS)('$kind of $targets in $blocks', (config) => {
    let adapter: Adapter;
    let schema: TensorSchema;

    beforeEach(() => {
      schema = schemaOf(backbone, config);
      adapter = createAdapter(config, backbone.description.geometry, schema);
    });
    afterEach(() => adapter.dispose());

    it('trains the tensors of the schema, in its order', () => {
      const own = [...adapter.variables].map(([name, { shape }]) => ({ name, shape }));
      expect(own).toEqual(schema.map(({ name, shape }) => ({ name, shape })));
    });

    it('starts as the frozen model', () => {
      loadTensors(adapter, schema, initialTensors(schema, 'seed'));
      tf.tidy(() => {
        const x = trunkOf(backbone, adapter);
        const adapted = backbone.features(x, adapter.level, adapter.adapt).dataSync();
        expect(adapted).toEqual(backbone.features(x, adapter.level, unadapted).dataSync());
        expect([...logitsOf(backbone, adapter).dataSync()].every((logit) => logit === 0)).toBe(
          true,
        );
      });
    });

    it('has gradients that agree with finite differences', () => {
      loadTensors(adapter, schema, filled(schema));
      const gradients = gradientsOf(backbone, adapter);
      const step = 1e-2;
      for (const [name, gradient] of gradients) {
        const largest = Math.max(...gradient.map(Math.abs));
        const at = gradient.findIndex((value) => Math.abs(value) === largest);
        const lossWith = (change: number): number =>
          tf.tidy(() => {
            const set = filled(schema);
            const data = set.get(name)?.data ?? new Float32Array();
            data[at] = (data[at] ?? 0) + change;
            loadTensors(adapter, schema, set);
            return lossOf(backbone, adapter).dataSync()[0] ?? NaN;
          });
        const near = lossWith(step) - lossWith(-step);
        const far = lossWith(2 * step) - lossWith(-2 * step);
        const slope = (8 * near - far) / (12 * step);
        expect(Math.abs(slope - (gradient[at] ?? NaN))).toBeLessThan(2e-2 * largest + 2e-5);
      }
    });

    it('changes nothing but its own tensors', () => {
      loadTensors(adapter, schema, initialTensors(schema, 'seed'));
      tf.tidy(() => {
        const before = backbone.trunk(pixels(), backbone.blocks).dataSync();
        const { grads } = tf.variableGrads(() => lossOf(backbone, adapter));
        expect(Object.keys(grads)).toHaveLength(schema.length);
        for (const variable of adapter.variables.values()) {
          variable.assign(tf.add(variable, 0.1));
        }
        expect(backbone.trunk(pixels(), backbone.blocks).dataSync()).toEqual(before);
      });
    });

    it('is saved and loaded to the bit', () => {
      const set = filled(schema);
      loadTensors(adapter, schema, set);
      const bytes = writeSafetensors(saveTensors(adapter));
      expect(readSafetensors(bytes)).toEqual(readSafetensors(writeSafetensors(set)));
    });

    it('refuses tensors of another schema', () => {
      const [first, ...rest] = [...filled(schema)];
      expect(() => loadTensors(adapter, schema, new Map(rest))).toThrow(first?.[0] ?? 'missing');
    });

    it('leaves nothing behind in the engine', () => {
      trunkOf(backbone, adapter);
      const before = tf.memory().numTensors;
      const other = createAdapter(config, backbone.description.geometry, schema);
      loadTensors(other, schema, filled(schema));
      gradientsOf(backbone, other);
      other.dispose();
      expect(tf.memory().numTensors).toBe(before);
    });
  });

  it('lora gives the logits and every gradient of PyTorch', () => {
    const { rank, alpha, targets, blocks, lora } = expected;
    const config: AdapterConfig = { kind: 'lora', rank, alpha, targets, blocks };
    const schema = schemaOf(backbone, config);
    const adapter = createAdapter(config, backbone.description.geometry, schema);
    loadTensors(adapter, schema, filled(schema));
    tf.tidy(() => {
      expect(largestDifference(logitsOf(backbone, adapter).dataSync(), lora.logits)).toBeLessThan(
        1e-5,
      );
      for (const [name, gradient] of gradientsOf(backbone, adapter)) {
        expect(largestDifference(gradient, lora.gradients[name] ?? [])).toBeLessThan(1e-5);
      }
    });
    adapter.dispose();
  });
});

it('refuses to adapt a block that the backbone does not have', async () => {
  await startBackend('cpu');
  const backbone = await openBackbone(TINY);
  const config: AdapterConfig = { kind: 'lora', rank: 1, alpha: 1, targets: ['key'], blocks: [3] };
  const { geometry } = backbone.description;
  expect(() => createAdapter(config, geometry, schemaOf(backbone, config))).toThrow(
    /expected blocks below 3, got 3/,
  );
});
