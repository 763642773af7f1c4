/** Low-rank adaptation of chosen linear layers in chosen blocks, and how strongly the factors count. */
import { rankOf, type AdapterConfigOf, type LowRankConfig } from '@consilium/shared/protocol';
import type { LinearAddress } from '../../backbones/backbone.js';

export type LoraConfig = AdapterConfigOf<'lora' | 'rslora'>;

/**
 * The scale s of W + s B A at one layer, whose rank and alpha may be its own: alpha / rank (Hu et al. 2021, arXiv 2106.09685,
 * section 4.1; Liu et al. 2024, arXiv 2402.09353 for DoRA), for rsLoRA alpha / sqrt(rank) (Kalajdzievski 2023, arXiv 2312.03732).
 */
export function lowRankScale(config: LowRankConfig, { block, target }: LinearAddress): number {
  const { rank, alpha } = rankOf(config, block, target);
  switch (config.kind) {
    case 'lora':
    case 'dora':
      return alpha / rank;
    case 'rslora':
      return alpha / Math.sqrt(rank);
  }
}
