/** Runs the sites of a schedule: tells them things, lets them train, takes their power away, and passes on what they send. */
import type { SeededRandom } from '@consilium/shared/crypto';
import type { AttemptId, SiteId } from '@consilium/shared/vocabulary';
import type { LogView } from './audit-log.js';
import { attemptOf, type ToCoordinator, type ToSite } from './messages.js';
import { PowerFailure, type SimulatedSite } from './simulated-site.js';

export interface HostedSites {
  readonly sites: ReadonlyMap<SiteId, SimulatedSite>;
  readonly random: SeededRandom;
  /** Chances in a hundred that the power goes in a move. */
  readonly crashes: number;
  /** Whatever leaves a site. */
  readonly onSent: (siteId: SiteId, attemptId: AttemptId, message: ToCoordinator) => void;
}

export class SiteHost {
  readonly dead = new Set<SiteId>();
  crashed = 0;

  constructor(private readonly hosted: HostedSites) {}

  get alive(): readonly SimulatedSite[] {
    return [...this.hosted.sites.values()].filter(({ siteId }) => !this.dead.has(siteId));
  }

  async tell(siteId: SiteId, message: ToSite, log: LogView): Promise<void> {
    await this.move(siteId, attemptOf(message), (site) => site.hear(message, log));
  }

  async train(siteId: SiteId, attemptId: AttemptId): Promise<void> {
    await this.move(siteId, attemptId, (site) => {
      site.train(attemptId);
    });
  }

  /** Everything of the attempt once more: nobody answered. */
  resend(siteId: SiteId, attemptId: AttemptId): void {
    const site = this.at(siteId);
    site?.documents(attemptId).forEach((one) => this.hosted.onSent(siteId, attemptId, one));
  }

  /** If the power goes, the site comes back with its journal, and sends nothing until it is asked again. */
  private async move(
    siteId: SiteId,
    attemptId: AttemptId,
    act: (site: SimulatedSite) => void | Promise<void>,
  ): Promise<void> {
    const { random, crashes, onSent } = this.hosted;
    const site = this.at(siteId);
    if (site === undefined) {
      return;
    }
    const before = site.attempt(attemptId).phase;
    if (random.integer(100) < crashes) {
      site.fuse = random.integer(2) === 0 ? 'before-journal' : 'after-journal';
    }
    try {
      await act(site);
    } catch (error) {
      if (!(error instanceof PowerFailure)) {
        throw error;
      }
      this.crashed += 1;
      site.restart();
      return;
    }
    site.fuse = 'none';
    const newest = site.documents(attemptId).at(-1);
    if (newest !== undefined && site.attempt(attemptId).phase !== before) {
      onSent(siteId, attemptId, newest);
    }
  }

  private at(siteId: SiteId): SimulatedSite | undefined {
    return this.dead.has(siteId) ? undefined : this.hosted.sites.get(siteId);
  }
}
