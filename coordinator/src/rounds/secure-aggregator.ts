/** Computes the ring sum of a secure attempt from its masked updates, and keeps these as blobs. */
import { Injectable } from '@nestjs/common';
import { companyOf, unmaskPlan, type OpenedSecret } from '@consilium/shared/secagg';
import type { SiteId } from '@consilium/shared/vocabulary';
import { sumMasked, type MaskedUpdate } from '../aggregation/sum-masked.js';
import { takeOffMasks } from '../aggregation/take-off-masks.js';
import { BlobStore } from '../blobs/blob-store.js';
import { UploadsService } from '../updates/uploads.service.js';
import { survivingHeaders, type Attempt } from './attempt.js';
import { contextOf, dealersOf, secureAggregationOf } from './secure-sum.js';
import { sumsOf } from './survivors-to-name.js';

interface OneSum {
  readonly words: number;
  readonly secrets: readonly OpenedSecret[];
  readonly survivors: readonly SiteId[];
}

@Injectable()
export class SecureAggregator {
  constructor(
    private readonly uploads: UploadsService,
    private readonly blobs: BlobStore,
  ) {}

  /**
   * The sum of the survivors' vectors without their masks; where groups are summed, one sum after the other.
   * @param words of each vector
   * @param secrets one of each site of U2
   * @throws ConsiliumError as `unmaskPlan`, `sumMasked` and `takeOffMasks`
   */
  async sum(
    attempt: Attempt,
    words: number,
    secrets: readonly OpenedSecret[],
  ): Promise<Uint32Array> {
    const lists = sumsOf(attempt, attempt.survivors ?? []);
    const [only, ...others] = lists;
    if (only !== undefined && others.length === 0) {
      return this.sumOf(attempt, { words, secrets, survivors: only });
    }
    const sums = new Uint32Array(words * lists.length);
    for (const [i, survivors] of lists.entries()) {
      sums.set(await this.sumOf(attempt, { words, secrets, survivors }), i * words);
    }
    return sums;
  }

  /** Masks are shared within a group alone, so they leave the sum of its survivors without those of the others. */
  private async sumOf(
    attempt: Attempt,
    { words, secrets, survivors }: OneSum,
  ): Promise<Uint32Array> {
    const { groups } = secureAggregationOf(attempt);
    const [member] = survivors;
    const siteIdOf = ({ siteId }: { readonly siteId: SiteId }): SiteId => siteId;
    const ringSum = await sumMasked(this.updates(attempt, survivors), words);
    const masks = unmaskPlan({
      secrets: companyOf(groups, member, secrets, siteIdOf),
      sharers: companyOf(groups, member, dealersOf(attempt, new Map()), siteIdOf),
      survivors,
      context: contextOf(attempt),
    });
    await takeOffMasks(ringSum, masks);
    return ringSum;
  }

  /** From the blobs anybody computes the sum again. */
  private updates(attempt: Attempt, survivors: readonly SiteId[]): MaskedUpdate[] {
    const headers = survivingHeaders(attempt).filter(({ body }) => survivors.includes(body.siteId));
    return headers.map(({ body: header }) => ({
      header,
      chunk: (index) => this.uploads.read({ ...header, index }),
      keep: async (vector) => {
        await this.blobs.put(vector);
      },
    }));
  }
}
