/**
 * The factors of a module taken apart into those of its layers. Of a fused module each layer has its own rows of B and all of A
 * (models.md 4c.9); where the columns of B show that factors were put together block by block, each layer gets its own alone.
 */
import type { LowRankConfig } from '@consilium/shared/protocol';
import type { Tensor } from '@consilium/shared/tensors';
import { linearName } from '../../adapters/linear-name.js';
import type { LinearAddress } from '../../backbones/backbone.js';
import { alphaOf, scaleOf, type LowRankModule } from './module-adapter.js';
import type { IndexedModule } from './module-index.js';
import { requireRowNorms, type RowNorms } from './row-norms.js';

/** One layer's share of a module. */
export interface LayerFactors {
  readonly at: LinearAddress;
  readonly rank: number;
  readonly alpha: number;
  readonly down: Tensor;
  readonly up: Tensor;
  readonly magnitudeDelta?: Tensor;
  /** Whether the module's values change this layer at all. */
  readonly isChanged: boolean;
}

/** Alphas of a study are whole numbers up to this. */
const MOST_ALPHA = 4096;
/** Of the norm: what rounding to float32 leaves between a magnitude and a norm that are the same. */
const MAGNITUDE_NOISE = 1e-6;

/** @param rowNorms of the module's layers, for DoRA */
export function splitLowRank(
  adapter: LowRankModule,
  { layers, parts }: Pick<IndexedModule, 'layers' | 'parts'>,
  kind: LowRankConfig['kind'],
  rowNorms: RowNorms,
): LayerFactors[] {
  const { down, up, rank, alpha, magnitude } = adapter;
  const outputs = (up.shape[0] as number) / parts;
  const columns = columnsOfParts(up, parts);
  const scale = scaleOf(kind, rank, alpha);
  return layers.map(({ at, part }) => {
    const own = columns[part] ?? [];
    // A layer that nothing changes keeps one column of zeros, should its neighbours in other blocks be changed.
    const taken = own.length === 0 ? [0] : own;
    const rows = { from: part * outputs, to: (part + 1) * outputs };
    const whole = parts === 1 ? alpha : wholeAlpha(alphaOf(kind, taken.length, scale));
    const share = { rank: taken.length, alpha: wholeAlpha(whole) };
    const factor = share.alpha === whole ? 1 : scale / scaleOf(kind, share.rank, share.alpha);
    const delta =
      magnitude === undefined
        ? undefined
        : deltaOf(magnitude.subarray(rows.from, rows.to), requireRowNorms(rowNorms, at));
    return {
      at,
      ...share,
      down: rowsOf(down, taken),
      up: blockOf(up, rows, taken, factor),
      ...(delta === undefined ? {} : { magnitudeDelta: delta.tensor }),
      isChanged: own.length > 0 || delta?.isChanged === true,
    };
  });
}

/** The alpha itself where it is whole but for rounding; else the nearest, B taking the difference. */
function wholeAlpha(alpha: number): number {
  return Math.min(MOST_ALPHA, Math.max(1, Math.round(alpha)));
}

/**
 * Which columns of B each part uses. Parts that share a column share all: the module's factors were trained as one. Columns of
 * zeros go with the columns before them, and with every part if there are no others.
 * @param up [out, rank]
 */
function columnsOfParts({ shape, data }: Tensor, parts: number): number[][] {
  const [rows = 0, rank = 0] = shape;
  const owners: (number | undefined)[] = Array.from({ length: rank }, () => undefined);
  const all = owners.map((_, column) => column);
  const changed = new Set<number>();
  let areApart = parts > 1;
  data.forEach((value, i) => {
    if (value !== 0) {
      const column = i % rank;
      const part = Math.floor(Math.floor(i / rank) / (rows / parts));
      areApart &&= (owners[column] ?? part) === part;
      owners[column] = part;
      changed.add(part);
    }
  });
  if (changed.size === 0) {
    return Array.from({ length: parts }, () => all);
  }
  if (!areApart) {
    return Array.from({ length: parts }, (_, part) => (changed.has(part) ? all : []));
  }
  let last = owners.find((owner) => owner !== undefined) as number;
  const filled = owners.map((owner) => (last = owner ?? last));
  return Array.from({ length: parts }, (_, part) => all.filter((i) => filled[i] === part));
}

/** @param tensor [rank, in] */
function rowsOf({ shape, data }: Tensor, rows: readonly number[]): Tensor {
  const width = shape[1] as number;
  const taken = new Float32Array(rows.length * width);
  rows.forEach((row, i) => taken.set(data.subarray(row * width, (row + 1) * width), i * width));
  return { shape: [rows.length, width], data: taken };
}

/** @param tensor [out, rank] */
function blockOf(
  { shape, data }: Tensor,
  { from, to }: { readonly from: number; readonly to: number },
  columns: readonly number[],
  factor: number,
): Tensor {
  const rank = shape[1] as number;
  const width = columns.length;
  const block = Float32Array.from({ length: (to - from) * width }, (_, i) => {
    const row = from + Math.floor(i / width);
    return (data[row * rank + (columns[i % width] as number)] as number) * factor;
  });
  return { shape: [to - from, width], data: block };
}

function deltaOf(
  magnitude: Float32Array,
  norms: Float64Array,
): { readonly tensor: Tensor; readonly isChanged: boolean } {
  const data = magnitude.map((value, row) => value - (norms[row] as number));
  const isChanged = data.some(
    (delta, row) => Math.abs(delta) > MAGNITUDE_NOISE * (norms[row] as number),
  );
  return { tensor: { shape: [data.length], data }, isChanged };
}

/** Two layers' factors say the same. */
export function areSameFactors(a: LayerFactors, b: LayerFactors): boolean {
  return (
    linearName(a.at) === linearName(b.at) &&
    a.rank === b.rank &&
    a.alpha === b.alpha &&
    isEqual(a.down, b.down) &&
    isEqual(a.up, b.up) &&
    isEqual(a.magnitudeDelta, b.magnitudeDelta)
  );
}

function isEqual(a: Tensor | undefined, b: Tensor | undefined): boolean {
  return (
    a?.data.length === b?.data.length && (a?.data.every((value, i) => value === b?.data[i]) ?? true)
  );
}
