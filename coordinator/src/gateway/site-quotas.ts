/** How much one site may ask through its channel, counted by site: a fresh socket starts no fresh count. */
import { Inject, Injectable } from '@nestjs/common';
import type { SiteId } from '@consilium/shared/vocabulary';
import type { CoordinatorConfig } from '../config/config-schema.js';
import { CONFIG } from '../config/config.module.js';
import { perMinute, tooMany } from '../platform/http/limits.js';
import type { RateLimit } from '../platform/http/rate-limit.js';

@Injectable()
export class SiteQuotas {
  private readonly requests: RateLimit;

  constructor(@Inject(CONFIG) { limits }: CoordinatorConfig) {
    this.requests = perMinute(limits.siteRequestsPerMinute);
  }

  /** @throws ConsiliumError 'quota-exceeded', which an agent takes as a reason to wait and ask again */
  take(siteId: SiteId): void {
    if (!this.requests.take(siteId)) {
      throw tooMany('site', this.requests);
    }
  }
}
