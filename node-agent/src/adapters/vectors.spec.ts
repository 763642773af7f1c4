/** Bottlenecks, prompts and changed parameters against PyTorch: vectors/make-adapter-vectors.py. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeFloat } from '@consilium/shared/encoding';
import type { AdapterConfig } from '@consilium/shared/protocol';
import { BACKENDS, startBackend } from '../engine/testing/backends.js';
import { tinyVitNumbers } from './testing/tiny-vit.js';

interface Case {
  readonly logits: readonly number[];
  readonly loss: number;
  /** Sum and norm of each gradient. */
  readonly gradients: Readonly<Record<string, readonly [sum: number, norm: number]>>;
}

const { cases } = JSON.parse(readFileSync(join(__dirname, 'vectors/adapters.json'), 'utf8')) as {
  readonly cases: Readonly<Record<string, Case>>;
};

const bottleneck = { kind: 'bottleneck', size: 5 } as const;

const CONFIGS: Readonly<Record<string, AdapterConfig>> = {
  houlsby: {
    ...bottleneck,
    placement: 'houlsby',
    activation: 'gelu',
    scale: encodeFloat(1),
    blocks: [0, 2],
  },
  pfeiffer: {
    ...bottleneck,
    placement: 'pfeiffer',
    activation: 'relu',
    scale: encodeFloat(0.5),
    blocks: [1, 2],
  },
  parallel: {
    ...bottleneck,
    placement: 'parallel',
    activation: 'silu',
    scale: encodeFloat(0.25),
    blocks: [0, 1, 2],
  },
  shallow: { kind: 'visual-prompts', depth: 'shallow', tokens: 2 },
  deep: { kind: 'visual-prompts', depth: 'deep', tokens: 2 },
  'last-blocks': { kind: 'last-blocks', count: 1 },
  bitfit: { kind: 'bitfit', blocks: [1, 2] },
  'norm-tuning': { kind: 'norm-tuning', blocks: [1] },
  full: { kind: 'full' },
};

describe.each(BACKENDS)('on %s', (backend) => {
  beforeAll(() => startBackend(backend));

  it.each(Object.entries(CONFIGS))('%s gives the numbers of PyTorch', async (name, config) => {
    const expected = cases[name] as Case;
    const found = await tinyVitNumbers(config);
    expected.logits.forEach((logit, i) => expect(found.logits[i]).toBeCloseTo(logit, 4));
    expect(found.loss).toBeCloseTo(expected.loss, 5);
    expect([...found.gradients.keys()]).toEqual(Object.keys(expected.gradients));
    const norms = Object.values(expected.gradients).map(([, norm]) => norm);
    // A gradient that is zero but for rounding, such as that of a key's bias, has no digits to compare.
    const floor = 1e-6 * Math.max(...norms);
    for (const [tensor, [sum, norm]] of Object.entries(expected.gradients)) {
      const gradient = found.gradients.get(tensor) ?? [];
      const ownSum = gradient.reduce((total, value) => total + value, 0);
      expect(Math.abs(Math.hypot(...gradient) - norm)).toBeLessThan(1e-4 * norm + floor);
      expect(Math.abs(ownSum - sum)).toBeLessThan(2e-4 * norm + floor);
    }
  });
});
