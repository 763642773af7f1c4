/**
 * What an update comes to in figures: norms of its tensors and the coordinates that the range cut, taken from the trained delta.
 * That file goes when the round is over; these figures stay.
 */
import { decodeFloat } from '@consilium/shared/encoding';
import type { Metrics, SitePolicy } from '@consilium/shared/protocol';
import { requireTensor, type TensorSchema, type TensorSet } from '@consilium/shared/tensors';
import { mayShare } from '../policy/shared-figures.js';
import type { Trained } from '../trainer-link/messages.js';
import type { SharedFiguresRecord, TensorFigures } from './receipt-file.js';

/** @param delta in the tensors of the schema. @throws ConsiliumError 'bad-tensor-schema' where one is missing */
export function tensorFiguresOf(schema: TensorSchema, delta: TensorSet): readonly TensorFigures[] {
  return schema.map(({ name, shape, range }) => {
    const { data } = requireTensor(delta, name);
    const bound = decodeFloat(range);
    let squares = 0;
    let largest = 0;
    let cut = 0;
    for (const value of data) {
      const size = Math.abs(value);
      squares += value * value;
      largest = Math.max(largest, size);
      cut += size > bound ? 1 : 0;
    }
    return { name, shape: [...shape], norm: Math.sqrt(squares), largest, cut };
  });
}

/** L2 norm of all tensors together. */
export function normOf(tensors: readonly Pick<TensorFigures, 'norm'>[]): number {
  return Math.sqrt(tensors.reduce((sum, { norm }) => sum + norm * norm, 0));
}

/** Whether the figures on the validation pictures leave with the update, and if not, why. */
export function sharedFiguresOf(
  policy: SitePolicy,
  { before, after }: Pick<Trained, 'before' | 'after'>,
  aggregation: 'plain' | 'secure',
): SharedFiguresRecord {
  if (before === undefined || after === undefined) {
    return { kind: 'not-measured' };
  }
  if (policy.share.metrics === 'none') {
    return { kind: 'policy-says-none' };
  }
  const { minCell } = policy.data;
  return mayShare(policy, [before, after])
    ? { kind: 'left', inside: aggregation === 'plain' ? 'header' : 'sum' }
    : { kind: 'small-cells', minCell, cells: smallCells(after, minCell) };
}

function smallCells({ confusion }: Metrics, minCell: number) {
  return confusion
    .map((row, place) => ({ class: place, pictures: row.reduce((sum, count) => sum + count, 0) }))
    .filter(({ pictures }) => pictures > 0 && pictures < minCell);
}
