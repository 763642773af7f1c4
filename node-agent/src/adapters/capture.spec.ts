/**
 * Every method on every kind of backbone is captured on onnxruntime, block by block and as one function, without a kernel of tfjs's
 * own JavaScript; its loss and each of its gradients are those of tfjs's cpu backend.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { AdapterConfig, BackboneGeometry } from '@consilium/shared/protocol';
import { shapeSize, type Tensor, type TensorSet } from '@consilium/shared/tensors';
import type { Backbone } from '../backbones/backbone.js';
import { GEOMETRIES as OPTIONS } from '../backbones/testing/geometries.js';
import { compiled, type Memory } from '../engine/compiled.js';
import { fallbacks, startBackend } from '../engine/testing/backends.js';
import { createBench, disposeBench, load, lossOf, trunkOf, type Bench } from './testing/bench.js';
import { configsFor, titleOf } from './testing/configs.js';
import { GEOMETRIES, openTiny, tinyParameters } from './testing/tiny-backbones.js';

/** Of a tensor's largest value. */
const TOLERANCE = 1e-5;
/** Of the largest gradient: one that vanishes, as that of a shift of all keys before a softmax, is nothing but rounding. */
const VANISHING = 3e-7;

const SAM = GEOMETRIES['sam'] as BackboneGeometry & { architecture: 'sam' };

/** Families with every method; further options of a backbone with one method that trains all of it and one that adds layers. */
const CASES: readonly [string, BackboneGeometry, readonly AdapterConfig[]][] = [
  ...Object.entries(GEOMETRIES).map(
    ([family, geometry]): [string, BackboneGeometry, AdapterConfig[]] => [
      family,
      geometry,
      configsFor(geometry),
    ],
  ),
  ...Object.entries({
    ...OPTIONS,
    'sam, windows alone': { ...SAM, globalBlocks: [] },
    'sam, no positions and no biases': {
      ...SAM,
      absolutePositions: false,
      relativePositions: false,
      qkvBias: false,
      globalBlocks: [0, 1],
    },
  }).map(([title, geometry]): [string, BackboneGeometry, AdapterConfig[]] => [
    `options: ${title}`,
    geometry,
    configsFor(geometry).filter(({ kind }) => kind === 'full' || kind === 'bottleneck'),
  ]),
];

/** Value j of tensor k: irregular numbers between -0.5 and 0.5, so that no gradient is small for its terms cancelling out. */
function irregular(k: number, length: number, level = 0): Float32Array {
  return Float32Array.from({ length }, (_, j) => {
    const x = Math.sin((j + 1) * 12.9898 + k * 78.233) * 43758.5453;
    return level + x - Math.floor(x) - 0.5;
  });
}

function parametersOf(geometry: BackboneGeometry): Map<string, Tensor> {
  return new Map(
    [...tinyParameters(geometry)].map(([name, { shape, data }], k) => {
      const isScale = /norm[a-z-]*\.weight$|scale-/.test(name);
      return [name, { shape, data: irregular(k, data.length, isScale ? 1 : 0) }];
    }),
  );
}

function adapterOf({ schema }: Bench): TensorSet {
  return new Map(
    schema.map(({ name, shape }, k) => [
      name,
      { shape, data: irregular(500 + k, shapeSize(shape)) },
    ]),
  );
}

/** The loss, and the gradient of each tensor. */
type Numbers = ReadonlyMap<string, Float32Array>;

interface Slopes {
  readonly loss: tf.Tensor;
  readonly gradients: Record<string, tf.Tensor>;
}

function slopesOf(bench: Bench, x: tf.Tensor2D, memory: Memory): Slopes {
  const variables = [...bench.variables];
  const { value, grads } = tf.variableGrads(
    () => lossOf(bench, x, memory),
    variables.map(([, variable]) => variable),
  );
  const gradients = variables.map(([name, variable]) => {
    const gradient = grads[variable.name];
    if (gradient === undefined) {
      throw new Error(`no gradient for ${name}`);
    }
    return [name, gradient] as const;
  });
  return { loss: value, gradients: Object.fromEntries(gradients) };
}

type Way = 'block by block' | 'block by block, recomputed' | 'as one function';

function numbersOf(backbone: Backbone, config: AdapterConfig, way: Way): Numbers {
  const bench = createBench(backbone, config);
  load(bench, adapterOf(bench));
  const memory = way === 'block by block, recomputed' ? 'recompute' : 'save';
  const blocks = (x: tf.Tensor2D): Slopes => slopesOf(bench, x, memory);
  const whole = compiled(blocks, 'the gradient');
  tf.engine().startScope();
  const { loss, gradients } = (way === 'as one function' ? whole : blocks)(trunkOf(bench));
  const numbers = Object.entries({ loss, ...gradients }).map(
    ([name, tensor]) => [name, tensor.dataSync<'float32'>().slice()] as const,
  );
  tf.engine().endScope();
  whole.dispose();
  disposeBench(bench);
  return new Map(numbers);
}

/** Tensors that differ by more than is allowed, with the difference relative to the tensor's largest value. */
function differing(found: Numbers, wanted: Numbers): [name: string, difference: number][] {
  expect([...found.keys()]).toEqual([...wanted.keys()]);
  const floor = VANISHING * Math.max(...[...wanted.values()].map(largestOf));
  return [...wanted].flatMap(([name, values]): [string, number][] => {
    const others = found.get(name) ?? new Float32Array();
    expect(others).toHaveLength(values.length);
    const farthest = largestOf(values.map((value, i) => value - (others[i] ?? NaN)));
    const isNear = farthest <= Math.max(TOLERANCE * largestOf(values), floor);
    return isNear ? [] : [[name, farthest / largestOf(values)]];
  });
}

function largestOf(values: Float32Array): number {
  return Math.max(...values.map(Math.abs));
}

describe.each(CASES)('%s:', (_, geometry, configs) => {
  const wanted = new Map<AdapterConfig, Numbers>();
  let backbone: Backbone;

  beforeAll(async () => {
    const parameters = parametersOf(geometry);
    await startBackend('cpu');
    backbone = openTiny(geometry, parameters);
    for (const config of configs) {
      wanted.set(config, numbersOf(backbone, config, 'block by block'));
    }
    backbone.dispose();
    await startBackend('onnxruntime');
    backbone = openTiny(geometry, parameters);
  });
  afterAll(() => backbone.dispose());

  describe.each(configs.map((config) => [titleOf(config), config] as const))('%s', (__, config) => {
    it.each<[Way]>([['block by block'], ['block by block, recomputed'], ['as one function']])(
      'is captured %s and agrees with plain JavaScript',
      (way) => {
        const found = numbersOf(backbone, config, way);
        expect(differing(found, wanted.get(config) ?? new Map())).toEqual([]);
        expect(fallbacks).toEqual([]);
      },
    );
  });
});

it('would notice a kernel of plain JavaScript', async () => {
  await startBackend('onnxruntime');
  tf.tidy(() => tf.topk([1, 2], 1));
  expect(fallbacks.splice(0)).toEqual([expect.stringMatching(/^TopK of /)]);
});
