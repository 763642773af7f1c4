/** Our head as the classifier of a library's class, and back. */
import type { Pool } from '@consilium/shared/protocol';
import { requireTensor, type Tensor, type TensorSet } from '@consilium/shared/tensors';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { ClassifierInput } from './library-model.js';

export interface LinearHead {
  /** [classes, width of the feature] */
  readonly weight: Tensor;
  /** [classes] */
  readonly bias: Tensor;
}

/** The head of a study's adapter. @throws ConsiliumError 'bad-tensor-schema' when there is none */
export function headOf(tensors: TensorSet): LinearHead {
  return {
    weight: requireTensor(tensors, 'head.weight'),
    bias: requireTensor(tensors, 'head.bias'),
  };
}

/**
 * The classifier that computes what the head computes from a feature of this pool.
 * @throws ConsiliumError 'bad-request' when the classifier does not read such a feature
 */
export function toClassifier(head: LinearHead, pool: Pool, input: ClassifierInput): LinearHead {
  if (input === 'feature') {
    return head;
  }
  switch (pool) {
    case 'class-and-mean':
      return head;
    case 'class':
      return { ...head, weight: besideZeros(head.weight, 'first') };
    case 'mean':
      return { ...head, weight: besideZeros(head.weight, 'second') };
    case 'attention':
      throw new ConsiliumError(
        'bad-request',
        'the classifier reads class token and mean, not the feature of an attention pool',
      );
  }
}

/** The head and the pool that it reads; a half of zeros means that the classifier does not look there. */
export function fromClassifier(
  classifier: LinearHead,
  pool: Pool,
  input: ClassifierInput,
): { readonly head: LinearHead; readonly pool: Pool } {
  if (input === 'feature') {
    return { head: classifier, pool };
  }
  const first = halfOf(classifier.weight, 'first');
  const second = halfOf(classifier.weight, 'second');
  if (isZero(second)) {
    return { head: { ...classifier, weight: first }, pool: 'class' };
  }
  return isZero(first)
    ? { head: { ...classifier, weight: second }, pool: 'mean' }
    : { head: classifier, pool: 'class-and-mean' };
}

type Half = 'first' | 'second';

/** [rows, width] -> [rows, 2 width] */
function besideZeros({ shape, data }: Tensor, half: Half): Tensor {
  const [rows = 0, width = 0] = shape;
  const wide = new Float32Array(2 * data.length);
  for (let row = 0; row < rows; row += 1) {
    const start = 2 * row * width + (half === 'first' ? 0 : width);
    wide.set(data.subarray(row * width, (row + 1) * width), start);
  }
  return { shape: [rows, 2 * width], data: wide };
}

/** [rows, 2 width] -> [rows, width] */
function halfOf({ shape, data }: Tensor, half: Half): Tensor {
  const [rows = 0, wide = 0] = shape;
  const width = wide / 2;
  const values = new Float32Array(rows * width);
  for (let row = 0; row < rows; row += 1) {
    const start = row * wide + (half === 'first' ? 0 : width);
    values.set(data.subarray(start, start + width), row * width);
  }
  return { shape: [rows, width], data: values };
}

function isZero({ data }: Tensor): boolean {
  return data.every((value) => value === 0);
}
