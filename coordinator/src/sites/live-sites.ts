/** Which sites are connected, as people are shown it. The gateway writes it; it dies with the process. */
import { Injectable } from '@nestjs/common';
import type { SiteId } from '@consilium/shared/vocabulary';
import { Signal } from '../platform/signal.js';

export interface LiveSite {
  readonly sinceMs: number;
  readonly agentVersion: string;
}

@Injectable()
export class LiveSites {
  /** Fires when a site came or went. */
  readonly changed = new Signal();
  private readonly live = new Map<SiteId, LiveSite>();
  private readonly superseded = new Map<SiteId, number>();

  connected(siteId: SiteId, site: LiveSite): void {
    this.live.set(siteId, site);
    this.changed.fire();
  }

  disconnected(siteId: SiteId): void {
    this.live.delete(siteId);
    this.changed.fire();
  }

  /** A newer socket took the place of a live one: once is a restart, again and again a key in two places. */
  replaced(siteId: SiteId): void {
    this.superseded.set(siteId, this.replacedCount(siteId) + 1);
  }

  of(siteId: SiteId): LiveSite | undefined {
    return this.live.get(siteId);
  }

  list(): readonly (readonly [SiteId, LiveSite])[] {
    return [...this.live];
  }

  /** How often since the coordinator started. */
  replacedCount(siteId: SiteId): number {
    return this.superseded.get(siteId) ?? 0;
  }
}
