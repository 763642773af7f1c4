/** Who answers what a site asks: one line a request. docs/protocol/v1.md section 6. */
import { Injectable } from '@nestjs/common';
import type { SiteRequest } from '@consilium/shared/protocol';
import { ConsiliumError, type SiteId } from '@consilium/shared/vocabulary';
import { EvaluationsService } from '../evaluations/evaluations.service.js';
import { RoundUploadsService } from '../rounds/round-uploads.service.js';
import { RoundsService } from '../rounds/rounds.service.js';
import { SecureRoundsService } from '../rounds/secure-rounds.service.js';
import { StudiesService } from '../studies/studies.service.js';
import { StudyMembership } from '../studies/study-membership.js';
import type { Answer } from './site-connection.js';
import { SiteReading } from './site-reading.js';

@Injectable()
export class SiteRequests {
  constructor(
    private readonly studies: StudiesService,
    private readonly membership: StudyMembership,
    private readonly rounds: RoundsService,
    private readonly secure: SecureRoundsService,
    private readonly uploads: RoundUploadsService,
    private readonly evaluations: EvaluationsService,
    private readonly reading: SiteReading,
  ) {}

  /**
   * @param siteId whose channel the request came through.
   * @param attachment the chunk of `update.chunk`; every other request has none.
   * @throws ConsiliumError whatever the request is refused for.
   */
  async answer(siteId: SiteId, request: SiteRequest, attachment: Uint8Array): Promise<Answer> {
    if (request.kind !== 'update.chunk' && attachment.length > 0) {
      throw new ConsiliumError('bad-message', `${request.kind} has no attachment`);
    }
    switch (request.kind) {
      case 'study.join':
        await this.studies.join(siteId, request.join);
        return { reply: { kind: 'accepted' } };
      case 'study.withdraw':
        await this.membership.withdraw(siteId, request.withdrawal);
        return { reply: { kind: 'accepted' } };
      case 'round.advert':
        return { reply: await this.rounds.advert(siteId, request.advert) };
      case 'round.decline':
        return { reply: await this.rounds.decline(siteId, request.decline) };
      case 'round.shares':
        return { reply: await this.secure.shares(siteId, request.shares, request.entries) };
      case 'round.endorse':
        return { reply: await this.secure.endorse(siteId, request.endorsement) };
      case 'round.unmask':
        return { reply: await this.secure.unmask(siteId, request.unmasking) };
      case 'update.open':
        return { reply: await this.uploads.open(siteId, request.header) };
      case 'update.chunk':
        return {
          reply: await this.uploads.chunk(siteId, request.attemptId, request.index, attachment),
        };
      case 'evaluation.report':
        return { reply: { kind: await this.evaluations.report(siteId, request.evaluation) } };
      case 'blob.read':
        return this.reading.blob(siteId, request);
      case 'log.prove':
        return this.reading.proof(siteId, request);
    }
  }
}
