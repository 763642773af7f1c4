/** What training asks of the model: levels that fit together, every hook at its place, nothing left behind. */
import * as tf from '@tensorflow/tfjs-core';
import { encodeFloat } from '@consilium/shared/encoding';
import { backboneParameters, linearTargets, type VitGeometry } from '@consilium/shared/protocol';
import type { Tensor } from '@consilium/shared/tensors';
import { BACKENDS, startBackend } from '../../engine/testing/backends.js';
import { PIXELS, unadapted, type Adaptation, type Backbone } from '../backbone.js';
import { filledParameters, GEOMETRIES } from '../testing/geometries.js';
import { recipeModel, recipePixels } from '../testing/recipe.js';

/** Not square, not the native size, and a row of pixels too many: 3 x 2 patches. */
const SIZE = { height: 13, width: 8 };
const PATCHES = 6;
const BATCH = 2;

function modelOf(geometry: VitGeometry, parameters = filledParameters(geometry)): Backbone {
  return recipeModel(parameters, geometry, SIZE);
}

function expectAlike(found: tf.Tensor, wanted: tf.Tensor, tolerance = 1e-6): void {
  expect(found.shape).toEqual(wanted.shape);
  const differences = tf.abs(tf.sub(found, wanted));
  expect(tf.max(differences).dataSync()[0]).toBeLessThan(tolerance);
}

/** Changes nothing, and tells where it was asked. */
function watching(): { readonly adaptation: Adaptation; readonly calls: Map<string, string[]> } {
  const calls = new Map<string, string[]>();
  const note = (hook: string, what: string) => calls.set(hook, [...(calls.get(hook) ?? []), what]);
  const adaptation: Adaptation = {
    parameter: (name, frozen) => {
      note('parameter', name);
      return tf.add(frozen, 0);
    },
    linear: ({ block, target }, x, { weight }, next) => {
      note('linear', `${block} ${target}`);
      const y = next(x);
      expect(y.shape).toEqual([x.shape[0], weight.shape[1]]);
      return y;
    },
    sublayer: ({ block, sublayer }, { entering, output }) => {
      note('sublayer', `${block} ${sublayer}`);
      expect(output.shape).toEqual(entering.shape);
      return output;
    },
    tokens: (block, x, prefix) => {
      note('tokens', `${block}, ${prefix} of ${x.shape[1]}`);
      return x;
    },
    addedTokens: () => 0,
  };
  return { adaptation, calls };
}

describe.each(BACKENDS)('on %s', (backend) => {
  beforeAll(() => startBackend(backend));

  describe.each(Object.entries(GEOMETRIES))('%s', (_, geometry) => {
    let model: Backbone;
    let pixels: tf.Tensor4D;
    let whole: tf.Tensor2D;

    beforeAll(() => {
      model = modelOf(geometry);
      pixels = recipePixels(SIZE, BATCH);
      whole = model.trunk(pixels, model.blocks);
    });

    afterAll(() => {
      model.dispose();
      tf.dispose([pixels, whole]);
    });

    it('gives the same feature from every level', () => {
      for (const level of [PIXELS, 0, 1, 2]) {
        const x = model.trunk(pixels, level);
        const [rows, columns] = model.shapeAt(level);
        expect(x.shape).toEqual([BATCH * rows, columns]);
        expectAlike(model.features(x, level, unadapted), whole);
      }
    });

    it('asks every hook at every place, and changes nothing of its own', () => {
      const { adaptation, calls } = watching();
      const x = model.trunk(pixels, PIXELS);
      expectAlike(model.features(x, PIXELS, adaptation), whole);
      const names = backboneParameters(geometry).map(({ name }) => name);
      expect([...new Set(calls.get('parameter'))].sort()).toEqual([...names].sort());
      expect([...model.parameters.keys()]).toEqual(names);
      const blocks = [0, 1];
      expect(calls.get('linear')?.sort()).toEqual(
        blocks.flatMap((block) => linearTargets(geometry).map((t) => `${block} ${t}`)).sort(),
      );
      expect(calls.get('sublayer')).toEqual(['0 attention', '0 mlp', '1 attention', '1 mlp']);
      const prefix = (geometry.classToken ? 1 : 0) + geometry.registers;
      expect(calls.get('tokens')).toEqual(
        blocks.map((block) => `${block}, ${prefix} of ${prefix + PATCHES}`),
      );
    });

    it('computes a picture alike wherever it stands in a batch', () => {
      const [first, second] = tf.split(pixels, 2);
      const turned = model.trunk(tf.concat([second, first] as tf.Tensor4D[]), model.blocks);
      expectAlike(tf.reverse(turned, 0), whole);
    });

    it('leaves nothing behind in the engine', () => {
      const before = tf.memory().numTensors;
      const other = modelOf(geometry);
      tf.tidy(() => {
        other.features(other.trunk(pixels, 1), 1, unadapted);
      });
      other.dispose();
      expect(tf.memory().numTensors).toBe(before);
    });
  });
});

