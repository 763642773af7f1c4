/**
 * Appends to the log in the caller's transaction: the leaf and the change that it records are kept together or not at all
 * (security.md 4.3).
 */
import { Injectable } from '@nestjs/common';
import { canonicalBytes, fromUtf8 } from '@consilium/shared/encoding';
import { appendToFrontier, frontierRoot, leafHash } from '@consilium/shared/log';
import { leafSchema, type Leaf } from '@consilium/shared/protocol';
import { ConsiliumError, LIMITS } from '@consilium/shared/vocabulary';
import type { Transaction } from '../database/transaction.js';
import { Clock } from '../platform/clock.js';
import { Metrics } from '../platform/metrics.js';
import { Signal } from '../platform/signal.js';
import { subjectsOf } from './leaf-subjects.js';
import { LogRepository } from './log.repository.js';

type WithoutStamp<L> = L extends Leaf ? Omit<L, 'v' | 'atMs'> : never;

/** A leaf without version and time, which the service adds. */
export type NewLeaf = WithoutStamp<Leaf>;

@Injectable()
export class AuditService {
  /** Fires after the commit of a transaction that appended. */
  readonly appended = new Signal();
  private readonly counter;

  constructor(
    private readonly log: LogRepository,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    this.counter = metrics.counter('log_leaves_total', 'Leaves appended by this process.', [
      'type',
    ]);
  }

  /**
   * @returns the leaf's index.
   * @throws ConsiliumError 'message-too-large' above LIMITS.leafBytes, 'internal' for a leaf that breaks its own schema: what
   * is once in the log can never be corrected, so nothing unreadable may enter.
   */
  async append(tx: Transaction, leaf: NewLeaf): Promise<number> {
    const stamped: Leaf = { ...leaf, v: 1, atMs: this.clock.nowMs() };
    const bytes = bytesOf(stamped);
    const head = await this.log.lockHead(tx);
    const hash = leafHash(bytes);
    const next = appendToFrontier(head, hash);
    const index = head.size;
    await this.log.append(
      tx,
      { index, leaf: fromUtf8(bytes), hash, root: frontierRoot(next) },
      next,
      subjectsOf(index, stamped),
    );
    tx.afterCommit(() => {
      this.counter.inc({ type: leaf.type });
      this.appended.fire();
    });
    return index;
  }
}

function bytesOf(leaf: Leaf): Uint8Array {
  const checked = leafSchema.safeParse(leaf);
  if (!checked.success) {
    const faults = checked.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new ConsiliumError(
      'internal',
      `leaf ${leaf.type} breaks its schema: ${faults.join('; ')}`,
    );
  }
  const bytes = canonicalBytes(checked.data);
  if (bytes.length > LIMITS.leafBytes) {
    const detail = { type: leaf.type, sizeBytes: bytes.length };
    throw new ConsiliumError(
      'message-too-large',
      `a leaf holds at most ${LIMITS.leafBytes} bytes`,
      { detail },
    );
  }
  return bytes;
}
