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
    case 'linear-head':
      return 'linear head on frozen features';
    case 'lora':
      return `LoRA${ranks(adapter)}`;
    case 'rslora':
      return `rsLoRA${ranks(adapter)}`;
    case 'dora':
      return `DoRA${ranks(adapter)}`;
    case 'ia3':
      return `(IA)³, at the input of: ${adapter.feedForward.join(', ') || 'none'}`;
    case 'last-blocks':
      return `every parameter of the last ${adapter.count} blocks`;
    case 'bitfit':
      return 'biases (BitFit)';
    case 'norm-tuning':
      return 'norms';
    case 'full':
      return 'every parameter';
    case 'bottleneck':
      return `bottleneck adapters (${adapter.placement}), size ${adapter.size}`;
    case 'visual-prompts':
      return `${adapter.tokens} visual prompts (${adapter.depth})`;
  }
}

function ranks({ rank, alpha, rankPattern = [] }: LowRankConfig): string {
  const others = rankPattern.length === 0 ? '' : ` (${rankPattern.length} layers have their own)`;
  return `, rank ${rank}, alpha ${alpha}${others}`;
}
