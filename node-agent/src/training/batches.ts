/** In which order a local training sees the images. */
import { seededRandom } from '@consilium/shared/crypto';

/** The batches of one epoch: all items once, shuffled by seed and epoch; the last batch may be smaller. */
export function epochBatches<T>(
  items: readonly T[],
  batchSize: number,
  seed: string,
  epoch: number,
): T[][] {
  return inBatches(seededRandom(`${seed}/epoch/${epoch}`).shuffled(items), batchSize);
}

/** The items in their order, `size` at a time. */
export function inBatches<T>(items: readonly T[], size: number): T[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, i) => items.slice(i * size, (i + 1) * size));
}
