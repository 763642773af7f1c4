/** The tiny checkpoints of tests/interop, opened as a site opens them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSafetensors, writeSafetensors } from '@consilium/shared/tensors';
import { startBackend } from '../../engine/testing/backends.js';
import { openBackbone } from '../open-backbone.js';
import { recipePixels } from '../testing/recipe.js';

const VECTORS = join(__dirname, '../../../../tests/interop/vectors');

interface Expected {
  readonly cases: readonly {
    readonly height: number;
    readonly width: number;
    readonly feature: readonly number[];
  }[];
}

function expectedOf(name: string): Expected['cases'][number] {
  const text = readFileSync(join(VECTORS, name, 'expected.json'), 'utf8');
  const [native] = (JSON.parse(text) as Expected).cases;
  if (native === undefined) {
    throw new Error(`${name} expects nothing`);
  }
  return native;
}

/** Opens the folder, compares the features, and tells the model's hash. */
async function check(folder: string, { height, width, feature }: Expected['cases'][number]) {
  const model = await openBackbone(folder);
  expect(model.description.preprocessing).toMatchObject({
    resize: { kind: 'longest-edge', size: height },
    resample: 'bilinear',
  });
  const found = model.trunk(recipePixels({ height, width }), model.blocks).dataSync();
  expect(found).toHaveLength(feature.length);
  feature.forEach((value, i) => expect(found[i]).toBeCloseTo(value, 5));
  model.dispose();
  return model.description.hash;
}

/** segment_anything/modeling/image_encoder.py */
const ORIGINAL_NAMES = [
  [/^vision_encoder\./, 'image_encoder.'],
  [/\.patch_embed\.projection\./, '.patch_embed.proj.'],
  [/\.layers\.(\d+)\./, '.blocks.$1.'],
  [/(\.blocks\.\d+\.)layer_norm/, '$1norm'],
  [/\.neck\.conv1\./, '.neck.0.'],
  [/\.neck\.layer_norm1\./, '.neck.1.'],
  [/\.neck\.conv2\./, '.neck.2.'],
  [/\.neck\.layer_norm2\./, '.neck.3.'],
] as const;

function originalName(name: string): string {
  return ORIGINAL_NAMES.reduce((text, [pattern, to]) => text.replace(pattern, to), name);
}

beforeAll(() => startBackend('wasm'));

it.each(['sam', 'sam-with-decoder', 'original-sam'])(
  'the file of %s gives the features of transformers',
  (name) => check(join(VECTORS, name), expectedOf(name)),
);

it('the same model under its original names, without any description, is the same backbone', async () => {
  const source = join(VECTORS, 'sam');
  const tensors = readSafetensors(readFileSync(join(source, 'model.safetensors')));
  const renamed = new Map([...tensors].map(([name, tensor]) => [originalName(name), tensor]));
  const folder = mkdtempSync(join(tmpdir(), 'sam-'));
  writeFileSync(join(folder, 'model.safetensors'), writeSafetensors(renamed));
  const hash = await check(folder, expectedOf('sam'));
  expect(hash).toBe(await check(source, expectedOf('sam')));
  rmSync(folder, { recursive: true });
});
