/** The rows of the log. */
import { Injectable } from '@nestjs/common';
import {
  decodeFrontier,
  emptyFrontier,
  encodeFrontier,
  type Frontier,
} from '@consilium/shared/log';
import { LessThanOrEqual, MoreThanOrEqual } from 'typeorm';
import type { Reader, Transaction } from '../database/transaction.js';
import { LeafSubjectEntity } from './leaf-subject.entity.js';
import type { LeafSubject } from './leaf-subjects.js';
import { LeafEntity } from './leaf.entity.js';
import { LogCheckpointEntity } from './log-checkpoint.entity.js';
import { LogHeadEntity } from './log-head.entity.js';

const HEAD = { id: 1 };

export interface StoredLeaf {
  readonly index: number;
  /** Canonical JSON. */
  readonly leaf: string;
  readonly hash: Uint8Array;
  /** Of the tree that ends with this leaf. */
  readonly root: Uint8Array;
}

export interface StoredCheckpoint {
  readonly size: number;
  readonly note: string;
}

@Injectable()
export class LogRepository {
  /** The head, held against other writers until the transaction ends. */
  async lockHead(tx: Transaction): Promise<Frontier> {
    const row = await tx.rows.findOne(LogHeadEntity, {
      where: HEAD,
      ...(tx.dialect === 'postgres' ? { lock: { mode: 'pessimistic_write' as const } } : {}),
    });
    return toFrontier(row);
  }

  async head(reader: Reader): Promise<Frontier> {
    return toFrontier(await reader.rows.findOneBy(LogHeadEntity, HEAD));
  }

  async append(
    tx: Transaction,
    leaf: StoredLeaf,
    head: Frontier,
    subjects: readonly LeafSubject[],
  ): Promise<void> {
    const { index, hash, root } = leaf;
    await tx.rows.insert(LeafEntity, {
      leafIndex: index,
      leaf: leaf.leaf,
      hash: Buffer.from(hash),
      root: Buffer.from(root),
    });
    await tx.rows.insert(LeafSubjectEntity, [...subjects]);
    const row = { ...HEAD, size: head.size, frontier: JSON.stringify(encodeFrontier(head)) };
    await tx.rows.upsert(LogHeadEntity, row, ['id']);
  }

  /** At most `count` leaves from an index on. */
  async leaves(reader: Reader, start: number, count: number): Promise<StoredLeaf[]> {
    const rows = await reader.rows.find(LeafEntity, {
      where: { leafIndex: MoreThanOrEqual(start) },
      order: { leafIndex: 'ASC' },
      take: count,
    });
    return rows.map(({ leafIndex, leaf, hash, root }) => ({ index: leafIndex, leaf, hash, root }));
  }

  /** The newest checkpoint of at most a size; undefined if none was signed yet. */
  async latestCheckpoint(reader: Reader, maxSize?: number): Promise<StoredCheckpoint | undefined> {
    const [row] = await reader.rows.find(LogCheckpointEntity, {
      where: maxSize === undefined ? {} : { size: LessThanOrEqual(maxSize) },
      order: { size: 'DESC' },
      take: 1,
    });
    return row;
  }

  /** At most `count` checkpoints of at least a size, the smallest first. */
  async checkpoints(reader: Reader, minSize: number, count: number): Promise<StoredCheckpoint[]> {
    return reader.rows.find(LogCheckpointEntity, {
      where: { size: MoreThanOrEqual(minSize) },
      order: { size: 'ASC' },
      take: count,
    });
  }

  /** Several processes may sign the same size; the notes are the same, and the first is kept. */
  async addCheckpoint(tx: Transaction, checkpoint: StoredCheckpoint, atMs: number): Promise<void> {
    const { size, note } = checkpoint;
    if (!(await tx.rows.existsBy(LogCheckpointEntity, { size }))) {
      await tx.rows.insert(LogCheckpointEntity, { size, note, atMs });
    }
  }
}

function toFrontier(row: LogHeadEntity | null): Frontier {
  return row === null ? emptyFrontier() : decodeFrontier(JSON.parse(row.frontier));
}
