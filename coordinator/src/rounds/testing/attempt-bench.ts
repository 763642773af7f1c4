/** Three sites in one study, and the steps of an attempt one by one. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SiteReply } from '@consilium/shared/protocol';
import type { DatabaseLocation } from '../../database/data-source.js';
import { RoundHistoryService } from '../round-history.service.js';
import type { AttemptView } from '../rounds-view.js';
import { RoundBench, STUDY, type StudyPlan } from './round-bench.js';
import { deliverAll, servicePort, show, startFederation } from './service-port.js';
import { SimulatedSite, type SitePort } from './simulated-site.js';

/** Of the bench's study. */
export const ADVERT_DEADLINE_MS = 60_000;
export const ROUND_DEADLINE_MS = 600_000;

export class AttemptBench {
  /** Northgate, southgate, westbank. */
  readonly sites: readonly [SimulatedSite, SimulatedSite, SimulatedSite] = [
    new SimulatedSite('northgate', 120),
    new SimulatedSite('southgate', 45),
    new SimulatedSite('westbank', 7),
  ];

  private constructor(
    private readonly folder: string,
    readonly bench: RoundBench,
  ) {}

  /** @param rows where they are, if not in a folder of the bench's own */
  static async start(rows?: DatabaseLocation): Promise<AttemptBench> {
    const folder = await mkdtemp(join(tmpdir(), 'consilium-spec-'));
    return new AttemptBench(folder, await RoundBench.start(folder, rows));
  }

  async close(): Promise<void> {
    await this.bench.close();
    await rm(this.folder, { recursive: true });
  }

  /** All sites joined, the first attempt is open, everybody has seen its manifest. */
  async begin(plan: StudyPlan = {}): Promise<void> {
    await this.bench.createStudy(plan);
    await startFederation(this.bench, this.sites);
    await this.show();
  }

  port(site: SimulatedSite): SitePort {
    return servicePort(this.bench, site);
  }

  async advertise(...senders: readonly SimulatedSite[]): Promise<SiteReply[]> {
    return this.send(senders, (site) =>
      this.port(site).advert(site.advert(site.latest('round.manifest').manifest)),
    );
  }

  async update(...senders: readonly SimulatedSite[]): Promise<SiteReply[]> {
    return this.send(senders, (site) =>
      site.send(site.update(site.latest('round.peers')), this.port(site)),
    );
  }

  /** Delivers what the sites are owed; they note it and say nothing. */
  async show(): Promise<void> {
    await show(this.bench, this.sites);
  }

  /** Delivers what the sites are owed; they answer as honest ones do, to the end. */
  async deliverAll(): Promise<void> {
    await deliverAll(this.bench, this.sites);
  }

  async pass(milliseconds: number): Promise<void> {
    await this.bench.pass(milliseconds);
  }

  async attempts(): Promise<readonly AttemptView[]> {
    const rounds = await this.bench.get(RoundHistoryService).rounds(STUDY);
    return rounds.flatMap((round) => round.attempts);
  }

  async latest(): Promise<AttemptView | undefined> {
    return (await this.attempts()).at(-1);
  }

  private async send(
    senders: readonly SimulatedSite[],
    say: (site: SimulatedSite) => Promise<SiteReply>,
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

/** Of northgate, southgate and westbank. */
export function statesOf(attempt: AttemptView | undefined): string[] {
  return attempt?.participants.map(({ state }) => state) ?? [];
}
