/** One delta in one sum at most, over all attempts from one adapter checkpoint: docs/protocol/v1.md section 4.1, repeats. */
import type { UpdateHeader } from '../protocol/index.js';
import type { SiteId } from '../vocabulary/index.js';

/** Which training of the round the delta of each site came from, of the sites of one list of survivors. */
export type SummedTrainings = ReadonlyMap<SiteId, number>;

/** @param headers of masked updates; others are passed over. */
export function summedTrainings(headers: readonly UpdateHeader[]): SummedTrainings {
  return new Map(
    headers.flatMap(({ siteId, payload }) =>
      payload.kind === 'masked' ? [[siteId, payload.training] as const] : [],
    ),
  );
}

/**
 * The sites whose delta is in a sum that was, or may have been, opened before: their headers say the same training in both.
 * @param earlier of the lists before it from the same adapter checkpoint, as far as they are known
 */
export function summedBefore(
  earlier: readonly SummedTrainings[],
  next: SummedTrainings,
): readonly SiteId[] {
  return [...next]
    .filter(([siteId, training]) => earlier.some((list) => list.get(siteId) === training))
    .map(([siteId]) => siteId)
    .sort();
}
