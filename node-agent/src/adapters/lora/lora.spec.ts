/** Every gradient of LoRA against PyTorch: backbones/vit/vectors/make-tiny-vit.py. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LinearTarget } from '@consilium/shared/protocol';
import { BACKENDS, startBackend } from '../../engine/testing/backends.js';
import { TINY_VIT, tinyVitNumbers } from '../testing/tiny-vit.js';

interface Expected {
  readonly rank: number;
  readonly alpha: number;
  readonly blocks: number[];
  readonly targets: LinearTarget[];
  readonly lora: {
    readonly logits: readonly number[];
    readonly gradients: Readonly<Record<string, readonly number[]>>;
  };
}

const expected = JSON.parse(readFileSync(join(TINY_VIT, 'expected.json'), 'utf8')) as Expected;

function largestDifference(found: readonly number[], wanted: readonly number[]): number {
  expect(found).toHaveLength(wanted.length);
  return Math.max(...wanted.map((value, i) => Math.abs(value - (found[i] ?? Number.NaN))));
}

it.each(BACKENDS)('LoRA gives the logits and every gradient of PyTorch on %s', async (backend) => {
  await startBackend(backend);
  const { rank, alpha, targets, blocks, lora } = expected;
  const { logits, gradients } = await tinyVitNumbers({
    kind: 'lora',
    rank,
    alpha,
    targets,
    blocks,
  });
  expect(largestDifference(logits, lora.logits)).toBeLessThan(1e-5);
  expect([...gradients.keys()]).toEqual(Object.keys(lora.gradients));
  for (const [name, gradient] of gradients) {
    expect(largestDifference(gradient, lora.gradients[name] ?? [])).toBeLessThan(1e-5);
  }
});
