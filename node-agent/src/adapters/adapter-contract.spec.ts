/** What every adapter must do, whatever its method and whatever the backbone; none of the methods may be missing. */
import * as tf from '@tensorflow/tfjs-core';
import type { AdapterConfig } from '@consilium/shared/protocol';
import {
  initialTensors,
  readSafetensors,
  writeSafetensors,
  type Tensor,
  type TensorSpec,
} from '@consilium/shared/tensors';
import { unadapted, type Backbone } from '../backbones/backbone.js';
import { BACKENDS, startBackend } from '../engine/testing/backends.js';
import { ADAPTERS, createAdapter, mergeAdapter } from './registry.js';
import {
  createBench,
  disposeBench,
  featuresOf,
  filled,
  frozenFeatures,
  gradientsOf,
  load,
  logitsOf,
  relativeDifference,
  slopeAlong,
  trunkOf,
  type Bench,
} from './testing/bench.js';
import { configsFor, titleOf } from './testing/configs.js';
import { GEOMETRIES, openTiny, tinyParameters } from './testing/tiny-backbones.js';
import { saveTensors } from './variables.js';

const EVERY_TENSOR = ['plain vit', 'dinov2 with registers', 'clip', 'sam'];

/** The norm of DoRA is no function of its factors in the backward pass: dora.spec.ts looks at their gradients. */
function hasTrueGradient({ kind }: AdapterConfig, name: string): boolean {
  return kind !== 'dora' || !/\.lora-[ab]$/.test(name);
}

/** Prompts are small beside tokens and normalised at once, so the loss bends sooner along them. */
function stepOf({ kind }: AdapterConfig): number {
  return kind === 'visual-prompts' ? 6e-3 : 1e-2;
}

interface Direction {
  readonly name: string;
  readonly direction: ReadonlyMap<string, Float32Array>;
  /** What the gradients say of it; never negative. */
  readonly slope: number;
}

type Gradients = readonly (readonly [string, Float32Array])[];

/** All tensors at once, along the gradient, or each apart, along its steepest value. */
function directionsOf(gradients: Gradients, isApart: boolean): Direction[] {
  if (!isApart) {
    const norm = Math.hypot(...gradients.flatMap(([, gradient]) => [...gradient]));
    const unit = gradients.map(([name, g]) => [name, g.map((value) => value / norm)] as const);
    return [{ name: 'all', direction: new Map(unit), slope: norm }];
  }
  return gradients.map(([name, gradient]) => {
    const slope = Math.max(...gradient.map(Math.abs));
    const steepest = gradient.findIndex((value) => Math.abs(value) === slope);
    const direction = gradient.map((value, i) => (i === steepest ? Math.sign(value) : 0));
    return { name, direction: new Map([[name, direction]]), slope };
  });
}

function descend({ variables }: Bench, gradients: ReadonlyMap<string, Float32Array>): void {
  for (const [name, gradient] of gradients) {
    tf.tidy(() => {
      const variable = variables.get(name) as tf.Variable;
      const change = tf.mul(tf.tensor(gradient, variable.shape), 0.1);
      variable.assign(tf.sub(variable, change));
    });
  }
}

function bitsOf({ parameters }: Backbone): Map<string, Float32Array> {
  return new Map(
    [...parameters].map(([name, tensor]) => [name, tensor.dataSync<'float32'>().slice()]),
  );
}

it('is tested with every registered method', () => {
  const tested = Object.values(GEOMETRIES).flatMap(configsFor);
  expect([...new Set(tested.map(({ kind }) => kind))].sort()).toEqual(Object.keys(ADAPTERS).sort());
});

