/** Where the live streams hear of something: leaves, attempts that moved, sites that came and went. */
import { Injectable } from '@nestjs/common';
import type { LiveChange } from '@consilium/shared/answers';
import { AuditService } from '../audit/audit.service.js';
import { RoundTimes } from '../rounds/round-times.js';
import { LiveSites } from '../sites/live-sites.js';

export interface LiveListener {
  /** There is a new leaf in the log. */
  readonly appended: () => void;
  readonly changed: (change: LiveChange) => void;
}

@Injectable()
export class LiveSources {
  constructor(
    private readonly audit: AuditService,
    private readonly times: RoundTimes,
    private readonly sites: LiveSites,
  ) {}

  /** @returns a function that ends the listening. */
  listen({ appended, changed }: LiveListener): () => void {
    const stops = [
      this.audit.appended.listen(appended),
      this.times.onMoved((id) => {
        changed({ what: 'study', id });
      }),
      this.sites.changed.listen(() => {
        changed({ what: 'sites' });
      }),
    ];
    return () => {
      stops.forEach((stop) => {
        stop();
      });
    };
  }
}
