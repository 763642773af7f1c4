/** A method of adaptation in words, for people who read a model card. */
import type { AdapterConfig, LowRankConfig } from '@consilium/shared/protocol';

/** Name and settings; then the layers and blocks that it reaches. */
export function describeMethod(adapter: AdapterConfig): string {
  const targets = 'targets' in adapter ? [adapter.targets.join(', ')] : [];
  const blocks = 'blocks' in adapter ? [`blocks ${adapter.blocks.join(', ')}`] : [];
  return [nameAndSettings(adapter), ...targets, ...blocks].join('; ');
}

function nameAndSettings(adapter: AdapterConfig): string {
  switch (adapter.kind) {
    case 'lora':
    case 'rslora':
    case 'dora':
      return `${LOW_RANK[adapter.kind]}${ranks(adapter)}`;
    case 'ia3':
      return `(IA)³, at the input of: ${listed(adapter.feedForward)}`;
    case 'linear-head':
    case 'bitfit':
    case 'norm-tuning':
    case 'full':
      return PLAIN[adapter.kind];
    case 'last-blocks':
      return `every parameter of the last ${adapter.count} blocks`;
    case 'bottleneck':
      return `bottleneck adapters (${adapter.placement}), size ${adapter.size}`;
    case 'visual-prompts':
      return `${adapter.tokens} visual prompts (${adapter.depth})`;
  }
}

const PLAIN = {
  'linear-head': 'linear head on frozen features',
  bitfit: 'biases (BitFit)',
  'norm-tuning': 'norms',
  full: 'every parameter',
} as const;

const LOW_RANK = { lora: 'LoRA', rslora: 'rsLoRA', dora: 'DoRA' } as const;

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}

function ranks({ rank, alpha, rankPattern = [] }: LowRankConfig): string {
  const others = rankPattern.length === 0 ? '' : ` (${rankPattern.length} layers have their own)`;
  return `, rank ${rank}, alpha ${alpha}${others}`;
}
