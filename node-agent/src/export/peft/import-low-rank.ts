/** LoRA, rsLoRA and DoRA from a PEFT file. */
import {
  layerSizes,
  type AdapterConfig,
  type BackboneGeometry,
  type LowRankConfig,
} from '@consilium/shared/protocol';
import type { Tensor, TensorSet } from '@consilium/shared/tensors';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { adaptedLinears, linearName } from '../../adapters/linear-name.js';
import { byLayer, reachOf } from './adapted-layers.js';
import { findModules, type FoundModule } from './find-modules.js';
import { CONFIG_FILE, WEIGHTS_FILE } from './key-names.js';
import type { LowRankModule } from './module-adapter.js';
import type { Member } from './module-groups.js';
import type { IndexedModule } from './module-index.js';
import type { LowRankDescription } from './read-config.js';
import type { ModuleTensors } from './read-keys.js';
import type { RowNorms } from './row-norms.js';
import { areSameFactors, splitLowRank, type LayerFactors } from './split-low-rank.js';

/** Of a study's adapter. */
const MOST_RANK = 256;

export interface ImportedLayers {
  readonly adapter: AdapterConfig;
  /** In no particular order. */
  readonly layers: TensorSet;
}

export interface LowRankBase {
  readonly geometry: BackboneGeometry;
  /** For DoRA: see readRowNorms. */
  readonly rowNorms: (blocks: readonly number[]) => Promise<RowNorms>;
}

/** @throws ConsiliumError 'bad-tensor-schema' naming what does not fit the backbone, with both shapes */
export async function importLowRank(
  description: LowRankDescription,
  adapted: ReadonlyMap<string, ModuleTensors>,
  index: ReadonlyMap<string, readonly IndexedModule[]>,
  { geometry, rowNorms }: LowRankBase,
): Promise<ImportedLayers> {
  const { kind } = description;
  const found = findModules(adapted, index, description);
  const modules = found.map((module) => lowRankModule(module, description, geometry));
  const blocks = [...new Set(found.map(({ indexed }) => indexed.block))];
  const norms: RowNorms = kind === 'dora' ? await rowNorms(blocks) : new Map();
  const layers = byLayer(
    modules.flatMap((module, i) =>
      splitLowRank(module, (found[i] as FoundModule).indexed, kind, norms),
    ),
    areSameFactors,
  );
  const reach = reachOf(layers);
  const shares = adaptedLinears(reach).map((at) => layers.get(linearName(at)) as LayerFactors);
  return {
    adapter: { kind, ...reach, ...ranksOf(shares) },
    layers: new Map(shares.flatMap(tensorsOf)),
  };
}

/** @throws ConsiliumError 'bad-tensor-schema' when tensors are missing, extra or misshapen, or the rank is too high */
function lowRankModule(
  { indexed, tensors }: FoundModule,
  { kind, rankOf, alphaOf }: LowRankDescription,
  geometry: BackboneGeometry,
): LowRankModule {
  const { module, parts, layers } = indexed;
  const [first] = layers as [Member];
  const { down, up, magnitude, scale } = tensors;
  if (down === undefined || up === undefined || (magnitude === undefined) !== (kind !== 'dora')) {
    const wanted =
      kind === 'dora' ? 'lora_A, lora_B and lora_magnitude_vector' : 'lora_A and lora_B';
    throw refused(`of ${module} must hold ${wanted}, as ${CONFIG_FILE} says ${kind}`);
  }
  if (scale !== undefined) {
    throw refused(`holds ia3_l of ${module}, though ${CONFIG_FILE} says ${kind}`);
  }
  const rank = rankOf(module);
  const [inputs, each] = layerSizes(geometry, first.at.target);
  const outputs = each * parts;
  requireShape(down, [rank, inputs], `${module}.lora_A`);
  requireShape(up, [outputs, rank], `${module}.lora_B`);
  if (magnitude !== undefined) {
    requireShape(magnitude, [outputs], `${module}.lora_magnitude_vector`);
  }
  const most = Math.min(inputs, outputs, MOST_RANK * parts);
  if (rank > most) {
    throw refused(`adapts ${module} with rank ${rank}; at most ${most} is possible here`);
  }
  const alpha = alphaOf(module);
  return {
    ...{ kind: 'low-rank', module, rank, alpha, down, up },
    layer: linearName(first.at),
    ...(magnitude === undefined ? {} : { magnitude: magnitude.data }),
  };
}

export function requireShape(tensor: Tensor, shape: readonly number[], name: string): void {
  if (tensor.shape.join() !== shape.join()) {
    throw refused(
      `is for another base or rank: ${name} is [${tensor.shape.join(', ')}], this backbone and ${CONFIG_FILE} need [${shape.join(', ')}]`,
    );
  }
}

type Ranks = Pick<LowRankConfig, 'rank' | 'alpha' | 'rankPattern'>;

/** The commonest rank and alpha for all, a pattern for the others. */
function ranksOf(shares: readonly LayerFactors[]): Ranks {
  const counts = new Map<string, number>();
  const keyOf = ({ rank, alpha }: LayerFactors) => `${rank}/${alpha}`;
  for (const share of shares) {
    counts.set(keyOf(share), (counts.get(keyOf(share)) ?? 0) + 1);
  }
  const common = shares.reduce((best, share) =>
    (counts.get(keyOf(share)) ?? 0) > (counts.get(keyOf(best)) ?? 0) ? share : best,
  );
  const others = shares.filter((share) => keyOf(share) !== keyOf(common));
  const { rank, alpha } = common;
  return others.length === 0
    ? { rank, alpha }
    : { rank, alpha, rankPattern: others.map((own) => ({ ...own.at, ...ofShare(own) })) };
}

function ofShare({ rank, alpha }: LayerFactors) {
  return { rank, alpha };
}

function tensorsOf({ at, down, up, magnitudeDelta }: LayerFactors): [string, Tensor][] {
  const name = linearName(at);
  return [
    [`${name}.lora-a`, down],
    [`${name}.lora-b`, up],
    ...(magnitudeDelta === undefined
      ? []
      : [[`${name}.magnitude-delta`, magnitudeDelta] satisfies [string, Tensor]]),
  ];
}

function refused(fault: string): ConsiliumError {
  return new ConsiliumError('bad-tensor-schema', `${WEIGHTS_FILE} ${fault}`);
}
