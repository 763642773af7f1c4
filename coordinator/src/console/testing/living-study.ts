/** Two studies with hospitals that answer after a while: one whose rounds go on, and one that only recruits. */
import { setTimeout as delay } from 'node:timers/promises';
import type { INestApplicationContext, Type } from '@nestjs/common';
import { keyIdOf } from '@consilium/shared/crypto';
import { encodeFloat } from '@consilium/shared/encoding';
import type { Metrics, OwedMessage, SiteReport } from '@consilium/shared/protocol';
import { parseStudyId } from '@consilium/shared/vocabulary';
import { Database } from '../../database/database.js';
import { BackbonesService } from '../../models/backbones.service.js';
import { BACKBONE } from '../../models/testing/backbone.js';
import { OutboxRepository } from '../../platform/outbox/outbox.repository.js';
import { takeOwed } from '../../platform/outbox/testing/take-owed.js';
import { RoundUploadsService } from '../../rounds/round-uploads.service.js';
import { RoundsService } from '../../rounds/rounds.service.js';
import { SimulatedSite, type SitePort } from '../../rounds/testing/simulated-site.js';
import { VotesService } from '../../rounds/votes.service.js';
import { LiveSites } from '../../sites/live-sites.js';
import { SiteDecisions } from '../../sites/site-decisions.js';
import { SiteReports } from '../../sites/site-reports.service.js';
import { APPROVER, INVITER } from '../../sites/testing/sites-bench.js';
import { SitesService } from '../../sites/sites.service.js';
import { StudyJoining } from '../../studies/study-joining.js';
import { StudiesService } from '../../studies/studies.service.js';
import { StudyOpening } from '../../studies/study-opening.js';

const RUNNING = parseStudyId('smears');
const CLASSES = ['eosinophil', 'lymphocyte', 'neutrophil'];
const PICTURES = 240;
/** A site hears of each message at once; it looks by itself so often. */
const LOOK_AGAIN_MS = 1000;

/** What each site says of itself. */
const REPORT: SiteReport = {
  v: 1,
  engine: { backend: 'onnxruntime', version: '1.22.0', device: 'processor' },
  paused: false,
  studies: [
    {
      studyId: RUNNING,
      standing: 'joined',
      dataSet: { state: 'usable', checkedAtMs: 1_764_000_000_000, used: PICTURES },
    },
  ],
};

/** A hospital that trains for a while and gets better from round to round, each in its own way. */
class LivingSite extends SimulatedSite {
  constructor(
    name: string,
    weight: number,
    private readonly trainMs: number,
    private readonly skill: number,
  ) {
    super(name, weight);
  }

  /** It joins whatever it is offered and takes part in the rounds of the first study alone. */
  override async receive(message: OwedMessage, port: SitePort): Promise<void> {
    if (message.kind === 'study.offer' && this.protocol !== undefined) {
      const { protocol } = this;
      await super.receive(message, port);
      this.protocol = protocol;
      return;
    }
    if (message.kind !== 'round.peers') {
      await delay(this.trainMs / 4);
      await super.receive(message, port);
      return;
    }
    this.inbox.push(message);
    await delay(this.trainMs);
    const { roundNo } = this.manifestOf(message.attemptId).body;
    const evaluation = { before: this.measured(roundNo - 1), after: this.measured(roundNo) };
    const header = { evaluation, trainMs: this.trainMs };
    await this.send(this.update(message, { header }), port);
  }

  /** A share of right answers that grows towards the site's skill, spread over the classes. */
  private measured(roundNo: number): Metrics {
    const share = this.skill - (this.skill - 0.34) * Math.exp(-roundNo / 4);
    const ofClass = PICTURES / CLASSES.length;
    const right = Math.round(share * ofClass + 2 * Math.sin(3 * roundNo + this.weight));
    const wrong = ofClass - right;
    const near = Math.ceil(wrong / 2);
    return {
      samples: PICTURES,
      loss: encodeFloat(1.1 * (1.25 - share)),
      confusion: [
        [right, near, wrong - near],
        [near, right, wrong - near],
        [wrong - near, near, right],
      ],
      balancedAccuracy: encodeFloat(right / ofClass),
      auroc: 'undefined',
    };
  }
}

