import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentHash, contentHashOf } from '@consilium/shared/crypto';
import { decodeFloat, encodeFloat } from '@consilium/shared/encoding';
import { readSafetensors, writeSafetensors, type Tensor } from '@consilium/shared/tensors';
import { startBackend } from '../engine/testing/backends.js';
import { openBackbone } from './open-backbone.js';
import { describeBackbone } from './read-backbone.js';

const TINY = join(__dirname, 'vit/vectors/tiny-vit');
const folders: string[] = [];

/** A copy of the tiny vit, to be spoilt. */
function copy(): string {
  const folder = mkdtempSync(join(tmpdir(), 'backbone-'));
  folders.push(folder);
  cpSync(TINY, folder, { recursive: true });
  return folder;
}

function withConfig(file: string, change: Record<string, unknown>): string {
  const folder = copy();
  const config = JSON.parse(readFileSync(join(folder, file), 'utf8')) as object;
  writeFileSync(join(folder, file), JSON.stringify({ ...config, ...change }));
  return folder;
}

function withTensors(change: (tensors: Map<string, Tensor>) => void): string {
  const folder = copy();
  const path = join(folder, 'model.safetensors');
  const tensors = new Map(readSafetensors(readFileSync(path)));
  change(tensors);
  writeFileSync(path, writeSafetensors(tensors));
  return folder;
}

const tensor = (...shape: number[]): Tensor => ({
  shape,
  data: new Float32Array(shape.reduce((product, n) => product * n, 1)),
});

afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

describe('describeBackbone', () => {
  it('tells geometry, preprocessing and size', async () => {
    expect(await describeBackbone(TINY)).toMatchObject({
      geometry: {
        layout: 'vit',
        hiddenSize: 16,
        layers: 3,
        heads: 2,
        mlpSize: 32,
        imageSize: 16,
        patchSize: 4,
        layerNormEps: encodeFloat(1e-6),
        qkvBias: true,
      },
      preprocessing: {
        size: 16,
        resample: 'bilinear',
        rescale: encodeFloat(1 / 255),
        mean: [0.5, 0.4, 0.3].map(encodeFloat),
        std: [0.5, 0.25, 0.2].map(encodeFloat),
      },
      parameters: 7776,
    });
  });

  it('hashes names, dtypes, shapes and bytes of the tensors, not the file', async () => {
    const tensors = [...readSafetensors(readFileSync(join(TINY, 'model.safetensors')))]
      .filter(([name]) => !name.startsWith('pooler.'))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { shape, data }]) => ({
        name,
        dtype: 'F32',
        shape: [...shape],
        hash: contentHash(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
      }));
    const { hash } = await describeBackbone(TINY);
    expect(hash).toBe(contentHashOf({ domain: 'consilium/v1/backbone', tensors }));
    const prefixed = withTensors((map) => {
      for (const [name, value] of [...map]) {
        map.delete(name);
        map.set(`vit.${name}`, value);
      }
      map.set('classifier.bias', tensor(2));
    });
    expect((await describeBackbone(prefixed)).hash).toBe(hash);
    const changed = withTensors((map) => {
      const data = map.get('layernorm.bias')?.data ?? new Float32Array();
      data[0] = (data[0] ?? 0) + 1;
    });
    expect((await describeBackbone(changed)).hash).not.toBe(hash);
  });

  it('takes defaults of transformers for keys that are absent', async () => {
    const folder = copy();
    writeFileSync(join(folder, 'preprocessor_config.json'), JSON.stringify({ size: 16 }));
    const { preprocessing } = await describeBackbone(folder);
    expect(preprocessing.resample).toBe('bilinear');
    expect(preprocessing.mean.map(decodeFloat)).toEqual([0.5, 0.5, 0.5]);
    expect(decodeFloat(preprocessing.rescale)).toBe(1 / 255);
  });

  it('leaves values alone that are not to be rescaled or normalised', async () => {
    const folder = withConfig('preprocessor_config.json', {
      do_rescale: false,
      do_normalize: false,
    });
    const { preprocessing } = await describeBackbone(folder);
    expect(decodeFloat(preprocessing.rescale)).toBe(1);
    expect(preprocessing.mean.map(decodeFloat)).toEqual([0, 0, 0]);
    expect(preprocessing.std.map(decodeFloat)).toEqual([1, 1, 1]);
  });
});

