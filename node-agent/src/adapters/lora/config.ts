/** Low-rank adaptation (Hu et al. 2021, arXiv 2106.09685) of chosen linear layers in chosen blocks. */
import type { AdapterConfig, BackboneGeometry } from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';

export type LoraConfig = Extract<AdapterConfig, { kind: 'lora' }>;

/** The effective weight is W + loraScale x B A. */
export function loraScale({ alpha, rank }: LoraConfig): number {
  return alpha / rank;
}

/** The first adapted block. @throws ConsiliumError 'bad-tensor-schema' when the backbone has no such block. */
export function loraLevel({ blocks }: LoraConfig, { layers }: BackboneGeometry): number {
  if (blocks.length === 0 || blocks.some((block) => block >= layers)) {
    throw new ConsiliumError(
      'bad-tensor-schema',
      `lora: expected blocks below ${layers}, got ${blocks.join(', ')}`,
    );
  }
  return Math.min(...blocks);
}
