/** The same weights in the files of three libraries, in one file or in shards, are one backbone: models.md 1b has the renaming. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  readSafetensors,
  requireTensor,
  writeSafetensors,
  type Tensor,
  type TensorSet,
} from '@consilium/shared/tensors';
import { modelFolder, removeModelFolders, writeJson } from '../files/testing/model-folder.js';
import { describeBackbone, readBackbone } from '../read-backbone.js';

const VECTORS = join(__dirname, '../../../../tests/interop/vectors');

const RENAMED: readonly (readonly [RegExp, string])[] = [
  [/^embeddings\.patch_embeddings\.projection\./, 'patch_embed.proj.'],
  [/^embeddings\.position_embeddings$/, 'pos_embed'],
  [/^embeddings\.(cls_token|mask_token)$/, '$1'],
  [/^encoder\.layer\./, 'blocks.'],
  [/\.attention\.output\.dense\./, '.attn.proj.'],
  [/\.layer_scale(\d)\.lambda1$/, '.ls$1.gamma'],
  [/\.mlp\.weights_in\./, '.mlp.fc1.'],
  [/\.mlp\.weights_out\./, '.mlp.fc2.'],
  [/^layernorm\./, 'norm.'],
];

/** The names of timm; query, key and value become one tensor. */
function timmTensors(tensors: TensorSet): Map<string, Tensor> {
  const renamed = new Map<string, Tensor>();
  for (const [name, tensor] of tensors) {
    const [, block, leaf] =
      /^encoder\.layer\.(\d+)\.attention\.attention\.query\.(weight|bias)$/.exec(name) ?? [];
    if (block !== undefined) {
      renamed.set(`blocks.${block}.attn.qkv.${leaf}`, fused(tensors, name));
    } else if (!name.includes('.attention.attention.')) {
      renamed.set(
        RENAMED.reduce((text, [from, to]) => text.replace(from, to), name),
        tensor,
      );
    }
  }
  return renamed;
}

function fused(tensors: TensorSet, query: string): Tensor {
  const parts = ['query', 'key', 'value'].map((layer) =>
    requireTensor(tensors, query.replace('.query.', `.${layer}.`)),
  );
  const [{ shape: [rows = 0, ...rest] } = { shape: [] }] = parts;
  return {
    shape: [3 * rows, ...rest],
    data: Float32Array.from(parts.flatMap(({ data }) => [...data])),
  };
}

const originalName = (name: string): string =>
  `teacher.backbone.${name
    .replace(/^blocks\.(\d+)\./, 'blocks.0.$1.')
    .replace('.mlp.fc1.', '.mlp.w12.')
    .replace('.mlp.fc2.', '.mlp.w3.')}`;

const tensorsOf = (folder: string): TensorSet =>
  readSafetensors(readFileSync(join(folder, 'model.safetensors')));

function folderWith(tensors: TensorSet, config?: unknown): string {
  const folder = modelFolder();
  writeFileSync(join(folder, 'model.safetensors'), writeSafetensors(tensors));
  if (config !== undefined) {
    writeJson(folder, 'config.json', config);
  }
  return folder;
}

const hashOf = async (folder: string) => (await readBackbone(folder)).load(() => undefined);

afterAll(removeModelFolders);

describe.each(['dinov2', 'dinov2-swiglu'])('%s of transformers', (name) => {
  const source = join(VECTORS, name);
  const isGated = name.endsWith('swiglu');

  it('is the same backbone under the names of timm', async () => {
    const { geometry } = await readBackbone(source);
    const folder = folderWith(timmTensors(tensorsOf(source)), {
      architecture: 'vit_small_patch14_dinov2',
      num_features: geometry.hiddenSize,
      model_args: {
        depth: geometry.layers,
        num_heads: geometry.heads,
        patch_size: geometry.patchSize,
      },
      pretrained_cfg: {
        ...{ input_size: [3, 32, 32], interpolation: 'bicubic', crop_pct: 1 },
        ...{ mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
      },
    });
    const renamed = await readBackbone(folder);
    expect(renamed.geometry).toEqual({
      ...geometry,
      positions: {
        kind: 'table',
        covers: 'class-and-patches',
        interpolation: 'bicubic-antialiased',
      },
    });
    expect(renamed.geometry).toMatchObject({ feedForward: isGated ? 'swiglu' : 'mlp' });
    expect(await hashOf(folder)).toBe(await hashOf(source));
  });

  it('is the same in shards, in any order of the tensors', async () => {
    const tensors = [...tensorsOf(source)].reverse();
    const folder = modelFolder(source);
    rmSync(join(folder, 'model.safetensors'));
    const shards = [tensors.slice(0, 9), tensors.slice(9)].map((part, i) => {
      const file = `model-0000${i + 1}-of-00002.safetensors`;
      writeFileSync(join(folder, file), writeSafetensors(new Map(part)));
      return part.map(([key]) => [key, file] as const);
    });
    writeJson(folder, 'model.safetensors.index.json', {
      weight_map: Object.fromEntries(shards.flat()),
    });
    expect(await describeBackbone(folder)).toEqual(await describeBackbone(source));
  });
});

describe('the original names, with a width that they allow', () => {
  it('are the same backbone as those of timm', async () => {
    const source = join(VECTORS, 'original-dinov2');
    const tensors = tensorsOf(source);
    const renamed = new Map([...tensors].map(([key, value]) => [originalName(key), value]));
    expect(await hashOf(folderWith(renamed))).toBe(await hashOf(source));
  });
});
