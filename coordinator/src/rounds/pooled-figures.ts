/** The figures that a secure attempt sums up along with its updates: the words behind the parameters of its ring sum. */
import { Injectable } from '@nestjs/common';
import { decodeMetricWords, metricWordCount, type SummedFigures } from '@consilium/shared/secagg';
import { decodeVector } from '@consilium/shared/tensors';
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
    const { ringSumHash } = record;
    const bytes = BYTES_PER_WORD * metricWordCount(classes);
    const size = (await this.blobs.size(ringSumHash)) ?? 0;
    const words = decodeVector(await this.blobs.read(ringSumHash, size - bytes, bytes));
    if (words.every((word) => word === 0)) {
      return undefined;
    }
    const { before, after } = decodeMetricWords(words, classes);
    return { before: viewOf(before), after: viewOf(after) };
  }
}

function viewOf({ confusion, lossSum }: SummedFigures) {
  return { confusion: confusion.map((row) => [...row]), lossSum };
}
