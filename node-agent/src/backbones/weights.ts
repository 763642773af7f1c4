/** Frozen weights as they come from disk, still outside the tensor engine. */
import type { Tensor } from '@consilium/shared/tensors';
import { ConsiliumError, type ContentHash } from '@consilium/shared/vocabulary';

export interface BackboneWeights {
  /** By the name on disk, any prefix of the whole model removed. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Hash of names, dtypes, shapes and bytes: protocol section 3. */
  readonly hash: ContentHash;
}

export interface ExpectedTensor {
  readonly name: string;
  readonly shape: readonly number[];
}

/** @throws ConsiliumError 'bad-backbone' for a name that the layout's check let through by mistake */
export function requireWeight({ tensors }: BackboneWeights, name: string): Tensor {
  const tensor = tensors.get(name);
  if (tensor === undefined) {
    throw new ConsiliumError('bad-backbone', `tensor ${name} is missing`);
  }
  return tensor;
}
