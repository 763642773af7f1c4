/**
 * The tensors of an adapter: names, shapes, start values and the range of a delta. Coordinator and agent derive the same
 * schema from the study protocol, so its hash fixes the layout of every vector they exchange. Whatever does not start as a
 * random factor starts at zero, as a change of what is frozen: no one but a site needs the backbone's weights.
 */
import { encodeFloat, type FloatBits } from '../encoding/index.js';
import type { TensorInit, TensorSchema, TensorSpec } from '../tensors/index.js';
import { ConsiliumError } from '../vocabulary/index.js';
import {
  LINEAR_TARGETS,
  rankOf,
  type AdapterConfig,
  type AdapterConfigOf,
  type LinearTarget,
  type LowRankConfig,
  type Task,
} from './adapter-config.js';
import { featureSize, type BackboneGeometry } from './backbone-geometry.js';
import {
  backboneParameters,
  blockPrefix,
  layerSizes,
  linearTargets,
} from './backbone-parameters.js';

export interface AdapterPlan {
  readonly geometry: BackboneGeometry;
  readonly adapter: AdapterConfig;
  readonly task: Task;
  /** C: the largest absolute change of one parameter in one round (security.md 1.9). */
  readonly updateRange: number;
}

/** A tensor without the range, which all have in common. */
type Entry = Omit<TensorSpec, 'range'>;

const ZEROS: TensorInit = { kind: 'zeros' };

/**
 * Blocks ascending, targets in the order of LINEAR_TARGETS, the head last.
 * @throws ConsiliumError 'bad-tensor-schema' when the backbone lacks a block or a layer that the adapter names
 */
export function adapterSchema(plan: AdapterPlan): TensorSchema {
  return withRange(plan, [...methodTensors(plan.geometry, plan.adapter), ...headTensors(plan)]);
}

/** The tensors of an adapter that a site keeps for itself: the head is the shared adapter's. @throws as adapterSchema */
export function privateAdapterSchema(plan: Omit<AdapterPlan, 'task'>): TensorSchema {
  return withRange(plan, methodTensors(plan.geometry, plan.adapter));
}

function withRange(
  { updateRange }: Pick<AdapterPlan, 'updateRange'>,
  entries: readonly Entry[],
): TensorSchema {
  const range: FloatBits = encodeFloat(updateRange);
  return entries.map(({ name, shape, init }) => ({ name, shape, range, init }));
}

function methodTensors(geometry: BackboneGeometry, adapter: AdapterConfig): Entry[] {
  switch (adapter.kind) {
    case 'linear-head':
      return [];
    case 'lora':
    case 'rslora':
    case 'dora':
      return lowRankTensors(geometry, adapter);
    case 'ia3':
      return scaleTensors(geometry, adapter);
    case 'last-blocks':
    case 'bitfit':
    case 'norm-tuning':
    case 'full':
      return deltaTensors(geometry, adapter);
    case 'bottleneck':
      return bottleneckTensors(geometry, adapter);
    case 'visual-prompts':
      return promptTensors(geometry, adapter);
  }
}

/** A starts as PEFT starts it, kaiming_uniform(a = sqrt 5), which is uniform within 1/sqrt(in); B starts at zero. */
function lowRankTensors(geometry: BackboneGeometry, config: LowRankConfig): Entry[] {
  requirePatternFits(config);
  return perLayer(geometry, config, (name, block, target) => {
    const [inputs, outputs] = layerSizes(geometry, target);
    const { rank } = rankOf(config, block, target);
    requireRank(rank, name, Math.min(inputs, outputs));
    return [
      { name: `${name}.lora-a`, shape: [rank, inputs], init: withinRootOf(inputs) },
      { name: `${name}.lora-b`, shape: [outputs, rank], init: ZEROS },
      ...(config.kind === 'dora'
        ? [{ name: `${name}.magnitude-delta`, shape: [outputs], init: ZEROS }]
        : []),
    ];
  });
}

/** The change of each scale from 1. */
function scaleTensors(geometry: BackboneGeometry, config: AdapterConfigOf<'ia3'>): Entry[] {
  const astray = config.feedForward.filter((target) => !config.targets.includes(target));
  if (astray.length > 0) {
    throw new ConsiliumError(
      'bad-tensor-schema',
      `ia3: feedForward names ${astray.join(', ')}, which is no target`,
    );
  }
  return perLayer(geometry, config, (name, _, target) => {
    const [inputs, outputs] = layerSizes(geometry, target);
    const size = config.feedForward.includes(target) ? inputs : outputs;
    return [{ name: `${name}.scale-delta`, shape: [size], init: ZEROS }];
  });
}

type DeltaConfig = AdapterConfigOf<'last-blocks' | 'bitfit' | 'norm-tuning' | 'full'>;

/** The change of each parameter that the method trains, under the parameter's name and `.delta`. */
function deltaTensors(geometry: BackboneGeometry, config: DeltaConfig): Entry[] {
  if ('blocks' in config) {
    requireBlocks(geometry, config.blocks);
  }
  if (config.kind === 'last-blocks') {
    requireBlocks(geometry, [config.count - 1]);
  }
  return backboneParameters(geometry)
    .filter(({ name }) => isTrained(name, geometry, config))
    .map(({ name, shape }) => ({ name: `${name}.delta`, shape, init: ZEROS }));
}

