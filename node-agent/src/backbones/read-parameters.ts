/** Reads the parameters of a backbone from its weight files, one tensor at a time, and takes their hash. */
import { contentHash, contentHashOf } from '@consilium/shared/crypto';
import { firstNonFinite, float32Bytes, shapeSize, type Tensor } from '@consilium/shared/tensors';
import type { ContentHash } from '@consilium/shared/vocabulary';
import { badConfiguration } from './files/configuration.js';
import type { StoredTensor } from './files/safetensors-file.js';
import { readWeights } from './files/weight-files.js';
import type { ParameterPlace } from './layouts/layout.js';
import type { Located } from './layouts/match-layout.js';

/** Takes a parameter, whose values are the taker's to keep, but not to change: parts of one tensor share memory. */
export type TakeParameter = (name: string, tensor: Tensor) => void;

/**
 * Hands out every parameter in float32, in the order of the files, and hashes them in that of their names: protocol section 3.
 * @throws ConsiliumError 'bad-backbone' naming the tensor at fault: cut short, or NaN or infinite at a position
 */
export async function readParameters(
  folder: string,
  located: readonly Located<StoredTensor>[],
  take: TakeParameter,
): Promise<ContentHash> {
  const hashes: { name: string; shape: number[]; hash: ContentHash }[] = [];
  await readWeights(folder, located, (stored, { data }) => {
    requireFinite(stored, data);
    for (const place of stored.places) {
      const parameter = { shape: place.shape, data: valuesAt(place, data) };
      const hash = contentHash(float32Bytes(parameter.data));
      hashes.push({ name: place.name, shape: [...place.shape], hash });
      take(place.name, parameter);
    }
  });
  const tensors = hashes.sort((a, b) => (a.name < b.name ? -1 : 1));
  return contentHashOf({ domain: 'consilium/v1/backbone', tensors });
}

function requireFinite({ name, file }: StoredTensor, data: Float32Array): void {
  const position = firstNonFinite(data);
  if (position >= 0) {
    throw badConfiguration(file, `tensor ${name} is NaN or infinite at ${position}`);
  }
}

function valuesAt({ shape, part, transposed }: ParameterPlace, data: Float32Array): Float32Array {
  if (part !== undefined) {
    const size = shapeSize(shape);
    return data.subarray(part.index * size, (part.index + 1) * size);
  }
  return transposed === undefined ? data : transpose(shape, data);
}

/** [in, out] -> [out, in] */
function transpose([outputs = 1, inputs = 1]: readonly number[], data: Float32Array): Float32Array {
  const turned = new Float32Array(data.length);
  for (let output = 0; output < outputs; output += 1) {
    for (let input = 0; input < inputs; input += 1) {
      turned[output * inputs + input] = data[input * outputs + output] as number;
    }
  }
  return turned;
}
