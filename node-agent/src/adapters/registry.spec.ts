import { encodeFloat } from '@consilium/shared/encoding';
import type { AdapterConfig, BackboneGeometry } from '@consilium/shared/protocol';
import { startBackend } from '../engine/testing/backends.js';
import { createAdapter } from './registry.js';
import { GEOMETRIES } from './testing/tiny-backbones.js';

const lora = { kind: 'lora', rank: 2, alpha: 4, targets: ['query'], blocks: [0] } as const;
const bottleneck = {
  kind: 'bottleneck',
  placement: 'pfeiffer',
  size: 3,
  activation: 'relu',
  scale: encodeFloat(1),
} as const;

describe('an adapter that does not fit its backbone', () => {
  beforeAll(() => startBackend('cpu'));

  it.each<[string, object, string, RegExp]>([
    ['a rank above the dimension', { ...lora, rank: 9 }, 'plain vit', /rank 9 is above/],
    ['a block beyond the last', { ...lora, blocks: [2] }, 'plain vit', /there is no block 2/],
    ['a layer without', { ...lora, targets: ['mlp-gate'] }, 'clip', /has no layer mlp-gate/],
    [
      'a pattern of a layer that is not adapted',
      { ...lora, rankPattern: [{ block: 1, target: 'query', rank: 1, alpha: 1 }] },
      'plain vit',
      /rankPattern names query of block 1/,
    ],
    ['a rank above the dimension', { ...lora, kind: 'dora', rank: 9 }, 'dinov3', /rank 9 is above/],
    ['a block beyond the last', { ...lora, kind: 'rslora', blocks: [7] }, 'sam', /no block 7/],
    [
      'a scaled input that is no target',
      { kind: 'ia3', targets: ['key'], feedForward: ['mlp-down'], blocks: [0] },
      'plain vit',
      /feedForward names mlp-down, which is no target/,
    ],
    ['more blocks than there are', { kind: 'last-blocks', count: 3 }, 'plain vit', /no block 2/],
    ['a block beyond the last', { kind: 'bitfit', blocks: [2] }, 'siglip', /no block 2/],
    ['a block beyond the last', { kind: 'norm-tuning', blocks: [2] }, 'sam', /no block 2/],
    ['a block beyond the last', { ...bottleneck, blocks: [0, 5] }, 'plain vit', /no block 5/],
    [
      'prompts among windows',
      { kind: 'visual-prompts', depth: 'deep', tokens: 1 },
      'sam',
      /a sam backbone has no place for tokens/,
    ],
  ])('is refused: %s, %j on %s', (_, config, family, message) => {
    const geometry = GEOMETRIES[family] as BackboneGeometry;
    expect(() => createAdapter(config as AdapterConfig, geometry, [])).toThrow(message);
  });
});
