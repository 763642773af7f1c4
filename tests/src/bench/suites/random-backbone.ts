/** A folder with a ViT-S/16 of random weights in the file layout of transformers: as large as the peers' task asks, and nobody's. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seededRandom } from '@consilium/shared/crypto';
import { shapeSize, writeSafetensors, type Tensor } from '@consilium/shared/tensors';

const WIDTH = 384;
const LAYERS = 12;
const MLP = 1536;
const SIDE = 224;
const PATCH = 16;
/** Uniform within it: a standard deviation of 0.02, as ViTs begin. */
const BOUND = 0.02 * Math.sqrt(3);

const CONFIG = {
  architectures: ['ViTModel'],
  model_type: 'vit',
  hidden_size: WIDTH,
  num_hidden_layers: LAYERS,
  num_attention_heads: 6,
  intermediate_size: MLP,
  hidden_act: 'gelu',
  layer_norm_eps: 1e-12,
  image_size: SIDE,
  patch_size: PATCH,
  num_channels: 3,
  qkv_bias: true,
};

const PREPROCESSOR = {
  image_processor_type: 'ViTImageProcessor',
  do_resize: true,
  size: { height: SIDE, width: SIDE },
  resample: 2,
  do_rescale: true,
  rescale_factor: 1 / 255,
  do_normalize: true,
  image_mean: [0.5, 0.5, 0.5],
  image_std: [0.5, 0.5, 0.5],
};

/** Equal seeds give equal bytes. */
export async function writeRandomBackbone(folder: string, seed: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'config.json'), JSON.stringify(CONFIG));
  await writeFile(join(folder, 'preprocessor_config.json'), JSON.stringify(PREPROCESSOR));
  const tensors = new Map(
    Object.entries(shapes()).map(([name, shape]) => [name, drawn(name, shape, seed)]),
  );
  await writeFile(join(folder, 'model.safetensors'), writeSafetensors(tensors));
}

type Shapes = Record<string, readonly number[]>;

/** Names and shapes as ViTModel of transformers 4.x and 5.x saves them. */
function shapes(): Shapes {
  const tokens = (SIDE / PATCH) ** 2 + 1;
  const blocks = Object.fromEntries(
    Array.from({ length: LAYERS }, (_, block) => Object.entries(blockShapes(block))).flat(),
  );
  return {
    'embeddings.cls_token': [1, 1, WIDTH],
    'embeddings.position_embeddings': [1, tokens, WIDTH],
    'embeddings.patch_embeddings.projection.weight': [WIDTH, 3, PATCH, PATCH],
    'embeddings.patch_embeddings.projection.bias': [WIDTH],
    ...blocks,
    ...norm('layernorm'),
  };
}

function blockShapes(block: number): Shapes {
  const prefix = `encoder.layer.${block}.`;
  return {
    ...norm(`${prefix}layernorm_before`),
    ...linear(`${prefix}attention.attention.query`, WIDTH, WIDTH),
    ...linear(`${prefix}attention.attention.key`, WIDTH, WIDTH),
    ...linear(`${prefix}attention.attention.value`, WIDTH, WIDTH),
    ...linear(`${prefix}attention.output.dense`, WIDTH, WIDTH),
    ...norm(`${prefix}layernorm_after`),
    ...linear(`${prefix}intermediate.dense`, WIDTH, MLP),
    ...linear(`${prefix}output.dense`, MLP, WIDTH),
  };
}

function linear(name: string, inputs: number, outputs: number): Shapes {
  return { [`${name}.weight`]: [outputs, inputs], [`${name}.bias`]: [outputs] };
}

function norm(name: string): Shapes {
  return { [`${name}.weight`]: [WIDTH], [`${name}.bias`]: [WIDTH] };
}

function drawn(name: string, shape: readonly number[], seed: string): Tensor {
  const length = shapeSize(shape);
  if (name.includes('layernorm') && name.endsWith('.weight')) {
    return { shape, data: new Float32Array(length).fill(1) };
  }
  const random = seededRandom(`${seed}/${name}`);
  return { shape, data: Float32Array.from({ length }, () => (2 * random.uniform() - 1) * BOUND) };
}
