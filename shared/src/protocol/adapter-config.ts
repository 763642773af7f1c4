/** What a study trains: the adapter's method and its settings. models.md section 4; defaults are PEFT's where it has the method. */
import { z } from 'zod';
import { MOST_BLOCKS } from './backbone-geometry.js';
import { floatBitsSchema } from './scalars.js';

/** The linear layers of a transformer block that an adapter may reach, in the order of their tensors. */
export const LINEAR_TARGETS = [
  'query',
  'key',
  'value',
  'attention-output',
  /** Only where the feed-forward layers are gated. */
  'mlp-gate',
  'mlp-up',
  'mlp-down',
] as const;

export const linearTargetSchema = z.enum(LINEAR_TARGETS);
export type LinearTarget = z.infer<typeof linearTargetSchema>;

const rank = z.int().min(1).max(256);
const alpha = z.int().min(1).max(4096);
const blockIndex = z
  .int()
  .min(0)
  .max(MOST_BLOCKS - 1);

const EACH_ONCE = 'must name each one once';
const isDistinct = (values: readonly unknown[]) => new Set(values).size === values.length;

/** Indices of the adapted blocks, ascending; one that stood there twice would be two tensors of one name. */
const blocks = z.array(blockIndex).min(1).max(MOST_BLOCKS).refine(isDistinct, EACH_ONCE);
const targets = z
  .array(linearTargetSchema)
  .min(1)
  .max(LINEAR_TARGETS.length)
  .refine(isDistinct, EACH_ONCE);

const lowRank = {
  rank,
  alpha,
  targets,
  blocks,
  /** Layers whose rank and alpha differ from the others'. */
  rankPattern: z
    .array(z.strictObject({ block: blockIndex, target: linearTargetSchema, rank, alpha }))
    .max(MOST_BLOCKS * LINEAR_TARGETS.length)
    .refine(
      (pattern) => isDistinct(pattern.map(({ block, target }) => `${block} ${target}`)),
      'must name each layer once',
    )
    .optional(),
};

/** Where a bottleneck stands. */
export const bottleneckPlacementSchema = z.enum([
  /** After attention and after the feed-forward layers: Houlsby et al. 2019. */
  'houlsby',
  /** After the feed-forward layers only: Pfeiffer et al. 2021. */
  'pfeiffer',
  /** Beside the feed-forward layers: AdaptFormer, Chen et al. 2022. */
  'parallel',
]);
export type BottleneckPlacement = z.infer<typeof bottleneckPlacementSchema>;

/** Hu et al. 2021: W + (alpha / rank) B A. */
const lora = z.strictObject({ kind: z.literal('lora'), ...lowRank });
/** Kalajdzievski 2023: W + (alpha / sqrt rank) B A. */
const rslora = z.strictObject({ kind: z.literal('rslora'), ...lowRank });

/** An adapter that each site keeps for itself: two updates B A add up on one layer, what other methods change does not. */
export const privateAdapterConfigSchema = z.discriminatedUnion('kind', [lora, rslora]);
export type PrivateAdapterConfig = z.infer<typeof privateAdapterConfigSchema>;

/** Every method trains a linear head as well. */
export const adapterConfigSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('linear-head') }),
  lora,
  rslora,
  /** Liu et al. 2024: LoRA on the direction of W's rows, a trained magnitude for each. */
  z.strictObject({ kind: z.literal('dora'), ...lowRank }),
  /** Liu et al. 2022: outputs of `targets` are scaled; of those also in `feedForward`, the inputs. */
  z.strictObject({
    kind: z.literal('ia3'),
    targets,
    feedForward: z
      .array(linearTargetSchema)
      .max(LINEAR_TARGETS.length)
      .refine(isDistinct, EACH_ONCE),
    blocks,
  }),
  /** Every parameter of the last `count` blocks, and of what follows them. */
  z.strictObject({ kind: z.literal('last-blocks'), count: z.int().min(1).max(MOST_BLOCKS) }),
  /** Ben Zaken et al. 2021: the biases of the blocks and of the last norm. */
  z.strictObject({ kind: z.literal('bitfit'), blocks }),
  /** The scales and shifts of the norms of the blocks and of the last norm. */
  z.strictObject({ kind: z.literal('norm-tuning'), blocks }),
  /** Every parameter. */
  z.strictObject({ kind: z.literal('full') }),
  z.strictObject({
    kind: z.literal('bottleneck'),
    placement: bottleneckPlacementSchema,
    size: z.int().min(1).max(4096),
    activation: z.enum(['relu', 'gelu', 'silu']),
    /** What the bottleneck's output is multiplied by. */
    scale: floatBitsSchema,
    blocks,
  }),
  /** Jia et al. 2022: trained tokens between class token and patches, at the first block or anew at every block. */
  z.strictObject({
    kind: z.literal('visual-prompts'),
    depth: z.enum(['shallow', 'deep']),
    tokens: z.int().min(1).max(1024),
  }),
]);
export type AdapterConfig = z.infer<typeof adapterConfigSchema>;
export type AdapterKind = AdapterConfig['kind'];
/** The settings of one method, or of several. */
export type AdapterConfigOf<K extends AdapterKind> = Extract<AdapterConfig, { kind: K }>;
export type LowRankConfig = AdapterConfigOf<'lora' | 'rslora' | 'dora'>;

export const taskSchema = z.strictObject({
  kind: z.literal('classification'),
  classes: z.array(z.string().min(1).max(64)).min(2).max(1000),
});
export type Task = z.infer<typeof taskSchema>;

/** Rank and alpha of one layer. */
export function rankOf(
  config: LowRankConfig,
  block: number,
  target: LinearTarget,
): { readonly rank: number; readonly alpha: number } {
  const own = config.rankPattern?.find((entry) => entry.block === block && entry.target === target);
  const { rank, alpha } = own ?? config;
  return { rank, alpha };
}
