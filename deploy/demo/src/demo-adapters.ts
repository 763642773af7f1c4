/** The adapters that the demo can train, with settings that suit a small backbone and a few hundred pictures. */
import type { AdapterKind } from '@consilium/shared/protocol';

export interface DemoAdapter {
  /** As a study file has it. */
  readonly adapter: { readonly kind: AdapterKind } & Readonly<Record<string, unknown>>;
  /** Of AdamW; the more of the backbone moves, the smaller. */
  readonly learningRate: number;
}

const LAST_TWO = { last: 2 };
const LOW_RANK = { rank: 4, alpha: 8, targets: ['query', 'value'], blocks: LAST_TWO };

/** The first is the default. */
export const DEMO_ADAPTERS: Readonly<Record<string, DemoAdapter>> = {
  lora: { adapter: { kind: 'lora', ...LOW_RANK }, learningRate: 5e-3 },
  rslora: { adapter: { kind: 'rslora', ...LOW_RANK }, learningRate: 5e-3 },
  dora: { adapter: { kind: 'dora', ...LOW_RANK }, learningRate: 5e-3 },
  ia3: { adapter: { kind: 'ia3', blocks: LAST_TWO }, learningRate: 1e-2 },
  'linear-head': { adapter: { kind: 'linear-head' }, learningRate: 5e-3 },
  'last-blocks': { adapter: { kind: 'last-blocks', count: 1 }, learningRate: 5e-4 },
  bitfit: { adapter: { kind: 'bitfit' }, learningRate: 5e-3 },
  'norm-tuning': { adapter: { kind: 'norm-tuning' }, learningRate: 5e-3 },
  full: { adapter: { kind: 'full' }, learningRate: 3e-4 },
  houlsby: bottleneck('houlsby'),
  pfeiffer: bottleneck('pfeiffer'),
  adaptformer: bottleneck('parallel'),
  'prompts-shallow': { adapter: prompts('shallow'), learningRate: 5e-3 },
  'prompts-deep': { adapter: prompts('deep'), learningRate: 5e-3 },
};

/** @throws Error when the demo has no adapter of that name */
export function demoAdapter(name: string): DemoAdapter {
  const found = DEMO_ADAPTERS[name];
  if (found === undefined) {
    throw new Error(`the demo has no adapter ${name}`);
  }
  return found;
}

function bottleneck(placement: string): DemoAdapter {
  return {
    adapter: { kind: 'bottleneck', placement, size: 8, blocks: LAST_TWO },
    learningRate: 5e-3,
  };
}

function prompts(depth: string): DemoAdapter['adapter'] {
  return { kind: 'visual-prompts', depth, tokens: 5 };
}
