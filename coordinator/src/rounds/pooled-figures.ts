/** The figures that a secure attempt sums up along with its updates: the words behind the parameters of its ring sum. */
import { Injectable } from '@nestjs/common';
import { decodeMetricWords, metricWordCount, type SummedFigures } from '@consilium/shared/secagg';
import { ringAdd } from '@consilium/shared/tensors';
import type { ContentHash } from '@consilium/shared/vocabulary';
import { BlobStore } from '../blobs/blob-store.js';
import { isSecure, type Attempt } from './attempt.js';
import type { AttemptView } from './rounds-view.js';

const BYTES_PER_WORD = 4;

@Injectable()
export class PooledFigures {
  constructor(private readonly blobs: BlobStore) {}

  /**
   * @param classes K of the study's task
   * @returns undefined before there is a sum, for a plain attempt, and where no site shares its figures
   */
  async of(attempt: Attempt, classes: number): Promise<AttemptView['figures']> {
    const record = attempt.record ?? attempt.candidate;
    if (!isSecure(attempt) || record === undefined) {
      return undefined;
    }
    const { ringSumHash, aggregation } = record;
    const sums = aggregation.kind === 'secure' ? (aggregation.groups?.length ?? 1) : 1;
    const words = await this.wordsOf(ringSumHash, sums, metricWordCount(classes));
    if (words.every((word) => word === 0)) {
      return undefined;
    }
    const { before, after } = decodeMetricWords(words, classes);
    return { before: viewOf(before), after: viewOf(after) };
  }

  /** The words at the end of each of several sums of equal length, added up. */
  private async wordsOf(hash: ContentHash, sums: number, count: number): Promise<Uint32Array> {
    const bytes = BYTES_PER_WORD * count;
    const stride = ((await this.blobs.size(hash)) ?? 0) / sums;
    const words = new Uint32Array(count);
    for (let sum = 1; sum <= sums; sum += 1) {
      ringAdd(words, await this.blobs.read(hash, sum * stride - bytes, bytes));
    }
    return words;
  }
}

function viewOf({ confusion, lossSum }: SummedFigures) {
  return { confusion: confusion.map((row) => [...row]), lossSum };
}
