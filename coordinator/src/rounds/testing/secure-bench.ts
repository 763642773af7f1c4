/** Sites in one secure study, and the steps of an attempt one by one. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Leaf, SiteReply } from '@consilium/shared/protocol';
import type { DatabaseLocation } from '../../database/data-source.js';
import { RoundHistoryService } from '../round-history.service.js';
import type { AttemptView } from '../rounds-view.js';
import { RoundBench, STUDY, type StudyPlan } from './round-bench.js';
import { deliverAll, securePort, show, startFederation } from './service-port.js';
import { SecureSite, type SecurePort } from './secure-site.js';

const NAMES = ['eastmoor', 'northgate', 'southgate', 'westbank', 'zuidzee'];
const WEIGHTS = [120, 45, 7, 300, 64];

export class SecureBench {
  private constructor(
    readonly folder: string,
    readonly bench: RoundBench,
    readonly sites: readonly SecureSite[],
  ) {}

  /** @param count three to five sites; three tolerate no dropout, four one. */
  static async start(count: number, rows?: DatabaseLocation): Promise<SecureBench> {
    const sites = NAMES.slice(0, count).map((name, i) => new SecureSite(name, WEIGHTS[i] ?? 1));
    return SecureBench.of(sites, rows);
  }

  static async of(sites: readonly SecureSite[], rows?: DatabaseLocation): Promise<SecureBench> {
    const folder = await mkdtemp(join(tmpdir(), 'consilium-spec-'));
    for (const site of sites) {
      sites.forEach(({ siteId, identity }) => site.directory.set(siteId, identity.publicKey));
    }
    return new SecureBench(folder, await RoundBench.start(folder, rows), sites);
  }

  async close(): Promise<void> {
    await this.bench.close();
    await rm(this.folder, { recursive: true });
  }

  /** All sites joined, the first attempt is open, everybody has seen its manifest. */
  async begin(plan: StudyPlan = {}): Promise<void> {
    await this.bench.createStudy({ minSites: 3, colluders: 1, ...plan });
    await startFederation(this.bench, this.sites);
    await this.show();
  }

  /** The whole study, with sites that answer as honest ones do. */
  async run(plan: StudyPlan = {}): Promise<void> {
    await this.bench.createStudy({ minSites: 3, colluders: 1, ...plan });
    await startFederation(this.bench, this.sites);
    await deliverAll(this.bench, this.sites);
  }

  port(site: SecureSite): SecurePort {
    return securePort(this.bench, site);
  }

  advertise(senders = this.sites): Promise<SiteReply[]> {
    return this.send(senders, (site) =>
      this.port(site).advert(site.advert(site.latest('round.manifest').manifest)),
    );
  }

  deal(senders = this.sites): Promise<SiteReply[]> {
    return this.send(senders, async (site) =>
      site.sendShares(this.port(site), await site.deal(site.latest('round.peers'))),
    );
  }

  update(senders = this.sites): Promise<SiteReply[]> {
    return this.send(senders, (site) =>
      site.send(site.masked(site.latest('round.relay')), this.port(site)),
    );
  }

  endorse(senders = this.sites): Promise<SiteReply[]> {
    return this.send(senders, async (site) => {
      const port = this.port(site);
      return port.endorse(await site.endorsement(site.latest('round.survivors'), port));
    });
  }

  unmask(senders = this.sites): Promise<SiteReply[]> {
    return this.send(senders, (site) =>
      this.port(site).unmask(site.answer(site.latest('round.quorum').attemptId)),
    );
  }

  /** Delivers what the sites are owed; they note it and say nothing. */
  show(): Promise<void> {
    return show(this.bench, this.sites);
  }

  /** Delivers what the sites are owed; they answer as honest ones do, to the end. */
  deliverAll(sites = this.sites): Promise<void> {
    return deliverAll(this.bench, sites);
  }

  async attempts(): Promise<readonly AttemptView[]> {
    const rounds = await this.bench.get(RoundHistoryService).rounds(STUDY);
    return rounds.flatMap((round) => round.attempts);
  }

  async latest(): Promise<AttemptView | undefined> {
    return (await this.attempts()).at(-1);
  }

  /** The leaves of one type, in their order. */
  async leaves<T extends Leaf['type']>(type: T): Promise<Extract<Leaf, { type: T }>[]> {
    const leaves = await this.bench.leaves();
    return leaves.filter((leaf): leaf is Extract<Leaf, { type: T }> => leaf.type === type);
  }

  private async send(
    senders: readonly SecureSite[],
    say: (site: SecureSite) => Promise<SiteReply>,
  ): Promise<SiteReply[]> {
    const replies: SiteReply[] = [];
    for (const site of senders) {
      replies.push(await say(site));
    }
    await this.bench.settle();
    await this.show();
    return replies;
  }
}
