import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { contentHash } from '@consilium/shared/crypto';
import { encodeFloat } from '@consilium/shared/encoding';
import type { BackboneDescription, VitGeometry } from '@consilium/shared/protocol';
import { startBackend } from '../engine/testing/backends.js';
import { openBackbone } from './open-backbone.js';
import { describeBackbone } from './read-backbone.js';

const TINY = join(__dirname, 'vit/vectors/tiny-vit');

type Named = BackboneDescription & { readonly geometry: VitGeometry };

async function tiny(): Promise<Named> {
  return (await describeBackbone(TINY)) as Named;
}

beforeAll(() => startBackend('cpu'));

describe('opening the backbone that a study names', () => {
  it('refuses another hash, and frees what it has read', async () => {
    const named = await tiny();
    const before = tf.memory().numTensors;
    const hash = contentHash(new Uint8Array());
    await expect(openBackbone(TINY, { ...named, hash })).rejects.toMatchObject({
      code: 'bad-backbone',
      message: `backbone: the folder holds ${named.hash}, the study names ${hash}`,
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each([
    ['layerNormEps', encodeFloat(1e-5)],
    ['activation', 'gelu-tanh'],
    ['finalNorm', 'pooled'],
    ['heads', 4],
  ])('refuses another geometry by its key %s', async (key, value) => {
    const named = await tiny();
    const geometry = { ...named.geometry, [key]: value };
    await expect(openBackbone(TINY, { ...named, geometry })).rejects.toThrow(
      new RegExp(`the geometry of the folder differs from the study's: ${key} is`),
    );
  });

  it('takes the pool and the preprocessing that the study chose', async () => {
    const named = await tiny();
    const chosen = {
      hash: named.hash,
      geometry: { ...named.geometry, pool: 'class-and-mean' as const },
      preprocessing: { ...named.preprocessing, resample: 'bicubic' as const },
    };
    const model = await openBackbone(TINY, chosen);
    expect(model.description).toMatchObject(chosen);
    expect(model.featureSize).toBe(32);
    model.dispose();
  });
});