describe('a folder is refused', () => {
  const expectRefused = (folder: string, message: RegExp) =>
    expect(describeBackbone(folder)).rejects.toMatchObject({
      code: 'bad-backbone',
      message: expect.stringMatching(message) as string,
    });

  it('naming missing, extra and misshapen tensors in one message', async () => {
    const folder = withTensors((map) => {
      map.delete('layernorm.bias');
      map.set('stranger', tensor(1));
      map.set('embeddings.cls_token', tensor(1, 1, 8));
    });
    await expectRefused(
      folder,
      /missing: layernorm.bias; extra: stranger; misshapen: embeddings.cls_token \[1, 1, 8\] instead of \[1, 1, 16\]/,
    );
  });

  it.each([
    ['config.json', { model_type: 'dinov2' }, /model_type/],
    ['config.json', { hidden_act: 'gelu_new' }, /hidden_act: expected gelu/],
    ['config.json', { num_attention_heads: 3 }, /multiple of num_attention_heads/],
    ['config.json', { patch_size: 5 }, /multiple of patch_size/],
    ['config.json', { image_size: [16, 32] }, /image_size/],
    ['config.json', { num_channels: 1 }, /num_channels: expected 3/],
    ['preprocessor_config.json', { do_center_crop: true }, /cropping is not supported/],
    ['preprocessor_config.json', { size: { shortest_edge: 16 } }, /size/],
    ['preprocessor_config.json', { size: { height: 16, width: 8 } }, /expected a square/],
    ['preprocessor_config.json', { size: 32 }, /makes pictures of 32 pixels, config.json wants 16/],
    ['preprocessor_config.json', { resample: 5 }, /resample: expected 0/],
    ['preprocessor_config.json', { image_std: [0, 1, 1] }, /image_std: expected positive/],
  ])('for %s with %j', async (file, change, message) => {
    await expectRefused(withConfig(file, change), message);
  });

  it.each(['config.json', 'preprocessor_config.json', 'model.safetensors'])(
    'without %s',
    async (file) => {
      const folder = copy();
      rmSync(join(folder, file));
      await expectRefused(folder, new RegExp(file));
    },
  );

  it('with a pickle in place of safetensors, saying how to convert', async () => {
    const folder = copy();
    rmSync(join(folder, 'model.safetensors'));
    writeFileSync(join(folder, 'pytorch_model.bin'), 'anything');
    await expectRefused(folder, /pytorch_model.bin: a pickle can run code.*save_pretrained/);
  });

  it.each([
    ['a zip archive', [0x50, 0x4b, 3, 4, 0, 0, 0, 0, 0]],
    ['a pickle', [0x80, 2, 0x7d, 0x71, 0, 0x58, 1, 0, 0]],
  ])('with %s under the name of safetensors', async (_, bytes) => {
    const folder = copy();
    writeFileSync(join(folder, 'model.safetensors'), Uint8Array.from(bytes));
    await expectRefused(folder, /is not what its name says: a pickle can run code/);
  });

  it('with a truncated weight file', async () => {
    const folder = copy();
    const path = join(folder, 'model.safetensors');
    writeFileSync(path, readFileSync(path).subarray(0, 20_000));
    await expectRefused(folder, /model.safetensors/);
  });
});

describe('openBackbone', () => {
  beforeAll(() => startBackend('cpu'));

  it('refuses another backbone than the study names', async () => {
    const { hash, geometry, preprocessing } = await describeBackbone(TINY);
    const other = contentHash(new Uint8Array());
    await expect(
      openBackbone(TINY, { hash: other, geometry, preprocessing }),
    ).rejects.toMatchObject({
      code: 'bad-backbone',
      message: expect.stringContaining(hash) as string,
    });
    await expect(
      openBackbone(TINY, {
        hash,
        geometry,
        preprocessing: { ...preprocessing, resample: 'bicubic' },
      }),
    ).rejects.toThrow(/the preprocessing of the folder differs/);
    await expect(
      openBackbone(TINY, {
        hash,
        preprocessing,
        geometry: { ...geometry, layerNormEps: encodeFloat(1e-5) },
      }),
    ).rejects.toThrow(/the geometry of the folder differs/);
  });
});
