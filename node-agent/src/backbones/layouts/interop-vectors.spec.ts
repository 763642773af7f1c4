/** Tiny checkpoints, as timm, open_clip and the original code wrote them, give the features that those compute. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { featureSize, type BackboneGeometry, type ImageSize } from '@consilium/shared/protocol';
import { startBackend } from '../../engine/testing/backends.js';
import { openBackbone } from '../open-backbone.js';
import { readBackbone } from '../read-backbone.js';
import { recipePixels } from '../testing/recipe.js';

const VECTORS = join(__dirname, '../../../../tests/interop/vectors');

/** By folder: the layout that must take it. */
const FOLDERS = [
  ['timm-plain', 'timm VisionTransformer'],
  ['timm-layer-scale', 'timm VisionTransformer'],
  ['timm-mean', 'timm VisionTransformer'],
  ['timm-qk-norm', 'timm VisionTransformer'],
  ['timm-clip', 'timm VisionTransformer'],
  ['timm-siglip', 'timm VisionTransformer'],
  ['timm-reg4-dinov2', 'timm VisionTransformer'],
  ['timm-registers-swiglu', 'timm VisionTransformer'],
  ['timm-registers-with-positions', 'timm VisionTransformer'],
  ['original-dinov2', 'original DINO or DINOv2'],
  ['original-dinov2-registers', 'original DINO or DINOv2'],
  ['original-dinov2-teacher', 'original DINO or DINOv2'],
  ['retfound', 'original MAE or RETFound'],
  ['open-clip', 'open_clip or OpenAI CLIP'],
  ['open-clip-gelu', 'open_clip or OpenAI CLIP'],
  ['open-clip-timm-trunk', 'open_clip with a timm trunk'],
] as const;

interface Expected {
  readonly cases: readonly {
    readonly height: number;
    readonly width: number;
    readonly feature: readonly number[];
  }[];
}

function expectedOf(name: string): Expected['cases'] {
  const text = readFileSync(join(VECTORS, name, 'expected.json'), 'utf8');
  return (JSON.parse(text) as Expected).cases;
}

/** Of pictures that come in the size that is asked for; a study may choose the pool that a vector was made with. */
async function featuresOf(folder: string, size: ImageSize, width: number): Promise<Float32Array> {
  const { geometry, preprocessing } = await readBackbone(folder);
  const { resample, resizes, rescale, mean, std } = preprocessing;
  const model = await openBackbone(folder, {
    geometry: {
      ...geometry,
      ...(featureSize(geometry) === width ? {} : { pool: 'class-and-mean' as const }),
    } as BackboneGeometry,
    preprocessing: { resample, resizes, rescale, mean, std, resize: { kind: 'exact', ...size } },
  });
  const found = model.trunk(recipePixels(size), model.blocks).dataSync<'float32'>();
  model.dispose();
  return found;
}

/** The largest difference, of the largest number that is expected. */
function relativeDifference(found: Float32Array, wanted: readonly number[]): number {
  const differences = wanted.map((value, i) => Math.abs(value - (found[i] ?? Infinity)));
  return Math.max(...differences) / Math.max(...wanted.map(Math.abs));
}

const TOLERANCE = 2e-6;

beforeAll(() => startBackend('wasm'));

describe.each(FOLDERS)('%s', (name, title) => {
  const folder = join(VECTORS, name);

  it('is taken by its layout', async () => {
    expect((await readBackbone(folder)).layout.title).toBe(title);
  });

  it('gives the features of its library at every size', async () => {
    for (const { feature, ...size } of expectedOf(name)) {
      const { height, width } = size;
      const found = await featuresOf(folder, { height, width }, feature.length);
      expect(found).toHaveLength(feature.length);
      expect(relativeDifference(found, feature)).toBeLessThan(TOLERANCE);
    }
  });
});

/** Its code normalises the mean of the patches with weight 1 and bias 0 before it is fine-tuned, whatever `norm` the file has. */
it('the encoder of a pretrained autoencoder gives its mean of patches as RETFound computes it', async () => {
  const folder = join(VECTORS, 'retfound-pretrained');
  const { geometry } = await readBackbone(folder);
  expect(geometry).toMatchObject({ pool: 'mean', finalNorm: 'pooled-plain' });
  for (const { feature, height, width } of expectedOf('retfound-pretrained')) {
    const found = await featuresOf(folder, { height, width }, feature.length);
    expect(relativeDifference(found, feature)).toBeLessThan(TOLERANCE);
  }
});
