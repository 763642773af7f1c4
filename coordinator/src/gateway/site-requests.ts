/** Who answers what a site asks: one line a request. docs/protocol/v1.md section 6. */
import { Injectable } from '@nestjs/common';
import type { SiteRequest } from '@consilium/shared/protocol';
import { ConsiliumError, type SiteId } from '@consilium/shared/vocabulary';
import { EvaluationsService } from '../evaluations/evaluations.service.js';
import { SiteReports } from '../sites/site-reports.service.js';
import { StudiesService } from '../studies/studies.service.js';
import { StudyMembership } from '../studies/study-membership.js';
import { RoundRequests } from './round-requests.js';
import type { Answer } from './site-connection.js';
import { SiteReading } from './site-reading.js';

@Injectable()
export class SiteRequests {
  constructor(
    private readonly studies: StudiesService,
    private readonly membership: StudyMembership,
    private readonly rounds: RoundRequests,
    private readonly evaluations: EvaluationsService,
    private readonly reports: SiteReports,
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
      case 'evaluation.report':
        return { reply: { kind: await this.evaluations.report(siteId, request.evaluation) } };
      case 'site.report':
        await this.reports.take(siteId, request.report);
        return { reply: { kind: 'accepted' } };
      case 'blob.read':
        return this.reading.blob(siteId, request);
      case 'log.prove':
        return this.reading.proof(siteId, request);
      default:
        return { reply: await this.rounds.answer(siteId, request, attachment) };
    }
  }
}
