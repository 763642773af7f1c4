/** One or more settings of every method, for a geometry. */
import { encodeFloat } from '@consilium/shared/encoding';
import {
  linearTargets,
  type AdapterConfig,
  type BackboneGeometry,
} from '@consilium/shared/protocol';

const BOTH = [0, 1];

export function configsFor(geometry: BackboneGeometry): AdapterConfig[] {
  const targets = linearTargets(geometry);
  const bottleneck = { kind: 'bottleneck', size: 3, blocks: BOTH } as const;
  const prompts: AdapterConfig[] =
    geometry.architecture === 'sam'
      ? []
      : [
          { kind: 'visual-prompts', depth: 'shallow', tokens: 2 },
          { kind: 'visual-prompts', depth: 'deep', tokens: 2 },
        ];
  return [
    { kind: 'linear-head' },
    { kind: 'lora', rank: 2, alpha: 4, targets: ['query', 'value'], blocks: [1] },
    {
      kind: 'lora',
      rank: 2,
      alpha: 4,
      targets,
      blocks: BOTH,
      rankPattern: [{ block: 1, target: 'key', rank: 1, alpha: 3 }],
    },
    { kind: 'rslora', rank: 2, alpha: 4, targets: ['query', 'mlp-up'], blocks: [1] },
    { kind: 'dora', rank: 2, alpha: 4, targets, blocks: BOTH },
    { kind: 'ia3', targets: ['key', 'value', 'mlp-down'], feedForward: ['mlp-down'], blocks: [1] },
    { kind: 'ia3', targets, feedForward: ['query', 'mlp-up'], blocks: BOTH },
    { kind: 'last-blocks', count: 1 },
    { kind: 'bitfit', blocks: BOTH },
    { kind: 'norm-tuning', blocks: [1] },
    { kind: 'full' },
    { ...bottleneck, placement: 'houlsby', activation: 'gelu', scale: encodeFloat(1) },
    { ...bottleneck, placement: 'pfeiffer', activation: 'relu', scale: encodeFloat(0.5) },
    { ...bottleneck, placement: 'parallel', activation: 'silu', scale: encodeFloat(0.1) },
    ...prompts,
  ];
}

/** What a test title says of a setting. */
export function titleOf(config: AdapterConfig): string {
  const { kind, ...settings } = config;
  const words = Object.entries(settings).map(([name, value]) =>
    typeof value === 'object' ? `${name} ${JSON.stringify(value)}` : `${name} ${value}`,
  );
  return [kind, ...words].join(', ');
}
