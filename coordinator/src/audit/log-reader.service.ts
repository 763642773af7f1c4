/** What anybody may ask of the log: leaves, checkpoints, and the proofs that tie them together. */
import { Injectable } from '@nestjs/common';
import { createMerkleTree } from '@consilium/shared/log';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { Database } from '../database/database.js';
import type { Reader } from '../database/transaction.js';
import { LogRepository, type StoredCheckpoint, type StoredLeaf } from './log.repository.js';
import { Sequencer } from './sequencer.js';
import type { SignedCheckpoint } from './signed-memory.js';

const BATCH = 1000;

export interface LeafProof {
  readonly checkpoint: SignedCheckpoint;
  /** Canonical JSON. */
  readonly leaf: string;
  readonly inclusion: readonly Uint8Array[];
  /** From the size the asker knows to the checkpoint's; empty if he knows none, this one or a larger one. */
  readonly consistency: readonly Uint8Array[];
}

@Injectable()
export class LogReader {
  /** Grows with the log, and only over leaves that a checkpoint covers, which are committed for certain. */
  private readonly tree = createMerkleTree();

  constructor(
    private readonly database: Database,
    private readonly repository: LogRepository,
    private readonly sequencer: Sequencer,
  ) {}

  /** The newest checkpoint. @throws ConsiliumError 'not-found' while none is signed. */
  async latest(): Promise<StoredCheckpoint> {
    return this.database.read((reader) => this.requireLatest(reader));
  }

  /** At most `count` checkpoints of at least a size, the smallest first. */
  async checkpoints(minSize: number, count: number): Promise<readonly StoredCheckpoint[]> {
    return this.database.read((reader) => this.repository.checkpoints(reader, minSize, count));
  }

  /** The index that the next leaf will have; what is committed counts, signed or not. */
  async next(): Promise<number> {
    const head = await this.database.readCommitted((reader) => this.repository.head(reader));
    return head.size;
  }

  /** At most `count` leaves from an index on. */
  async leaves(start: number, count: number): Promise<readonly StoredLeaf[]> {
    return this.database.read((reader) => this.repository.leaves(reader, start, count));
  }

  /** @throws ConsiliumError 'bad-request' unless index < size and a checkpoint covers the size. */
  async inclusionProof(index: number, size: number): Promise<readonly Uint8Array[]> {
    await this.grow(size);
    requireRange(index < size, `leaf ${index} is not in a tree of ${size}`);
    return this.tree.inclusionProof(index, size);
  }

  /** @throws ConsiliumError 'bad-request' unless oldSize <= newSize and a checkpoint covers newSize. */
  async consistencyProof(oldSize: number, newSize: number): Promise<readonly Uint8Array[]> {
    await this.grow(newSize);
    requireRange(oldSize <= newSize, `a tree of ${oldSize} does not begin one of ${newSize}`);
    return this.tree.consistencyProof(oldSize, newSize);
  }

  /**
   * One leaf with all that proves it to somebody who holds a checkpoint of `knownSize` (0: none). Whoever holds a larger one than
   * there is, as after an old backup was restored, is shown the newest beside the first leaf, which is everybody's to see: that is
   * the evidence, and he goes no further.
   * @throws ConsiliumError 'not-found' if there is no such leaf
   */
  async prove(leafIndex: number, knownSize: number): Promise<LeafProof> {
    const checkpoint = await this.sequencer.covering(Math.max(leafIndex, knownSize - 1));
    const { size } = checkpoint;
    const isShorter = knownSize > size;
    const index = isShorter ? 0 : leafIndex;
    const [leaf] = await this.leaves(index, 1);
    if (leaf?.index !== index || index >= size) {
      throw new ConsiliumError('not-found', `there is no leaf ${leafIndex}`);
    }
    return {
      checkpoint,
      leaf: leaf.leaf,
      inclusion: await this.inclusionProof(index, size),
      consistency: isShorter ? [] : await this.consistencyProof(knownSize, size),
    };
  }

  private async grow(size: number): Promise<void> {
    if (this.tree.size() >= size) {
      return;
    }
    await this.database.read(async (reader) => {
      const latest = await this.requireLatest(reader);
      requireRange(
        size <= latest.size,
        `the newest checkpoint has size ${latest.size}, not ${size}`,
      );
      while (this.tree.size() < size) {
        const start = this.tree.size();
        const leaves = await this.repository.leaves(reader, start, Math.min(BATCH, size - start));
        this.append(start, leaves);
      }
    });
  }

  /** Two askers may read the same rows at the same time; each row is appended once. */
  private append(start: number, leaves: readonly StoredLeaf[]): void {
    if (leaves[0]?.index !== start) {
      throw new ConsiliumError('log-inconsistent', `leaf ${start} is missing`, {
        detail: { index: start },
      });
    }
    for (const leaf of leaves) {
      if (leaf.index === this.tree.size()) {
        this.tree.append(Uint8Array.from(leaf.hash));
      }
    }
  }

  private async requireLatest(reader: Reader): Promise<StoredCheckpoint> {
    const latest = await this.repository.latestCheckpoint(reader);
    if (latest === undefined) {
      throw new ConsiliumError('not-found', 'no checkpoint is signed yet');
    }
    return latest;
  }
}

function requireRange(holds: boolean, message: string): void {
  if (!holds) {
    throw new ConsiliumError('bad-request', message);
  }
}