describe.each(BACKENDS)('on %s', (backend) => {
  describe.each(Object.entries(GEOMETRIES))('%s:', (family, geometry) => {
    /** Tensor by tensor takes long: on the fast backend, and where layers of all kinds are. */
    const isApart = backend === 'wasm' && EVERY_TENSOR.includes(family);
    const parameters = tinyParameters(geometry);
    let backbone: Backbone;

    beforeAll(async () => {
      await startBackend(backend);
      backbone = openTiny(geometry, parameters);
    });
    afterAll(() => backbone.dispose());

    describe.each(configsFor(geometry).map((config) => [titleOf(config), config] as const))(
      '%s',
      (__, config) => {
        let bench: Bench;
        let x: tf.Tensor2D;

        // One for all tests of the method, each of which fills in its own tensors: what is captured is captured once.
        beforeAll(() => {
          bench = createBench(backbone, config);
          x = trunkOf(bench);
        });
        afterAll(() => {
          disposeBench(bench);
          x.dispose();
        });

        it('trains the tensors of the schema, in its order', () => {
          const own = [...bench.variables].map(([name, { shape }]) => ({ name, shape }));
          expect(own).toEqual(bench.schema.map(({ name, shape }) => ({ name, shape })));
        });

        it('starts as the frozen model, or with its prompts beside the patches', () => {
          load(bench, initialTensors(bench.schema, 'seed'));
          tf.tidy(() => {
            const adapted = featuresOf(bench, x);
            const frozen = frozenFeatures(bench, x);
            expect(adapted.shape).toEqual(frozen.shape);
            const isSame = relativeDifference(adapted.dataSync(), frozen.dataSync()) === 0;
            expect(isSame).toBe(config.kind !== 'visual-prompts');
            expect(
              logitsOf(bench, x)
                .dataSync()
                .every((logit) => logit === 0),
            ).toBe(true);
          });
        });

        it('has gradients that agree with finite differences', () => {
          load(bench, filled(bench.schema));
          const gradients = [...gradientsOf(bench, x)].filter(([name]) =>
            hasTrueGradient(config, name),
          );
          for (const { name, direction, slope } of directionsOf(gradients, isApart)) {
            const found = slopeAlong(bench, direction, x, stepOf(config));
            const isNear = Math.abs(found - slope) < 2e-2 * slope + 2e-5;
            expect({ name, found, slope, isNear }).toMatchObject({ isNear: true });
          }
        });

        it('changes nothing but its own tensors and leaves nothing behind in the engine', () => {
          const before = bitsOf(backbone);
          const tensors = tf.memory().numTensors;
          const other = createBench(backbone, config);
          load(other, filled(other.schema));
          for (let step = 0; step < 2; step += 1) {
            descend(other, gradientsOf(other, x));
          }
          disposeBench(other);
          expect(tf.memory().numTensors).toBe(tensors);
          expect(bitsOf(backbone)).toEqual(before);
        });

        it('hands out frozen parameters as they are, without an operation', () => {
          const trained = new Set(bench.variables.keys());
          const others = [...backbone.parameters].filter(([name]) => !trained.has(`${name}.delta`));
          for (const [name, frozen] of others) {
            expect(bench.adapter.adaptation.parameter(name, frozen)).toBe(frozen);
          }
        });

        it('computes what the merged backbone computes, unless it adds layers or tokens', () => {
          const merges = !['bottleneck', 'visual-prompts'].includes(config.kind);
          const set = filled(bench.schema);
          load(bench, set);
          const merge = mergeAdapter(config, geometry, set);
          expect(merge !== undefined).toBe(merges);
          const merged = [...parameters].map(([name, frozen]): [string, Tensor] => [
            name,
            merge?.(name, frozen) ?? frozen,
          ]);
          const alone = openTiny(geometry, new Map(merged));
          tf.tidy(() => {
            const attached = logitsOf(bench, x).dataSync();
            const { level } = bench.adapter;
            const together = bench.head.logits(alone.features(x, level, unadapted)).dataSync();
            expect(relativeDifference(together, attached) < 1e-5).toBe(merges);
          });
          alone.dispose();
        });

        it('is saved and loaded to the bit', async () => {
          const set = filled(bench.schema);
          load(bench, set);
          const bytes = writeSafetensors(await saveTensors(bench.variables));
          expect(readSafetensors(bytes)).toEqual(readSafetensors(writeSafetensors(set)));
        });

        it('refuses tensors of another schema', () => {
          const [first, ...rest] = [...filled(bench.schema)];
          expect(() => load(bench, new Map(rest))).toThrow(first?.[0] ?? 'missing');
        });

        it('refuses another schema than its own', () => {
          const { schema } = bench;
          const extra = { ...(schema[0] as TensorSpec), name: 'another' };
          expect(() => createAdapter(config, geometry, [...schema, extra])).toThrow(
            /expected no further tensor, the schema has another/,
          );
          const short = bench.adapter.variables.size === 0 ? [extra] : schema.slice(1);
          expect(() => createAdapter(config, geometry, short)).toThrow(
            /expected .*, the schema has/,
          );
        });
      },
    );
  });
});
