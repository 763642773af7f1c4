/** What `study new` writes: a study file for each method of adapting, and for cases that are more than a method. */
import type { AdapterKind } from '@consilium/shared/protocol';
import type { StudyId } from '@consilium/shared/vocabulary';

interface Template {
  /** What it is for. */
  readonly summary: string;
  readonly adapter: { readonly kind: AdapterKind } & Readonly<Record<string, unknown>>;
  /** Of AdamW; the more of the backbone moves, the smaller. */
  readonly learningRate: number;
  readonly minSites?: number;
  /** Parts beside those that every template has. */
  readonly parts?: Readonly<Record<string, unknown>>;
}

const GROUPED_SITES = 15;

export const TEMPLATES = {
  lora: methodOf('lora', 'low-rank changes of query and value in every block', 1e-3),
  rslora: methodOf('rslora', 'LoRA whose scale stays stable at high ranks', 1e-3),
  dora: methodOf('dora', 'LoRA on directions, with a trained magnitude for each row', 1e-3),
  ia3: methodOf('ia3', 'trained scales of keys, values and feed-forward layers', 5e-3),
  'linear-head': methodOf(
    'linear-head',
    'a classifier on the features, the backbone as it is',
    1e-3,
  ),
  bottleneck: methodOf('bottleneck', 'small layers between those of every block', 1e-3),
  'visual-prompts': methodOf('visual-prompts', 'trained tokens beside those of the picture', 5e-3),
  bitfit: methodOf('bitfit', 'the biases alone', 1e-3),
  'norm-tuning': methodOf('norm-tuning', 'the scales and shifts of the norms alone', 1e-3),
  'last-blocks': methodOf('last-blocks', 'every parameter of the last block', 1e-4),
  full: methodOf('full', 'every parameter of the backbone: the largest update', 1e-5),
  'private-adapter': {
    ...methodOf('lora', 'LoRA that is shared, and one that each hospital keeps for itself', 1e-3),
    parts: { privateAdapter: { kind: 'lora', rank: 4, alpha: 8, blocks: { last: 2 } } },
  },
  groups: {
    ...methodOf('lora', 'sites summed in groups, so that a bad one cannot drag it away', 1e-3),
    minSites: GROUPED_SITES,
    parts: { privacy: { secureAggregation: 'on', groups: {} } },
  },
  plain: {
    ...methodOf('lora', 'for two hospitals: the coordinator can read single updates', 1e-3),
    minSites: 2,
    parts: { privacy: { secureAggregation: 'off' } },
  },
} as const satisfies Readonly<Record<string, Template>>;

export type TemplateName = keyof typeof TEMPLATES;

export const TEMPLATE_NAMES = Object.keys(TEMPLATES) as readonly TemplateName[];

/** Stands where the hash of a backbone goes. */
const NO_BACKBONE = `sha256:${'0'.repeat(64)}`;

/** @returns the study file as YAML gives it, still without its defaults */
export function templateFile(name: TemplateName, studyId: StudyId, backbone = NO_BACKBONE): object {
  const { adapter, learningRate, minSites = 3, parts = {} }: Template = TEMPLATES[name];
  return {
    study: studyId,
    title: 'Title of the study',
    task: { kind: 'classification', classes: ['negative', 'positive'] },
    backbone,
    adapter,
    training: {
      rounds: 20,
      optimizer: { kind: 'adamw', learningRate },
      schedule: { kind: 'cosine' },
      classWeights: 'balanced',
    },
    participation: { minSites },
    ...parts,
  };
}

function methodOf(kind: AdapterKind, summary: string, learningRate: number): Template {
  return { summary, adapter: { kind }, learningRate };
}
