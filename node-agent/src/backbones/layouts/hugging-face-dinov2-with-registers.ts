/** `dinov2_with_registers` of transformers (Darcet et al. 2023, arXiv 2309.16588): registers have no position. */
import { z } from 'zod';
import { parseConfiguration } from '../files/configuration.js';
import { CONFIG_FILE } from '../files/model-files.js';
import { dinov2Geometry, dinov2Places } from './hugging-face-dinov2.js';
import { modelTypeOf, registerCount } from './hugging-face-fields.js';
import type { Layout } from './layout.js';

/** Default of Dinov2WithRegistersConfig. */
const registersSchema = z.object({ num_register_tokens: registerCount.default(4) });

export const huggingFaceDinov2WithRegisters: Layout = {
  title: 'transformers dinov2_with_registers',
  recognises: (files) => modelTypeOf(files) === 'dinov2_with_registers',
  geometry: ({ config }) => ({
    ...dinov2Geometry('dinov2_with_registers', config, 16),
    registers: parseConfiguration(CONFIG_FILE, config, registersSchema).num_register_tokens,
    positions: {
      kind: 'table',
      covers: 'class-and-patches',
      interpolation: 'bicubic-antialiased',
    },
  }),
  prefixes: ['', 'dinov2_with_registers.'],
  ignored: /^classifier\.|^embeddings\.mask_token$/,
  places: dinov2Places,
};
