/**
 * LoRA, rsLoRA and DoRA per module. Where a module holds several layers one after the other along its rows (a fused qkv), their
 * factors are put together exactly: A one below the other, B block-diagonal, so that s B A changes each layer's rows by its own
 * factors alone (models.md 4c.9). DoRA works row by row, so it stays exact as well: rows that are not adapted keep their norm.
 */
import {
  layerSizes,
  rankOf,
  type BackboneGeometry,
  type LowRankConfig,
} from '@consilium/shared/protocol';
import { requireTensor, type TensorSet } from '@consilium/shared/tensors';
import { linearName } from '../../adapters/linear-name.js';
import { lowRankScale } from '../../adapters/lora/config.js';
import type { NameGeneration } from '../libraries/library-model.js';
import { alphaOf, type LowRankModule } from './module-adapter.js';
import { groupByModule, layersIn, type Member, type ModuleGroup } from './module-groups.js';
import { requireRowNorms, type RowNorms } from './row-norms.js';

export interface LowRankSources {
  readonly config: LowRankConfig;
  readonly geometry: BackboneGeometry;
  /** The adapter's, by name of the schema. */
  readonly tensors: TensorSet;
  /** For DoRA, of the adapted blocks. */
  readonly rowNorms: RowNorms;
}

/** @throws ConsiliumError 'bad-request' when PEFT cannot wrap a layer, 'bad-tensor-schema' when a tensor is missing */
export function lowRankModules(
  sources: LowRankSources,
  generation: NameGeneration,
): LowRankModule[] {
  return groupByModule(sources.config, generation).map((group) =>
    group.parts === 1 ? aloneIn(group, sources) : joinedIn(group, sources, generation),
  );
}

/** Factors as they are. */
function aloneIn({ module, members }: ModuleGroup, sources: LowRankSources): LowRankModule {
  const { config, tensors } = sources;
  const [{ at }] = members as [Member];
  const { rank, alpha } = rankOf(config, at.block, at.target);
  return {
    kind: 'low-rank',
    module,
    layer: linearName(at),
    rank,
    alpha,
    down: requireTensor(tensors, `${linearName(at)}.lora-a`),
    up: requireTensor(tensors, `${linearName(at)}.lora-b`),
    ...(config.kind === 'dora' ? { magnitude: magnitudesOf(members, sources) } : {}),
  };
}

function joinedIn(
  group: ModuleGroup,
  sources: LowRankSources,
  generation: NameGeneration,
): LowRankModule {
  const { config, geometry, tensors } = sources;
  const [first] = group.members as [Member];
  const [inputs, outputs] = layerSizes(geometry, first.at.target);
  const rows = outputs * group.parts;
  const rank = group.members.reduce((sum, { at }) => sum + rankAt(config, at), 0);
  const scale = lowRankScale(config, first.at);
  const alpha = jointAlpha(config, group, rank, scale);
  const down = new Float32Array(rank * inputs);
  const up = new Float32Array(rows * rank);
  let start = 0;
  for (const { at, part } of group.members) {
    const own = rankAt(config, at);
    down.set(requireTensor(tensors, `${linearName(at)}.lora-a`).data, start * inputs);
    // All layers of a module have one scale; where theirs differ, B takes the difference.
    const weight = lowRankScale(config, at) / scale;
    requireTensor(tensors, `${linearName(at)}.lora-b`).data.forEach((value, i) => {
      const row = part * outputs + Math.floor(i / own);
      up[row * rank + start + (i % own)] = value * weight;
    });
    start += own;
  }
  return {
    kind: 'low-rank',
    module: group.module,
    layer: linearName(first.at),
    rank,
    alpha,
    down: { shape: [rank, inputs], data: down },
    up: { shape: [rows, rank], data: up },
    ...(config.kind === 'dora'
      ? { magnitude: magnitudesOf(layersIn(group, geometry, generation), sources) }
      : {}),
  };
}

/** Of equal ranks and alphas the sum of the alphas, which is exact; else what gives the scale of the first layer. */
function jointAlpha(
  config: LowRankConfig,
  { members }: ModuleGroup,
  rank: number,
  scale: number,
): number {
  const [first, ...others] = members.map(({ at }) => rankOf(config, at.block, at.target));
  const areEqual = others.every(
    (other) => other.rank === first?.rank && other.alpha === first.alpha,
  );
  return first !== undefined && areEqual && config.kind !== 'rslora'
    ? first.alpha * members.length
    : alphaOf(config.kind, rank, scale);
}

function rankAt(config: LowRankConfig, { block, target }: Member['at']): number {
  return rankOf(config, block, target).rank;
}

/** m, layer after layer: the norms of W's rows, plus what was trained where the layer is adapted. */
function magnitudesOf(
  layers: readonly Member[],
  { tensors, rowNorms }: LowRankSources,
): Float32Array {
  return Float32Array.from(
    layers.flatMap(({ at }) => {
      const delta = tensors.get(`${linearName(at)}.magnitude-delta`)?.data;
      return [...requireRowNorms(rowNorms, at)].map((norm, row) => norm + (delta?.[row] ?? 0));
    }),
  );
}