export class LivingStudy {
  private readonly sites: readonly LivingSite[];

  constructor(
    private readonly nest: INestApplicationContext,
    trainMs: number,
  ) {
    this.sites = [
      new LivingSite('hillcrest', 412, trainMs, 0.93),
      new LivingSite('northgate', 655, 1.3 * trainMs, 0.9),
      new LivingSite('riverside', 238, 1.9 * trainMs, 0.84),
      new LivingSite('westbank', 120, 0.7 * trainMs, 0.72),
    ];
  }

  /** From the invites to the first round. */
  async prepare(rounds: number): Promise<void> {
    for (const site of this.sites) {
      const { invite } = await this.get(SitesService).createInvite(site.siteId, INVITER);
      await this.get(SitesService).enrol(site.enrolment(invite));
      const keyId = keyIdOf(site.identity.publicKey);
      await this.get(SiteDecisions).approve(site.siteId, APPROVER, { keyId });
      this.get(LiveSites).connected(site.siteId, { sinceMs: Date.now(), agentVersion: '0.1.0' });
      await this.get(SiteReports).take(site.siteId, REPORT);
    }
    await this.get(BackbonesService).register(BACKBONE);
    await this.get(StudyOpening).open(studyFile(RUNNING, 'Blood smears: white cells', rounds));
    await Promise.all(this.sites.map((site) => this.answer(site)));
    await this.get(StudiesService).start(RUNNING);
    await this.get(StudyOpening).open(studyFile('bone-marrow', 'Bone marrow: blast cells', 12, 6));
    for (const site of this.sites.slice(0, 3)) {
      await this.answer(site);
    }
  }

  /** Answers until the process ends. */
  async live(): Promise<void> {
    await Promise.all(
      this.sites.map(async (site) => {
        for (;;) {
          const next = this.nextMessage(site);
          await this.answer(site);
          await next;
        }
      }),
    );
  }

  /** Settles when something is written to the site from now on, or after a while. */
  private async nextMessage({ siteId }: LivingSite): Promise<void> {
    const written = new AbortController();
    const stop = this.get(OutboxRepository).onEnqueued((of) => {
      if (of === siteId) {
        written.abort();
      }
    });
    await delay(LOOK_AGAIN_MS, undefined, { ref: false, signal: written.signal }).catch(
      (error: unknown) => {
        if (!written.signal.aborted) {
          throw error;
        }
      },
    );
    stop();
  }

  private get<T>(type: { readonly prototype: T }): T {
    return this.nest.get<T>(type as Type<T>, { strict: false });
  }

  private async answer(site: LivingSite): Promise<void> {
    const port = this.portOf(site);
    for (let owed = await this.take(site); owed; owed = await this.take(site)) {
      await site.receive(owed, port);
    }
  }

  private portOf({ siteId }: LivingSite): SitePort {
    return {
      join: (join) => this.get(StudyJoining).join(siteId, join),
      advert: (advert) => this.get(RoundsService).advert(siteId, advert),
      decline: (decline) => this.get(RoundsService).decline(siteId, decline),
      vote: (vote) => this.get(VotesService).vote(siteId, vote),
      openUpdate: (header) => this.get(RoundUploadsService).open(siteId, header),
      chunk: (attemptId, index, bytes) =>
        this.get(RoundUploadsService).chunk(siteId, attemptId, index, bytes),
    };
  }

  private take({ siteId }: LivingSite): Promise<OwedMessage | undefined> {
    return takeOwed(this.get(Database), this.get(OutboxRepository), siteId);
  }
}

function studyFile(study: string, title: string, rounds: number, minSites = 3): string {
  return JSON.stringify({
    study,
    title,
    task: { kind: 'classification', classes: CLASSES },
    backbone: BACKBONE.hash,
    adapter: { kind: 'linear-head' },
    training: { rounds, optimizer: { kind: 'sgd', learningRate: 0.1 }, updateRange: 0.5 },
    privacy: { secureAggregation: 'off' },
    participation: { minSites, maxAttempts: 3, advertDeadline: '2m', roundDeadline: '10m' },
    seed: 7,
  });
}
