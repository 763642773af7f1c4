import * as tf from '@tensorflow/tfjs-core';
import type { AdapterConfig, BackboneGeometry } from '@consilium/shared/protocol';
import { initialTensors } from '@consilium/shared/tensors';
import type { Backbone } from '../backbones/backbone.js';
import { startBackend } from '../engine/testing/backends.js';
import { compose } from './compose.js';
import { mergeAdapter } from './registry.js';
import {
  createBench,
  disposeBench,
  filled,
  gradientsOf,
  load,
  logitsOf,
  relativeDifference,
  trunkOf,
  type Bench,
} from './testing/bench.js';
import { configsFor, titleOf } from './testing/configs.js';
import { GEOMETRIES, openTiny, tinyParameters } from './testing/tiny-backbones.js';

const geometry = GEOMETRIES['dinov2 with registers'] as BackboneGeometry;
const OWN: AdapterConfig = {
  kind: 'lora',
  rank: 1,
  alpha: 2,
  targets: ['value', 'mlp-up'],
  blocks: [0],
};

describe('two adapters at once', () => {
  let backbone: Backbone;
  let shared: Bench;
  let own: Bench;

  function attach(config: AdapterConfig): Bench {
    shared = createBench(backbone, config);
    own = createBench(backbone, OWN);
    load(shared, filled(shared.schema));
    load(own, filled(own.schema));
    const attached = compose(shared.adapter, own.adapter);
    const variables = new Map([
      ...shared.variables,
      ...[...own.adapter.variables].map(([name, variable]) => [`own ${name}`, variable] as const),
    ]);
    return { ...shared, adapter: { ...shared.adapter, ...attached }, variables };
  }

  beforeAll(async () => {
    await startBackend('wasm');
    backbone = openTiny(geometry, tinyParameters(geometry));
  });
  afterAll(() => backbone.dispose());
  afterEach(() => {
    disposeBench(shared);
    disposeBench(own);
  });

  const configs = configsFor(geometry).map((config) => [titleOf(config), config] as const);

  it.each(configs)('begin at the lower level: %s', (_, config) => {
    const both = attach(config);
    expect(both.adapter.level).toBe(Math.min(shared.adapter.level, own.adapter.level));
  });

  it.each(configs)('are the shared one alone while the other is at its start: %s', (_, config) => {
    const both = attach(config);
    load(own, initialTensors(own.schema, 'seed'));
    tf.tidy(() => {
      const alone = logitsOf({
        ...shared,
        adapter: { ...shared.adapter, level: both.adapter.level },
      });
      expect(relativeDifference(logitsOf(both).dataSync(), alone.dataSync())).toBeLessThan(1e-6);
    });
  });

  it.each(configs)('are both trained: %s', (_, config) => {
    const both = attach(config);
    const x = trunkOf(both);
    const gradients = gradientsOf(both, x);
    x.dispose();
    expect(gradients.size).toBe(shared.variables.size + own.adapter.variables.size);
    for (const gradient of gradients.values()) {
      expect(gradient.some((value) => value !== 0)).toBe(true);
    }
  });

  it('compute what a backbone computes into which both were merged', () => {
    const config: AdapterConfig = {
      kind: 'rslora',
      rank: 2,
      alpha: 3,
      targets: ['value'],
      blocks: [0, 1],
    };
    const both = attach(config);
    const merges = [
      mergeAdapter(config, geometry, filled(shared.schema)),
      mergeAdapter(OWN, geometry, filled(own.schema)),
    ];
    const merged = [...tinyParameters(geometry)].map(
      ([name, frozen]) =>
        [name, merges.reduce((tensor, merge) => merge?.(name, tensor) ?? tensor, frozen)] as const,
    );
    const alone = openTiny(geometry, new Map(merged));
    const frozen = createBench(alone, { kind: 'linear-head' });
    load(frozen, new Map([...filled(shared.schema)].filter(([name]) => name.startsWith('head.'))));
    tf.tidy(() => {
      const together = logitsOf(both).dataSync();
      expect(relativeDifference(together, logitsOf(frozen).dataSync())).toBeLessThan(1e-5);
    });
    disposeBench(frozen);
    alone.dispose();
  });

  it('are refused when both would add tokens', () => {
    const prompts = { kind: 'visual-prompts', depth: 'shallow', tokens: 1 } as const;
    shared = createBench(backbone, prompts);
    own = createBench(backbone, { ...prompts, depth: 'deep' });
    expect(() => compose(shared.adapter, own.adapter)).toThrow(/cannot be attached at once/);
  });
});
