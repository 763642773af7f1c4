/** Which sites are connected, for the gateway, the metrics and the log: one connection a site, the newest one wins. */
import { Injectable } from '@nestjs/common';
import type { SiteId } from '@consilium/shared/vocabulary';
import { Log } from '../platform/logging/log.js';
import { Metrics } from '../platform/metrics.js';
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

  constructor(
    private readonly log: Log,
    metrics: Metrics,
  ) {
    metrics.gauge('sites_connected', 'Sites with an open connection.', () => this.present.size);
    this.refusals = metrics.counter(
      'handshakes_refused_total',
      'Sockets that failed to prove a site.',
    );
  }

  /** Takes the place of the site's earlier connection, which ends, and delivers what the site is owed. */
  enter(connection: SiteConnection, delivery: DeliveryLoop, agentVersion: string): void {
    this.log.info('site connected', { siteId: connection.siteId, agentVersion });
    const earlier = this.present.get(connection.siteId);
    this.present.set(connection.siteId, { connection, delivery });
    earlier?.connection.end('newer-socket');
    delivery.wake();
  }

  /** Does nothing if a newer connection has taken the place. */
  leave(connection: SiteConnection): void {
    if (this.present.get(connection.siteId)?.connection === connection) {
      this.present.delete(connection.siteId);
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

  count(): number {
    return this.present.size;
  }

  endAll(): void {
    for (const { connection } of this.present.values()) {
      connection.end('shutdown');
    }
  }
}
