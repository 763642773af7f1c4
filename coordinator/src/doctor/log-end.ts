/** The quick variant of the log's self-check, for logs that take long to hash: its last leaves, and what was signed of them. */
import { equalBytes, utf8 } from '@consilium/shared/encoding';
import { frontierRoot, leafHash } from '@consilium/shared/log';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { StoredLeaf } from '../audit/log.repository.js';
import type { SelfCheckInput } from '../audit/self-check.js';
import { readSignedCheckpoint, type SignedCheckpoint } from '../audit/signed-memory.js';
import type { Reader } from '../database/transaction.js';

/**
 * Leaves before these are not looked at: what is altered there is found by the whole check at the next start.
 * @returns how many leaves the log has
 * @throws ConsiliumError 'log-inconsistent' | 'log-rollback'
 */
export async function checkLogEnd(
  reader: Reader,
  { log, key, remembered }: SelfCheckInput,
  count: number,
): Promise<number> {
  const head = await log.head(reader);
  const start = Math.max(0, head.size - count);
  const leaves = await log.leaves(reader, start, count);
  leaves.forEach((leaf, i) => {
    requireLeaf(leaf, start + i);
  });
  const last = leaves.at(-1);
  if (last !== undefined && !equalBytes(last.root, frontierRoot(head))) {
    throw inconsistent(last.index, 'does not lead to the head of the log');
  }
  const stored = await log.checkpoints(reader, start + 1, count);
  const signed = stored.map(({ note }) => readSignedCheckpoint(note, key));
  for (const checkpoint of [...signed, ...(remembered === undefined ? [] : [remembered])]) {
    requireCheckpoint(checkpoint, leaves, start, head.size);
  }
  return head.size;
}

function requireLeaf(leaf: StoredLeaf, index: number): void {
  if (leaf.index !== index) {
    throw inconsistent(index, 'is missing');
  }
  if (!equalBytes(leafHash(utf8(leaf.leaf)), leaf.hash)) {
    throw inconsistent(index, 'does not have the hash beside it');
  }
}

function requireCheckpoint(
  { size, root }: SignedCheckpoint,
  leaves: readonly StoredLeaf[],
  start: number,
  headSize: number,
): void {
  if (size > headSize) {
    const message = `the log has ${headSize} leaves but a checkpoint of ${size} was signed`;
    throw new ConsiliumError('log-rollback', message, { detail: { signedSize: size } });
  }
  const leaf = leaves[size - 1 - start];
  if (size > start && (leaf === undefined || !equalBytes(leaf.root, root))) {
    throw inconsistent(
      size - 1,
      `is not the one that the checkpoint of size ${size} was signed for`,
    );
  }
}

function inconsistent(index: number, fault: string): ConsiliumError {
  return new ConsiliumError('log-inconsistent', `leaf ${index} ${fault}`, { detail: { index } });
}
