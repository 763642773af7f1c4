/** The norms of frozen weights' rows, from which a magnitude of DoRA counts: PEFT stores magnitudes, we store their changes. */
import type { BackboneGeometry } from '@consilium/shared/protocol';
import { linearTargets } from '@consilium/shared/protocol';
import type { Tensor } from '@consilium/shared/tensors';
import { ConsiliumError, type ContentHash } from '@consilium/shared/vocabulary';
import { linearName } from '../../adapters/linear-name.js';
import type { LinearAddress } from '../../backbones/backbone.js';
import type { BackboneFolder } from '../../backbones/read-backbone.js';

/** By the name of the layer: [out] */
export type RowNorms = ReadonlyMap<string, Float64Array>;

/** Row norms of every linear layer of the blocks, in float64, and the hash of the whole backbone. */
export async function readRowNorms(
  load: BackboneFolder['load'],
  geometry: BackboneGeometry,
  blocks: readonly number[],
): Promise<{ readonly norms: RowNorms; readonly hash: ContentHash }> {
  const wanted = new Set(
    blocks.flatMap((block) =>
      linearTargets(geometry).map((target) => linearName({ block, target })),
    ),
  );
  const norms = new Map<string, Float64Array>();
  const hash = await load((name, parameter) => {
    const layer = name.replace(/\.weight$/, '');
    if (layer !== name && wanted.has(layer)) {
      norms.set(layer, rowNormsOf(parameter));
    }
  });
  return { norms, hash };
}

/** @throws ConsiliumError 'internal' when the layer was not read */
export function requireRowNorms(norms: RowNorms, at: LinearAddress): Float64Array {
  const found = norms.get(linearName(at));
  if (found === undefined) {
    throw new ConsiliumError('internal', `the row norms of ${linearName(at)} were not read`);
  }
  return found;
}

/** @param weight [out, in] */
function rowNormsOf({ shape, data }: Tensor): Float64Array {
  const [outputs = 0, inputs = 0] = shape;
  return Float64Array.from({ length: outputs }, (_, row) => {
    const values = data.subarray(row * inputs, (row + 1) * inputs);
    return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  });
}
