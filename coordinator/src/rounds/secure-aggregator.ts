/** Computes the ring sum of a secure attempt from its masked updates, and keeps these as blobs. */
import { Injectable } from '@nestjs/common';
import { unmaskPlan, type OpenedSecret } from '@consilium/shared/secagg';
import { sumMasked, type MaskedUpdate } from '../aggregation/sum-masked.js';
import { takeOffMasks } from '../aggregation/take-off-masks.js';
import { BlobStore } from '../blobs/blob-store.js';
import { UploadsService } from '../updates/uploads.service.js';
import { survivingHeaders, type Attempt } from './attempt.js';
import { contextOf, dealersOf } from './secure-sum.js';

@Injectable()
export class SecureAggregator {
  constructor(
    private readonly uploads: UploadsService,
    private readonly blobs: BlobStore,
  ) {}

  /**
   * The sum of the survivors' vectors without their masks.
   * @param words of each vector
   * @param secrets one of each site of U2
   * @throws ConsiliumError as `unmaskPlan`, `sumMasked` and `takeOffMasks`
   */
  async sum(
    attempt: Attempt,
    words: number,
    secrets: readonly OpenedSecret[],
  ): Promise<Uint32Array> {
    const ringSum = await sumMasked(this.updates(attempt), words);
    const masks = unmaskPlan({
      secrets,
      sharers: dealersOf(attempt, new Map()),
      survivors: attempt.survivors ?? [],
      context: contextOf(attempt),
    });
    await takeOffMasks(ringSum, masks);
    return ringSum;
  }

  /** Of the survivors; from the blobs anybody computes the sum again. */
  private updates(attempt: Attempt): MaskedUpdate[] {
    return survivingHeaders(attempt).map(({ body: header }) => ({
      header,
      chunk: (index) => this.uploads.read({ ...header, index }),
      keep: async (vector) => {
        await this.blobs.put(vector);
      },
    }));
  }
}