describe('the class token alone', () => {
  beforeAll(() => startBackend('wasm'));

  it('leaves the last block as it does beside all others', () => {
    const geometry = GEOMETRIES['plain'] as VitGeometry;
    const pixels = recipePixels(SIZE, BATCH);
    const alone = modelOf(geometry).trunk(pixels, geometry.layers);
    const both = modelOf({ ...geometry, pool: 'class-and-mean' }).trunk(pixels, geometry.layers);
    expectAlike(alone, tf.slice(both, [0, 0], [-1, geometry.hiddenSize]));
  });
});

/** Registers without a position are what an adaptation that adds tokens at the first block must amount to. */
describe('tokens that an adaptation adds', () => {
  beforeAll(() => startBackend('wasm'));

  const base = GEOMETRIES['plain'] as VitGeometry;
  const table = (covers: 'patches' | 'class-and-patches') =>
    ({ kind: 'table', covers, interpolation: 'bicubic' }) as const;
  const rotary = { kind: 'rotary', theta: encodeFloat(100) } as const;

  it.each([
    ['after a class token', { positions: table('class-and-patches'), pool: 'class' }],
    ['beside turned patches', { positions: rotary, pool: 'class' }],
    ['and are no patches', { positions: rotary, pool: 'class-and-mean' }],
    ['at the front', { classToken: false, positions: table('patches'), pool: 'mean' }],
  ] as const)('are like registers: %s', (_, options) => {
    const geometry: VitGeometry = { ...base, ...options, registers: 3 };
    const parameters = filledParameters(geometry);
    const pixels = recipePixels(SIZE, BATCH);
    const wanted = modelOf(geometry, parameters).trunk(pixels, geometry.layers);

    const { shape, data } = parameters.get('registers') as Tensor;
    const without = new Map([...parameters].filter(([name]) => name !== 'registers'));
    const model = modelOf({ ...geometry, registers: 0 }, without);
    const registers: tf.Tensor3D = tf.tile(tf.tensor3d(data, [1, ...shape] as [1, 3, 8]), [
      BATCH,
      1,
      1,
    ]);
    const prefixes: number[] = [];
    const first = geometry.classToken ? 1 : 0;
    const adding: Adaptation = {
      ...unadapted,
      tokens: (block, x, prefix) => {
        prefixes.push(prefix);
        const [before, after] = tf.split(x, [first, -1], 1);
        return block > 0 ? x : tf.concat([before, registers, after] as tf.Tensor3D[], 1);
      },
      addedTokens: () => 3,
    };
    expectAlike(model.features(model.trunk(pixels, 0), 0, adding), wanted);
    expect(prefixes).toEqual([first, first + 3]);
  });
});

it('a picture smaller than a patch is refused', async () => {
  await startBackend('wasm');
  const geometry = GEOMETRIES['plain'] as VitGeometry;
  const parameters = filledParameters(geometry);
  expect(() => recipeModel(parameters, geometry, { height: 3, width: 8 })).toThrow(
    /3 x 8 pixels.*patch of 4/,
  );
});

it.each([
  [{ pool: 'attention' }, /the model has no such pool/],
  [{ pool: 'class', classToken: false }, /there is no class token/],
  [{ pool: 'class-and-mean', classToken: false }, /there is no class token/],
] as const)('a pool that reads what the model lacks is refused: %j', async (options, message) => {
  await startBackend('wasm');
  const geometry: VitGeometry = { ...(GEOMETRIES['plain'] as VitGeometry), ...options };
  expect(() => modelOf(geometry)).toThrow(message);
});
