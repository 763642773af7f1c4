/** What the vision towers of CLIP and SigLIP of transformers have in common: keys of their configuration, and names in a block. */
import { z } from 'zod';
import { count, visionFields } from './hugging-face-fields.js';
import type { NameTable } from './name-table.js';

/** CLIPVisionConfig and SiglipVisionConfig differ in defaults alone. */
export function towerSchema(own: Parameters<typeof visionFields>[0]) {
  return z.object({ ...visionFields(own), intermediate_size: count.default(3072) });
}

export const TOWER_BLOCKS: Pick<NameTable, 'blockPrefix' | 'block'> = {
  blockPrefix: (block) => `encoder.layers.${block}.`,
  block: {
    'norm-attention': 'layer_norm1',
    query: 'self_attn.q_proj',
    key: 'self_attn.k_proj',
    value: 'self_attn.v_proj',
    'attention-output': 'self_attn.out_proj',
    'norm-mlp': 'layer_norm2',
    'mlp-up': 'mlp.fc1',
    'mlp-down': 'mlp.fc2',
  },
};
