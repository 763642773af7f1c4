/** What a site is answered: what it asked for, or the problem that stood in the way; within what it may ask in a minute. */
import { Injectable } from '@nestjs/common';
import type { SiteRequest } from '@consilium/shared/protocol';
import type { SiteId } from '@consilium/shared/vocabulary';
import type { Answer } from './site-connection.js';
import { SiteProblems } from './site-problems.js';
import { SiteQuotas } from './site-quotas.js';
import { SiteRequests } from './site-requests.js';

@Injectable()
export class SiteAnswers {
  constructor(
    private readonly requests: SiteRequests,
    private readonly problems: SiteProblems,
    private readonly quotas: SiteQuotas,
  ) {}

  /** @throws what the database throws while a refusal is recorded. */
  async answer(siteId: SiteId, request: SiteRequest, attachment: Uint8Array): Promise<Answer> {
    try {
      this.quotas.take(siteId);
      return await this.requests.answer(siteId, request, attachment);
    } catch (error) {
      return { reply: await this.problems.refuse(siteId, request, error) };
    }
  }
}
