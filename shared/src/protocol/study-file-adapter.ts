/** The adapter of a study file: each method with its defaults, blocks as people name them, and the step to the protocol's form. */
import { z } from 'zod';
import { encodeFloat } from '../encoding/index.js';
import { ConsiliumError } from '../vocabulary/index.js';
import {
  bottleneckPlacementSchema,
  LINEAR_TARGETS,
  linearTargetSchema,
  type AdapterConfig,
  type BottleneckPlacement,
  type LinearTarget,
  type PrivateAdapterConfig,
} from './adapter-config.js';
import { MOST_BLOCKS, type BackboneGeometry } from './backbone-geometry.js';

const rank = z.int().min(1).max(256);
const alpha = z.int().min(1).max(4096);

const blocks = z
  .union(
    [z.literal('all'), z.strictObject({ last: z.int().min(1) }), z.array(z.int().min(0)).min(1)],
    { error: 'must be all, {last: n} or a list of block numbers' },
  )
  .default('all');
type Blocks = z.output<typeof blocks>;

const layerOf = ({ block, target }: { block: number; target: LinearTarget }) =>
  `${block} ${target}`;

const lowRank = {
  rank: rank.default(8),
  alpha: alpha.default(16),
  targets: z.array(linearTargetSchema).min(1).default(['query', 'value']),
  blocks,
  rankPattern: z
    .array(z.strictObject({ block: z.int().min(0), target: linearTargetSchema, rank, alpha }))
    .min(1)
    .max(MOST_BLOCKS * LINEAR_TARGETS.length)
    .refine(
      (pattern) => new Set(pattern.map(layerOf)).size === pattern.length,
      'must name each layer once',
    )
    .optional(),
};

const lora = z.strictObject({ kind: z.literal('lora'), ...lowRank });
const rslora = z.strictObject({ kind: z.literal('rslora'), ...lowRank });

export const adapterFileSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('linear-head') }),
  lora,
  rslora,
  z.strictObject({ kind: z.literal('dora'), ...lowRank }),
  z.strictObject({
    kind: z.literal('ia3'),
    targets: z.array(linearTargetSchema).min(1).default(['key', 'value', 'mlp-down']),
    /** Of the targets: those whose input is scaled. */
    feedForward: z.array(linearTargetSchema).optional(),
    blocks,
  }),
  z.strictObject({ kind: z.literal('last-blocks'), count: z.int().min(1).default(1) }),
  z.strictObject({ kind: z.literal('bitfit'), blocks }),
  z.strictObject({ kind: z.literal('norm-tuning'), blocks }),
  z.strictObject({ kind: z.literal('full') }),
  z.strictObject({
    kind: z.literal('bottleneck'),
    placement: bottleneckPlacementSchema.default('pfeiffer'),
    size: z.int().min(1).max(4096).default(64),
    activation: z.enum(['relu', 'gelu', 'silu']).default('relu'),
    scale: z.number().positive().finite().optional(),
    blocks,
  }),
  z.strictObject({
    kind: z.literal('visual-prompts'),
    depth: z.enum(['shallow', 'deep']).default('shallow'),
    tokens: z.int().min(1).max(1024).default(10),
  }),
]);
export type AdapterFile = z.infer<typeof adapterFileSchema>;

/** An adapter that each site keeps for itself. */
export const privateAdapterFileSchema = z.discriminatedUnion('kind', [lora, rslora]);
export type PrivateAdapterFile = z.infer<typeof privateAdapterFileSchema>;

/** AdaptFormer's scale; bottlenecks in the chain are not scaled. */
const PARALLEL_SCALE = 0.1;

/** @throws ConsiliumError 'bad-study-file' when the backbone lacks a block that is named */
export function resolveAdapter(adapter: AdapterFile, geometry: BackboneGeometry): AdapterConfig {
  if (adapter.kind === 'last-blocks') {
    requireBlocks([adapter.count - 1], geometry);
    return adapter;
  }
  return 'blocks' in adapter
    ? resolveBlockwise(adapter, resolveBlocks(adapter.blocks, geometry))
    : adapter;
}

/** @throws ConsiliumError 'bad-study-file' when the backbone lacks a block that is named */
export function resolvePrivateAdapter(
  adapter: PrivateAdapterFile,
  geometry: BackboneGeometry,
): PrivateAdapterConfig {
  const blocks = resolveBlocks(adapter.blocks, geometry, 'privateAdapter');
  return { ...adapter, targets: inOrder(adapter.targets), blocks };
}

function resolveBlockwise(
  adapter: Extract<AdapterFile, { blocks: Blocks }>,
  blocks: number[],
): AdapterConfig {
  switch (adapter.kind) {
    case 'lora':
    case 'rslora':
    case 'dora':
      return { ...adapter, targets: inOrder(adapter.targets), blocks };
    case 'ia3':
      return {
        ...adapter,
        targets: inOrder(adapter.targets),
        feedForward: inOrder(adapter.feedForward ?? adapter.targets.filter(isMlpDown)),
        blocks,
      };
    case 'bitfit':
    case 'norm-tuning':
      return { ...adapter, blocks };
    case 'bottleneck':
      return { ...adapter, scale: encodeFloat(adapter.scale ?? defaultScale(adapter)), blocks };
  }
}

function defaultScale({ placement }: { readonly placement: BottleneckPlacement }): number {
  return placement === 'parallel' ? PARALLEL_SCALE : 1;
}

function isMlpDown(target: LinearTarget): boolean {
  return target === 'mlp-down';
}

function inOrder(targets: readonly LinearTarget[]): LinearTarget[] {
  return LINEAR_TARGETS.filter((target) => targets.includes(target));
}

type Field = 'adapter' | 'privateAdapter';

function resolveBlocks(
  blocks: Blocks,
  geometry: BackboneGeometry,
  field: Field = 'adapter',
): number[] {
  const { layers } = geometry;
  if (blocks === 'all') {
    return Array.from({ length: layers }, (_, i) => i);
  }
  if ('last' in blocks) {
    const { last } = blocks;
    requireBlocks([last - 1], geometry, field);
    return Array.from({ length: last }, (_, i) => layers - last + i);
  }
  requireBlocks(blocks, geometry, field);
  return [...new Set(blocks)].sort((a, b) => a - b);
}

function requireBlocks(
  blocks: readonly number[],
  { layers }: BackboneGeometry,
  field: Field = 'adapter',
): void {
  if (blocks.some((block) => block >= layers)) {
    throw new ConsiliumError(
      'bad-study-file',
      `${field}.blocks: the backbone has ${layers} blocks, numbered 0 to ${layers - 1}`,
    );
  }
}
