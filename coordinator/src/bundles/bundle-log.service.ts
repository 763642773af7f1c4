/** `log.json` of a bundle: the leaves that concern a study, with everything that ties them to a signed checkpoint. */
import { Injectable } from '@nestjs/common';
import { toBase64 } from '@consilium/shared/encoding';
import type { BundleLog, Leaf } from '@consilium/shared/protocol';
import type { StudyId } from '@consilium/shared/vocabulary';
import { LogReader } from '../audit/log-reader.service.js';
import type { StoredCheckpoint, StoredLeaf } from '../audit/log.repository.js';

/** Leaves read at once; between two batches others get their turn at the rows. */
const BATCH = 1000;

interface LeafOfStudy extends Pick<StoredLeaf, 'index' | 'leaf'> {
  readonly type: Leaf['type'];
}

@Injectable()
export class BundleLogService {
  constructor(private readonly log: LogReader) {}

  /**
   * @param last covers every leaf to show; the log never changes below it, so no transaction is needed.
   * @param named sizes of checkpoints that documents of the bundle speak of.
   */
  async excerpt(
    studyId: StudyId,
    last: StoredCheckpoint,
    named: readonly number[] = [],
  ): Promise<BundleLog> {
    const leaves = await this.leavesBelow(studyId, last.size);
    const checkpoints = await this.withNamed(await this.checkpointsOf(leaves, last), named);
    return {
      v: 1,
      checkpoints: checkpoints.map(({ note }) => note),
      consistency: await this.growth(checkpoints),
      leaves: await this.withProofs(leaves, last.size),
    };
  }

  /** Whether the log says anything of the study from an index on. */
  async concernsFrom(studyId: StudyId, start: number): Promise<boolean> {
    for await (const batch of this.batches(start)) {
      if (batch.some(({ leaf }) => studyOf(leaf) === studyId)) {
        return true;
      }
    }
    return false;
  }

  private async leavesBelow(studyId: StudyId, size: number): Promise<LeafOfStudy[]> {
    const found: LeafOfStudy[] = [];
    for await (const batch of this.batches(0, size)) {
      for (const { index, leaf } of batch) {
        const owner = studyOf(leaf);
        if (owner === undefined || owner === studyId) {
          found.push({ index, leaf, type: parse(leaf).type });
        }
      }
    }
    return found;
  }

  private async *batches(
    start: number,
    end = Number.MAX_SAFE_INTEGER,
  ): AsyncGenerator<readonly StoredLeaf[]> {
    for (let next = start; next < end;) {
      const batch = await this.log.leaves(next, Math.min(BATCH, end - next));
      if (batch.length === 0) {
        return;
      }
      yield batch;
      next += batch.length;
    }
  }

  /** The first checkpoint after each attempt of the study ended, and the last one. */
  private async checkpointsOf(
    leaves: readonly LeafOfStudy[],
    last: StoredCheckpoint,
  ): Promise<StoredCheckpoint[]> {
    const chosen: StoredCheckpoint[] = [];
    for (const { index, type } of leaves) {
      const covered = chosen.at(-1)?.size ?? 0;
      if (type === 'key.destroyed' && index >= covered) {
        const [next] = await this.log.checkpoints(index + 1, 1);
        chosen.push(...(next === undefined || next.size >= last.size ? [] : [next]));
      }
    }
    return [...chosen, last];
  }

  private async withNamed(
    chosen: readonly StoredCheckpoint[],
    sizes: readonly number[],
  ): Promise<StoredCheckpoint[]> {
    const all = [...chosen];
    for (const size of new Set(sizes)) {
      const [found] = await this.log.checkpoints(size, 1);
      if (found?.size === size && !all.some((own) => own.size === size)) {
        all.push(found);
      }
    }
    return all.sort((a, b) => a.size - b.size);
  }

  private async growth(
    checkpoints: readonly StoredCheckpoint[],
  ): Promise<BundleLog['consistency']> {
    const steps: BundleLog['consistency'] = [];
    let oldSize: number | undefined;
    for (const { size: newSize } of checkpoints) {
      if (oldSize !== undefined) {
        const proof = await this.log.consistencyProof(oldSize, newSize);
        steps.push({ oldSize, newSize, proof: proof.map(toBase64) });
      }
      oldSize = newSize;
    }
    return steps;
  }

  private async withProofs(
    leaves: readonly LeafOfStudy[],
    size: number,
  ): Promise<BundleLog['leaves']> {
    const proven: BundleLog['leaves'] = [];
    for (const { index, leaf } of leaves) {
      const inclusion = await this.log.inclusionProof(index, size);
      proven.push({ index, leaf, inclusion: inclusion.map(toBase64) });
    }
    return proven;
  }
}

/** Undefined for a leaf that concerns all studies. */
function studyOf(text: string): StudyId | undefined {
  const leaf = parse(text);
  return 'studyId' in leaf ? leaf.studyId : undefined;
}

/** The log's own leaves were checked when they were appended. */
function parse(text: string): Leaf {
  return JSON.parse(text) as Leaf;
}
