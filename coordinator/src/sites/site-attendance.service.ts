/**
 * Writes down when sites are connected. Live connections die with the process, so what has passed of them is added to the rows
 * every minute: a crash costs a site less than a minute of its uptime.
 */
import {
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { SiteId } from '@consilium/shared/vocabulary';
import { Database } from '../database/database.js';
import { Clock } from '../platform/clock.js';
import { Log } from '../platform/logging/log.js';
import { LiveSites } from './live-sites.js';
import { SiteStatesRepository } from './site-states.repository.js';
import { daysOf, windowStart, type Span } from './uptime.js';

const EVERY_MS = 60_000;
/** Many sites that come or go at once are written together. */
const SOON_MS = 500;

interface Counted extends Span {
  readonly siteId: SiteId;
  readonly agentVersion: string;
}

@Injectable()
export class SiteAttendance implements OnApplicationBootstrap, BeforeApplicationShutdown {
  /** The connected time of each present site that is not in the rows yet. */
  private readonly present = new Map<SiteId, { fromMs: number; readonly agentVersion: string }>();
  /** Of sites that went. */
  private gone: Counted[] = [];
  private writing: Promise<void> = Promise.resolve();
  private cancel: () => void = () => undefined;
  private isSoon = false;
  private stopListening: () => void = () => undefined;

  constructor(
    private readonly database: Database,
    private readonly states: SiteStatesRepository,
    private readonly live: LiveSites,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.stopListening = this.live.changed.listen(() => {
      this.look();
    });
    this.schedule(EVERY_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopListening();
    this.cancel();
    await this.write();
  }

  /** What the rows do not have yet of a site that is connected now. */
  unwritten(siteId: SiteId): Span | undefined {
    const present = this.present.get(siteId);
    return present === undefined ? undefined : { fromMs: present.fromMs, toMs: this.clock.nowMs() };
  }

  /** Resolves once what has passed so far is in the rows; what could not be written is kept for the next time. */
  write(): Promise<void> {
    this.writing = this.writing.then(() => this.writeNow());
    return this.writing;
  }

  private look(): void {
    const toMs = this.clock.nowMs();
    const live = new Map(this.live.list());
    for (const [siteId, { fromMs, agentVersion }] of this.present) {
      if (!live.has(siteId)) {
        this.gone.push({ siteId, agentVersion, fromMs, toMs });
        this.present.delete(siteId);
      }
    }
    for (const [siteId, { sinceMs, agentVersion }] of live) {
      const fromMs = this.present.get(siteId)?.fromMs ?? sinceMs;
      this.present.set(siteId, { fromMs, agentVersion });
    }
    if (!this.isSoon) {
      this.schedule(SOON_MS);
      this.isSoon = true;
    }
  }

  private schedule(delayMs: number): void {
    this.cancel();
    this.cancel = this.clock.after(delayMs, () => {
      this.isSoon = false;
      this.schedule(EVERY_MS);
      void this.write();
    });
  }

  private async writeNow(): Promise<void> {
    const toMs = this.clock.nowMs();
    const present = [...this.present].map(([siteId, since]) => ({ siteId, ...since, toMs }));
    const { gone } = this;
    this.gone = [];
    const spans = [...gone, ...present];
    if (spans.length === 0) {
      return;
    }
    present.forEach(({ siteId }) => {
      this.moveTo(siteId, toMs);
    });
    try {
      await this.database.transaction(async (tx) => {
        for (const { siteId, agentVersion, ...span } of spans) {
          const attended = { siteId, agentVersion, lastSeenMs: span.toMs, days: daysOf(span) };
          await this.states.add(tx, attended);
        }
        await this.states.forgetDays(tx, windowStart(toMs));
      });
    } catch (error) {
      this.log.error('the attendance of sites could not be written', error, {
        sites: spans.length,
      });
      this.gone = [...spans, ...this.gone];
    }
  }

  private moveTo(siteId: SiteId, fromMs: number): void {
    const present = this.present.get(siteId);
    if (present !== undefined) {
      present.fromMs = fromMs;
    }
  }
}
