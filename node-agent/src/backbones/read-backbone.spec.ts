import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contentHash, contentHashOf } from '@consilium/shared/crypto';
import { backboneParameters } from '@consilium/shared/protocol';
import {
  float32Bytes,
  readSafetensors,
  writeSafetensors,
  type Tensor,
} from '@consilium/shared/tensors';
import { modelFolder, removeModelFolders, writeJson } from './files/testing/model-folder.js';
import { describeBackbone, readBackbone } from './read-backbone.js';

const TINY = join(__dirname, 'vit/vectors/tiny-vit');

function withConfig(file: string, change: Record<string, unknown>): string {
  const folder = modelFolder(TINY);
  const config = JSON.parse(readFileSync(join(folder, file), 'utf8')) as object;
  writeJson(folder, file, { ...config, ...change });
  return folder;
}

function withTensors(change: (tensors: Map<string, Tensor>) => void): string {
  const folder = modelFolder(TINY);
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

const expectRefused = (folder: string, message: RegExp) =>
  expect(describeBackbone(folder)).rejects.toMatchObject({
    code: 'bad-backbone',
    message: expect.stringMatching(message) as string,
  });

afterAll(removeModelFolders);

describe('a backbone folder', () => {
  it('tells layout, geometry and size without its values', async () => {
    const { layout, geometry, parameters, preprocessing } = await readBackbone(TINY);
    expect(layout.title).toBe('transformers vit');
    expect(geometry).toMatchObject({ architecture: 'vit', hiddenSize: 16, layers: 3, heads: 2 });
    expect(preprocessing).toMatchObject({ resize: { kind: 'exact', height: 16, width: 16 } });
    expect(parameters).toBe(7776);
  });

  it('hands out every parameter of the shared list once, in its shape', async () => {
    const { geometry, load } = await readBackbone(TINY);
    const taken: { name: string; shape: readonly number[] }[] = [];
    await load((name, { shape }) => taken.push({ name, shape }));
    const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
    expect(taken.sort(byName)).toEqual(backboneParameters(geometry).sort(byName));
  });

  it('hashes names, shapes and values of the parameters: protocol section 3', async () => {
    const { load } = await readBackbone(TINY);
    const tensors: { name: string; shape: number[]; hash: string }[] = [];
    const hash = await load((name, { shape, data }) => {
      tensors.push({ name, shape: [...shape], hash: contentHash(float32Bytes(data)) });
    });
    tensors.sort((a, b) => (a.name < b.name ? -1 : 1));
    expect(hash).toBe(contentHashOf({ domain: 'consilium/v1/backbone', tensors }));
    // Computed with NumPy and hashlib from the same file.
    expect(hash).toBe('sha256:51c994ceb3e9306d4abdd88f89f581c1e568f3cd519a6e3d1a0cdb4c19c877b6');
  });

  it('is another backbone when one value differs', async () => {
    const changed = withTensors((map) => {
      const data = map.get('layernorm.bias')?.data ?? new Float32Array();
      data[0] = (data[0] ?? 0) + 1;
    });
    const { hash } = await describeBackbone(changed);
    expect(hash).not.toBe((await describeBackbone(TINY)).hash);
  });
});

describe('a backbone folder is refused', () => {
  it('naming missing, extra and misshapen tensors in one message, and what they look like', async () => {
    const folder = withTensors((map) => {
      map.delete('layernorm.bias');
      map.set('stranger', tensor(1));
      map.set('embeddings.cls_token', tensor(1, 1, 8));
    });
    await expectRefused(
      folder,
      /not a transformers vit of this configuration: missing: layernorm.bias; extra: stranger; misshapen: embeddings.cls_token \[1, 1, 8\] instead of \[1, 1, 16\]; the tensors look like a ViT/,
    );
  });

  it('naming eight of many', async () => {
    const folder = withTensors((map) => {
      Array.from({ length: 11 }, (_, i) => map.set(`stranger.${i}`, tensor(1)));
    });
    await expectRefused(folder, /extra: stranger.0, .*stranger.7 and 3 more;/);
  });

  it('for a tensor with and without prefix', async () => {
    const folder = withTensors((map) => map.set('vit.layernorm.bias', tensor(16)));
    await expectRefused(folder, /layernorm.bias occurs with and without prefix/);
  });

  it.each([
    ['NaN', Number.NaN],
    ['infinite', -Infinity],
  ])('for a value that is %s, by tensor and position', async (_, value) => {
    const folder = withTensors((map) => {
      map.get('encoder.layer.1.output.dense.weight')?.data.set([value], 37);
    });
    await expectRefused(
      folder,
      /model.safetensors: tensor encoder.layer.1.output.dense.weight is NaN or infinite at 37/,
    );
  });

  it.each([
    ['config.json', { hidden_act: 'relu' }, /config.json: hidden_act/],
    ['config.json', { num_hidden_layers: 4 }, /missing: encoder.layer.3.*and \d+ more/],
    ['config.json', { num_hidden_layers: 65_536 }, /layers: Too big.*<=1000/],
    ['config.json', { model_type: 'resnet' }, /no supported layout.*config.json describes resnet/],
    ['preprocessor_config.json', { size: 2 }, /2 x 2 pixels, smaller than one patch of 4/],
  ])('for %s with %j', async (file, change, message) => {
    await expectRefused(withConfig(file, change), message);
  });

  it.each(['config.json', 'preprocessor_config.json', 'model.safetensors'])(
    'without %s',
    async (file) => {
      const folder = modelFolder(TINY);
      rmSync(join(folder, file));
      await expectRefused(folder, new RegExp(file));
    },
  );
});

describe('one backbone', () => {
  it.each(['tiny-vit-bf16', 'tiny-vit-f16'])(
    'is the same in another dtype, under a prefix, beside a classifier: %s',
    async (name) => {
      const folder = modelFolder(TINY);
      cpSync(join(TINY, '..', name, 'model.safetensors'), join(folder, 'model.safetensors'));
      expect(await describeBackbone(folder)).toEqual(await describeBackbone(TINY));
    },
  );
});
