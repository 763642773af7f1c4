/**
 * Rebuilds the tree from the leaves and compares it with everything that was said about it: the hash and root beside each
 * leaf, every signed checkpoint, the checkpoint remembered outside the database, and the head (security.md 4, tests 41 to 45).
 */
import { equalBytes, utf8 } from '@consilium/shared/encoding';
import {
  appendToFrontier,
  emptyFrontier,
  frontierRoot,
  leafHash,
  type Frontier,
  type NoteKey,
} from '@consilium/shared/log';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { Reader } from '../database/transaction.js';
import type { LogRepository, StoredLeaf } from './log.repository.js';
import { readSignedCheckpoint, type SignedCheckpoint } from './signed-memory.js';

const BATCH = 500;

export interface SelfCheckInput {
  readonly log: LogRepository;
  readonly key: NoteKey;
  /** The checkpoint kept outside the database. */
  readonly remembered: SignedCheckpoint | undefined;
}

/**
 * Memory stays that of one batch, however long the log is.
 * @returns the head, proved.
 * @throws ConsiliumError 'log-inconsistent' naming the first bad leaf, 'log-rollback' if the log is shorter than a checkpoint.
 */
export async function checkLog(reader: Reader, input: SelfCheckInput): Promise<Frontier> {
  const checkpoints = new CheckpointWalk(reader, input);
  let frontier = emptyFrontier();
  for (;;) {
    const leaves = await input.log.leaves(reader, frontier.size, BATCH);
    for (const leaf of leaves) {
      frontier = appendChecked(frontier, leaf);
      await checkpoints.passes(frontier);
    }
    if (leaves.length < BATCH) {
      break;
    }
  }
  await checkpoints.end(frontier.size);
  requireSameHead(frontier, await input.log.head(reader));
  return frontier;
}

function appendChecked(frontier: Frontier, leaf: StoredLeaf): Frontier {
  const index = frontier.size;
  if (leaf.index !== index) {
    throw inconsistent(index, 'is missing');
  }
  const hash = leafHash(utf8(leaf.leaf));
  if (!equalBytes(hash, leaf.hash)) {
    throw inconsistent(index, 'does not have the hash beside it');
  }
  const next = appendToFrontier(frontier, hash);
  if (!equalBytes(frontierRoot(next), leaf.root)) {
    throw inconsistent(
      index,
      'does not lead to the root beside it: it or an earlier one was altered or moved',
    );
  }
  return next;
}

/** Walks the signed checkpoints along with the leaves. Somebody who rewrites every row cannot rewrite these: he lacks the key. */
class CheckpointWalk {
  private nextSize = 0;
  private queue: SignedCheckpoint[] = [];
  private exhausted = false;
  private lastGood = 0;

  constructor(
    private readonly reader: Reader,
    private readonly input: SelfCheckInput,
  ) {}

  async passes(frontier: Frontier): Promise<void> {
    const { remembered } = this.input;
    if (remembered?.size === frontier.size) {
      this.requireRoot(remembered, frontier);
    }
    const next = await this.peek();
    if (next?.size === frontier.size) {
      this.requireRoot(next, frontier);
      this.queue.shift();
      this.lastGood = frontier.size;
    }
  }

  /** @throws ConsiliumError 'log-rollback' if a checkpoint speaks of leaves that are not there. */
  async end(size: number): Promise<void> {
    const ahead = [this.input.remembered, await this.peek()].find(
      (checkpoint) => checkpoint !== undefined && checkpoint.size > size,
    );
    if (ahead !== undefined) {
      throw new ConsiliumError(
        'log-rollback',
        `the log has ${size} leaves but a checkpoint of ${ahead.size} was signed: leaf ${size} and later ones are gone`,
        { detail: { index: size, size, signedSize: ahead.size } },
      );
    }
  }

  private requireRoot(checkpoint: SignedCheckpoint, frontier: Frontier): void {
    if (!equalBytes(checkpoint.root, frontierRoot(frontier))) {
      const last = frontier.size - 1;
      const where =
        this.lastGood === last ? `leaf ${last}` : `one of leaves ${this.lastGood} to ${last}`;
      throw new ConsiliumError(
        'log-inconsistent',
        `${where} was rewritten after the checkpoint of size ${frontier.size} was signed`,
        { detail: { index: this.lastGood, lastIndex: last } },
      );
    }
  }

  private async peek(): Promise<SignedCheckpoint | undefined> {
    if (this.queue.length === 0 && !this.exhausted) {
      const rows = await this.input.log.checkpoints(this.reader, this.nextSize, BATCH);
      this.exhausted = rows.length < BATCH;
      this.nextSize = (rows.at(-1)?.size ?? 0) + 1;
      this.queue = rows.map((row) => this.readRow(row.size, row.note));
    }
    return this.queue[0];
  }

  private readRow(size: number, note: string): SignedCheckpoint {
    try {
      const checkpoint = readSignedCheckpoint(note, this.input.key);
      if (checkpoint.size === size && checkpoint.origin === this.input.key.name) {
        return checkpoint;
      }
    } catch (cause) {
      throw badCheckpoint(size, cause);
    }
    throw badCheckpoint(size);
  }
}

function requireSameHead(frontier: Frontier, head: Frontier): void {
  if (head.size !== frontier.size || !equalBytes(frontierRoot(head), frontierRoot(frontier))) {
    const index = Math.min(head.size, frontier.size);
    throw new ConsiliumError(
      'log-inconsistent',
      `the log's head says ${head.size} leaves and there are ${frontier.size}: leaf ${index} is the first in doubt`,
      { detail: { index } },
    );
  }
}

function badCheckpoint(size: number, cause?: unknown): ConsiliumError {
  return new ConsiliumError(
    'log-inconsistent',
    `the stored checkpoint of size ${size} is not signed by this log`,
    {
      cause,
      detail: { size },
    },
  );
}

function inconsistent(index: number, fault: string): ConsiliumError {
  return new ConsiliumError('log-inconsistent', `leaf ${index} ${fault}`, { detail: { index } });
}
