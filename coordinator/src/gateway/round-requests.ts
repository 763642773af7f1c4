/** Who answers what a site says in an attempt: one line a request. docs/protocol/v1.md section 6. */
import { Injectable } from '@nestjs/common';
import type { SiteReply, SiteRequest } from '@consilium/shared/protocol';
import type { SiteId } from '@consilium/shared/vocabulary';
import { RoundUploadsService } from '../rounds/round-uploads.service.js';
import { RoundsService } from '../rounds/rounds.service.js';
import { VotesService } from '../rounds/votes.service.js';
import { SecureRoundsService } from '../rounds/secure-rounds.service.js';

export type RoundRequest = Extract<SiteRequest, { kind: `round.${string}` | `update.${string}` }>;

@Injectable()
export class RoundRequests {
  constructor(
    private readonly rounds: RoundsService,
    private readonly secure: SecureRoundsService,
    private readonly uploads: RoundUploadsService,
    private readonly votes: VotesService,
  ) {}

  /** @param attachment the chunk of `update.chunk`. @throws ConsiliumError whatever the request is refused for. */
  async answer(siteId: SiteId, request: RoundRequest, attachment: Uint8Array): Promise<SiteReply> {
    switch (request.kind) {
      case 'round.advert':
        return this.rounds.advert(siteId, request.advert);
      case 'round.decline':
        return this.rounds.decline(siteId, request.decline);
      case 'round.shares':
        return this.secure.shares(siteId, request.shares, request.entries);
      case 'round.endorse':
        return this.secure.endorse(siteId, request.endorsement);
      case 'round.unmask':
        return this.secure.unmask(siteId, request.unmasking);
      case 'round.vote':
        return this.votes.vote(siteId, request.vote);
      case 'update.open':
        return this.uploads.open(siteId, request.header);
      case 'update.chunk':
        return this.uploads.chunk(siteId, request.attemptId, request.index, attachment);
    }
  }
}
