/** The norms of frozen weights' rows, from which a magnitude of DoRA counts: PEFT stores magnitudes, we store their changes. */
import type { BackboneGeometry } from '@consilium/shared/protocol';
import { linearTargets } from '@consilium/shared/protocol';
import type { Tensor } from '@consilium/shared/tensors';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { linearName } from '../../adapters/linear-name.js';
import type { LinearAddress } from '../../backbones/backbone.js';

/** By the name of the layer: [out] */
export type RowNorms = ReadonlyMap<string, Float64Array>;

/** The backbone's parameters, handed out one by one: see BackboneFolder. */
export type LoadParameters = (take: (name: string, parameter: Tensor) => void) => Promise<unknown>;

/** Row norms of every linear layer of the blocks, in float64. */
export async function readRowNorms(
  load: LoadParameters,
  geometry: BackboneGeometry,
  blocks: readonly number[],
): Promise<RowNorms> {
  const wanted = new Set(
    blocks.flatMap((block) =>
      linearTargets(geometry).map((target) => linearName({ block, target })),
    ),
  );
  const norms = new Map<string, Float64Array>();
  await load((name, parameter) => {
    const layer = name.replace(/\.weight$/, '');
    if (layer !== name && wanted.has(layer)) {
      norms.set(layer, rowNormsOf(parameter));
    }
  });
  return norms;
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