/** What follows the last block, and changes with it. */
const AFTER_BLOCKS = /^(norm|pool|projection|neck)\./;
const OF_LAST_NORM = /^norm\./;
const OF_NORM = /(^|[.-])norm([.-]|$)/;

function isTrained(name: string, { layers }: BackboneGeometry, config: DeltaConfig): boolean {
  const number = /^blocks\.(\d+)\./.exec(name)?.[1];
  const block = number === undefined ? undefined : Number(number);
  const isInside = (blocks: readonly number[]) =>
    block === undefined ? OF_LAST_NORM.test(name) : blocks.includes(block);
  switch (config.kind) {
    case 'full':
      return true;
    case 'last-blocks':
      return block === undefined ? AFTER_BLOCKS.test(name) : block >= layers - config.count;
    case 'bitfit':
      return name.endsWith('.bias') && isInside(config.blocks);
    case 'norm-tuning':
      return OF_NORM.test(name) && isInside(config.blocks);
  }
}

function bottleneckTensors(
  geometry: BackboneGeometry,
  { placement, size, blocks }: AdapterConfigOf<'bottleneck'>,
): Entry[] {
  const width = geometry.hiddenSize;
  requireBlocks(geometry, blocks);
  const places = placement === 'houlsby' ? ['attention-adapter', 'mlp-adapter'] : ['mlp-adapter'];
  return ascending(blocks).flatMap((block) =>
    places.flatMap((place) => {
      const name = `${blockPrefix(block)}${place}`;
      return [
        { name: `${name}.down.weight`, shape: [size, width], init: withinRootOf(width) },
        { name: `${name}.down.bias`, shape: [size], init: ZEROS },
        { name: `${name}.up.weight`, shape: [width, size], init: ZEROS },
        { name: `${name}.up.bias`, shape: [width], init: ZEROS },
      ];
    }),
  );
}

/** Uniform within sqrt(6 / (3 patch^2 + width)), as in the authors' code (KMnP/vpt, models.md 4b). */
function promptTensors(
  geometry: BackboneGeometry,
  { depth, tokens }: AdapterConfigOf<'visual-prompts'>,
): Entry[] {
  const { hiddenSize, patchSize, layers } = geometry;
  if (geometry.architecture === 'sam') {
    throw new ConsiliumError(
      'bad-tensor-schema',
      'visual-prompts: a sam backbone has no place for tokens that are no patches',
    );
  }
  const bound = encodeFloat(Math.sqrt(6 / (3 * patchSize ** 2 + hiddenSize)));
  const init: TensorInit = { kind: 'uniform', bound };
  const shape = [tokens, hiddenSize];
  return depth === 'shallow'
    ? [{ name: 'prompts', shape, init }]
    : Array.from({ length: layers }, (_, block) => ({
        name: `${blockPrefix(block)}prompts`,
        shape,
        init,
      }));
}

function headTensors({ geometry, task }: AdapterPlan): Entry[] {
  const classes = task.classes.length;
  return [
    { name: 'head.weight', shape: [classes, featureSize(geometry)], init: ZEROS },
    { name: 'head.bias', shape: [classes], init: ZEROS },
  ];
}

function perLayer(
  geometry: BackboneGeometry,
  {
    blocks,
    targets,
  }: { readonly blocks: readonly number[]; readonly targets: readonly LinearTarget[] },
  tensorsOf: (name: string, block: number, target: LinearTarget) => Entry[],
): Entry[] {
  requireBlocks(geometry, blocks);
  const has = linearTargets(geometry);
  const unknown = targets.filter((target) => !has.includes(target));
  if (unknown.length > 0) {
    throw new ConsiliumError(
      'bad-tensor-schema',
      `adapter: the backbone has no layer ${unknown.join(', ')}; it has ${has.join(', ')}`,
    );
  }
  const ordered = LINEAR_TARGETS.filter((target) => targets.includes(target));
  return ascending(blocks).flatMap((block) =>
    ordered.flatMap((target) => tensorsOf(`${blockPrefix(block)}${target}`, block, target)),
  );
}

function requireBlocks({ layers }: BackboneGeometry, blocks: readonly number[]): void {
  const beyond = blocks.filter((block) => block >= layers);
  if (beyond.length > 0) {
    throw new ConsiliumError(
      'bad-tensor-schema',
      `adapter: the backbone has ${layers} blocks, 0 to ${layers - 1}; there is no block ${beyond.join(', ')}`,
    );
  }
}

/** A pattern for a layer that is not adapted would be silently without effect. */
function requirePatternFits({ kind, targets, blocks, rankPattern = [] }: LowRankConfig): void {
  const astray = rankPattern.find(
    ({ block, target }) => !blocks.includes(block) || !targets.includes(target),
  );
  if (astray !== undefined) {
    throw new ConsiliumError(
      'bad-tensor-schema',
      `${kind}: rankPattern names ${astray.target} of block ${astray.block}, which is not adapted`,
    );
  }
}

function requireRank(rank: number, name: string, most: number): void {
  if (rank > most) {
    throw new ConsiliumError(
      'bad-tensor-schema',
      `${name}: rank ${rank} is above the layer's smaller dimension, ${most}`,
    );
  }
}

function withinRootOf(inputs: number): TensorInit {
  return { kind: 'uniform', bound: encodeFloat(1 / Math.sqrt(inputs)) };
}

function ascending(blocks: readonly number[]): number[] {
  return [...blocks].sort((a, b) => a - b);
}
