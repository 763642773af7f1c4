/** The module paths of transformers 4 and 5 and of timm and its relatives, read off the libraries' own model trees. */
import type { LinearTarget } from '@consilium/shared/protocol';
import type { LinearAddress } from '../../backbones/backbone.js';
import { whole, type ModulePlace, type NameGeneration } from './library-model.js';

/** Paths below a block. */
type BlockPaths = Readonly<Record<LinearTarget, string | ModulePlace>>;

const FUSED_QKV = (module: string) => ({
  query: { module, part: 0, parts: 3 },
  key: { module, part: 1, parts: 3 },
  value: { module, part: 2, parts: 3 },
});

/** The gate is the first half (models.md, trap 2). */
const FUSED_GATE = (module: string) => ({
  'mlp-gate': { module, part: 0, parts: 2 },
  'mlp-up': { module, part: 1, parts: 2 },
});

const SEPARATE_V5 = {
  query: 'attention.q_proj',
  key: 'attention.k_proj',
  value: 'attention.v_proj',
  'attention-output': 'attention.o_proj',
} as const;

const SEPARATE_V4 = {
  query: 'attention.attention.query',
  key: 'attention.attention.key',
  value: 'attention.attention.value',
  'attention-output': 'attention.output.dense',
} as const;

const GATED = { 'mlp-gate': 'mlp.gate_proj', 'mlp-up': 'mlp.up_proj', 'mlp-down': 'mlp.down_proj' };

const PLAIN = { 'mlp-gate': 'mlp.gate_proj', 'mlp-up': 'mlp.fc1', 'mlp-down': 'mlp.fc2' };

const CLIP_PATHS: BlockPaths = {
  query: 'self_attn.q_proj',
  key: 'self_attn.k_proj',
  value: 'self_attn.v_proj',
  'attention-output': 'self_attn.out_proj',
  ...PLAIN,
};

/** @param prefix `vit.` inside a classifier, else empty */
export function vitGenerations(prefix: string): NameGeneration[] {
  return [
    generation('transformers 5', `${prefix}layers.`, { ...SEPARATE_V5, ...PLAIN }),
    generation('transformers 4', `${prefix}encoder.layer.`, {
      ...SEPARATE_V4,
      ...PLAIN,
      'mlp-up': 'intermediate.dense',
      'mlp-down': 'output.dense',
    }),
  ];
}

/** DINOv2 with and without registers. @param prefix `dinov2.` or `dinov2_with_registers.` inside a classifier, else empty */
export function dinov2Generations(prefix: string, gated: boolean): NameGeneration[] {
  const packed = { ...FUSED_GATE('mlp.weights_in'), 'mlp-down': 'mlp.weights_out' };
  return [
    generation('transformers 5', `${prefix}encoder.layer.`, {
      ...SEPARATE_V5,
      ...(gated ? GATED : PLAIN),
    }),
    generation('transformers 4', `${prefix}encoder.layer.`, {
      ...SEPARATE_V4,
      ...(gated ? packed : PLAIN),
    }),
  ];
}

export function dinov3Generations(): NameGeneration[] {
  return [
    generation('transformers 5', 'model.layer.', { ...SEPARATE_V5, ...GATED }),
    generation('transformers 4', 'layer.', { ...SEPARATE_V5, ...GATED }),
  ];
}

/** CLIP and SigLIP inside a class that keeps the tower apart: the paths of both generations. */
export function clipTowerGenerations(): NameGeneration[] {
  return [generation('transformers', 'vision_model.encoder.layers.', CLIP_PATHS)];
}

/** CLIPVisionModel and SiglipVisionModel alone. */
export function clipVisionGenerations(): NameGeneration[] {
  return [
    generation('transformers 5', 'encoder.layers.', CLIP_PATHS),
    generation('transformers 4', 'vision_model.encoder.layers.', CLIP_PATHS),
  ];
}

/** @param blocks path of the list of blocks: `vision_encoder.layers.` in transformers, `blocks.` in the original code */
export function samGenerations(title: string, blocks: string): NameGeneration[] {
  return [
    generation(title, blocks, {
      ...FUSED_QKV('attn.qkv'),
      'attention-output': 'attn.proj',
      ...PLAIN,
      'mlp-up': 'mlp.lin1',
      'mlp-down': 'mlp.lin2',
    }),
  ];
}

/** @param prefix `visual.trunk.` inside open_clip, else empty */
export function timmGenerations(prefix: string, gated: boolean): NameGeneration[] {
  return [
    generation('timm', `${prefix}blocks.`, {
      ...FUSED_QKV('attn.qkv'),
      'attention-output': 'attn.proj',
      ...PLAIN,
      ...(gated ? FUSED_GATE('mlp.fc1') : {}),
    }),
  ];
}

/** The original code of DINOv2 (facebookresearch/dinov2), blocks not chunked. */
export function originalDinov2Generations(gated: boolean): NameGeneration[] {
  return [
    generation('dinov2', 'blocks.', {
      ...FUSED_QKV('attn.qkv'),
      'attention-output': 'attn.proj',
      ...PLAIN,
      ...(gated ? { ...FUSED_GATE('mlp.w12'), 'mlp-down': 'mlp.w3' } : {}),
    }),
  ];
}

/** open_clip's own transformer, whose attention is torch's MultiheadAttention with one packed weight that is no module. */
export function openClipGenerations(): NameGeneration[] {
  return [
    {
      title: 'open_clip',
      place: ({ block, target }) => {
        const path = `visual.transformer.resblocks.${block}.mlp.`;
        switch (target) {
          case 'mlp-up':
            return whole(`${path}c_fc`);
          case 'mlp-down':
            return whole(`${path}c_proj`);
          case 'query':
          case 'key':
          case 'value':
          case 'attention-output':
          case 'mlp-gate':
            return {
              refusal: `open_clip keeps ${target} inside torch.nn.MultiheadAttention, where PEFT reaches no single layer`,
            };
        }
      },
    },
  ];
}

function generation(title: string, blocks: string, paths: BlockPaths): NameGeneration {
  return { title, place: (at) => placeIn(blocks, paths, at) };
}

function placeIn(blocks: string, paths: BlockPaths, { block, target }: LinearAddress): ModulePlace {
  const path = paths[target];
  const place = typeof path === 'string' ? whole(path) : path;
  return { ...place, module: `${blocks}${block}.${place.module}` };
}
