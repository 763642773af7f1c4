/** Which sites are connected, for the gateway, the metrics and the log: one connection a site, the newest one wins. */
import { Injectable } from '@nestjs/common';
import type { SiteId } from '@consilium/shared/vocabulary';
import { Clock } from '../platform/clock.js';
import { Log } from '../platform/logging/log.js';
import { Metrics } from '../platform/metrics.js';
import { LiveSites } from '../sites/live-sites.js';
import type { DeliveryLoop } from './delivery.js';
import type { EndReason, SiteConnection } from './site-connection.js';

interface Present {
  readonly connection: SiteConnection;
  readonly delivery: DeliveryLoop;
}

@Injectable()
export class Presence {
  private readonly present = new Map<SiteId, Present>();
  private readonly refusals;
  private readonly replaced;

  constructor(
    private readonly log: Log,
    private readonly live: LiveSites,
    private readonly clock: Clock,
    metrics: Metrics,
  ) {
    metrics.gauge('sites_connected', 'Sites with an open connection.', () => this.present.size);
    this.refusals = metrics.counter(
      'handshakes_refused_total',
      'Sockets that failed to prove a site.',
    );
    this.replaced = metrics.counter(
      'sockets_replaced_total',
      'Live sockets of a site that ended because a newer one of the same site came.',
    );
  }

  /** Takes the place of the site's earlier connection, which ends, and delivers what the site is owed. */
  enter(connection: SiteConnection, delivery: DeliveryLoop, agentVersion: string): void {
    this.log.info('site connected', { siteId: connection.siteId, agentVersion });
    const { siteId } = connection;
    const earlier = this.present.get(siteId);
    this.present.set(siteId, { connection, delivery });
    this.live.connected(siteId, { sinceMs: this.clock.nowMs(), agentVersion });
    if (earlier?.connection.isOpen === true) {
      // After a restart the old socket is gone by itself; two that live mean that the key is in two places.
      this.log.warn('a newer socket of the site replaces a live one', { siteId });
      this.live.replaced(siteId);
      this.replaced.inc();
    }
    earlier?.connection.end('newer-socket');
    delivery.wake();
  }

  /** Does nothing if a newer connection has taken the place. */
  leave(connection: SiteConnection): void {
    if (this.present.get(connection.siteId)?.connection === connection) {
      this.present.delete(connection.siteId);
      this.live.disconnected(connection.siteId);
      this.log.info('site disconnected', { siteId: connection.siteId });
    }
  }

  /** The coordinator ended a connection. */
  ended(siteId: SiteId, reason: EndReason, error?: unknown): void {
    if (reason === 'internal-error') {
      this.log.error('connection ended', error, { siteId, reason });
    } else {
      this.log.info('connection ended', { siteId, reason });
    }
  }

  /** Somebody failed to prove that they are a site; why is for the log only. */
  refused(error: unknown): void {
    this.refusals.inc();
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : '';
    this.log.warn('handshake refused', { cause });
  }

  /** The site is owed something new. */
  wake(siteId: SiteId): void {
    this.present.get(siteId)?.delivery.wake();
  }

  /** The site's key counts no longer. */
  end(siteId: SiteId, reason: EndReason): void {
    this.present.get(siteId)?.connection.end(reason);
  }

  connection(siteId: SiteId): SiteConnection | undefined {
    return this.present.get(siteId)?.connection;
  }

  count(): number {
    return this.present.size;
  }

  endAll(): void {
    for (const { connection } of this.present.values()) {
      connection.end('shutdown');
    }
  }
}
