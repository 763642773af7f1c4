/** What sites say of themselves: kept for people to look at, decided by nowhere. docs/protocol/v1.md section 6. */
import { Injectable } from '@nestjs/common';
import type { SiteReport } from '@consilium/shared/protocol';
import type { SiteId } from '@consilium/shared/vocabulary';
import { Database } from '../database/database.js';
import { Clock } from '../platform/clock.js';
import { LiveSites } from './live-sites.js';
import { SiteStatesRepository } from './site-states.repository.js';

@Injectable()
export class SiteReports {
  constructor(
    private readonly database: Database,
    private readonly states: SiteStatesRepository,
    private readonly live: LiveSites,
    private readonly clock: Clock,
  ) {}

  /** Takes the place of what the site said before. */
  async take(siteId: SiteId, report: SiteReport): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.states.setReport(tx, siteId, report, this.clock.nowMs());
      tx.afterCommit(() => {
        this.live.changed.fire();
      });
    });
  }
}
