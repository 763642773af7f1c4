/** A coordinator with everything but sockets on a free port, and sites that answer it as honest ones do. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Type } from '@nestjs/common';
import { keyIdOf, signBody, type Signed } from '@consilium/shared/crypto';
import { encodeFloat } from '@consilium/shared/encoding';
import type { Evaluation, OwedMessage, SiteReply } from '@consilium/shared/protocol';
import { errorCodeOf, type StudyId } from '@consilium/shared/vocabulary';
import { actTables } from '../../acts/act-tables.js';
import { auditTables } from '../../audit/audit-tables.js';
import { Database } from '../../database/database.js';
import { evaluationTables } from '../../evaluations/evaluation-tables.js';
import { BACKBONE } from '../../models/testing/backbone.js';
import { modelTables } from '../../models/model-tables.js';
import { OutboxRepository } from '../../platform/outbox/outbox.repository.js';
import { takeOwed } from '../../platform/outbox/testing/take-owed.js';
import {
  startTestApplication,
  type TestApplication,
} from '../../platform/testing/test-application.js';
import { RoundUploadsService } from '../../rounds/round-uploads.service.js';
import { roundTables } from '../../rounds/round-tables.js';
import { VotesService } from '../../rounds/votes.service.js';
import { RoundsService } from '../../rounds/rounds.service.js';
import { SimulatedSite, type SitePort } from '../../rounds/testing/simulated-site.js';
import { siteTables } from '../../sites/site-tables.js';
import { SiteDecisions } from '../../sites/site-decisions.js';
import { APPROVER, INVITER } from '../../sites/testing/sites-bench.js';
import { SitesService } from '../../sites/sites.service.js';
import { StudyJoining } from '../../studies/study-joining.js';
import { studyTables } from '../../studies/study-tables.js';
import { StudiesService } from '../../studies/studies.service.js';
import { BundlesModule } from '../bundles.module.js';

/** A study file of two rounds, each tried once. */
export function studyFile(study: string, advertDeadline = '1m'): string {
  return `
study: ${study}
title: Blood smears
task: { kind: classification, classes: [lymphocyte, neutrophil] }
backbone: ${BACKBONE.hash}
adapter: { kind: linear-head }
training: { rounds: 2, optimizer: { kind: sgd, learningRate: 0.1 }, updateRange: 0.5 }
privacy: { secureAggregation: "off" }
acceptance: off
participation: { minSites: 2, maxAttempts: 1, advertDeadline: ${advertDeadline} }
seed: 7
`;
}

export class Federation {
  private constructor(
    readonly application: TestApplication,
    readonly sites: readonly SimulatedSite[],
  ) {}

  static async start(
    names: readonly string[],
    config: Readonly<Record<string, unknown>> = {},
  ): Promise<Federation> {
    const application = await startTestApplication({
      config,
      imports: [BundlesModule],
      tables: [
        auditTables,
        siteTables,
        modelTables,
        studyTables,
        actTables,
        evaluationTables,
        roundTables,
      ],
    });
    const sites = names.map((name, i) => new SimulatedSite(name, 10 + i));
    return new Federation(application, sites);
  }

  get<T>(type: { readonly prototype: T }): T {
    return this.application.nest.get<T>(type as Type<T>, { strict: false });
  }

  close(): Promise<void> {
    return this.application.close();
  }

  /** Invites and enrols every site; each answers what it is owed. */
  async enrolAll(): Promise<void> {
    const service = this.get(SitesService);
    for (const site of this.sites) {
      const { invite } = await service.createInvite(site.siteId, INVITER);
      await service.enrol(site.enrolment(invite));
      const keyId = keyIdOf(site.identity.publicKey);
      await this.get(SiteDecisions).approve(site.siteId, APPROVER, { keyId });
    }
    await this.deliver();
  }

  /** Delivers until the study has ended. */
  async runToEnd(studyId: StudyId): Promise<void> {
    await this.deliverUntil(async () => {
      const { phase } = await this.get(StudiesService).get(studyId);
      return phase === 'completed' || phase === 'failed';
    });
  }

  async deliverUntil(holds: () => Promise<boolean>): Promise<void> {
    while (!(await holds())) {
      await this.deliver();
      await delay(5);
    }
  }

  async deliver(): Promise<void> {
    for (const site of this.sites) {
      for (let owed = await this.take(site); owed; owed = await this.take(site)) {
        await site.receive(owed, this.portOf(site));
      }
    }
  }

  private take({ siteId }: SimulatedSite): Promise<OwedMessage | undefined> {
    return takeOwed(this.get(Database), this.get(OutboxRepository), siteId);
  }

  private portOf({ siteId }: SimulatedSite): SitePort {
    const rounds = this.get(RoundsService);
    const uploads = this.get(RoundUploadsService);
    return {
      join: (join) => this.get(StudyJoining).join(siteId, join),
      advert: (advert) => asReply(rounds.advert(siteId, advert)),
      decline: (decline) => asReply(rounds.decline(siteId, decline)),
      vote: (vote) => asReply(this.get(VotesService).vote(siteId, vote)),
      openUpdate: (header) => asReply(uploads.open(siteId, header)),
      chunk: (attemptId, index, bytes) => asReply(uploads.chunk(siteId, attemptId, index, bytes)),
    };
  }
}

/** Refusals come back as problems, as they would through the gateway. */
async function asReply(answer: Promise<SiteReply>): Promise<SiteReply> {
  return answer.catch((error: unknown) => ({
    kind: 'problem' as const,
    code: errorCodeOf(error),
    title: '',
    detail: error instanceof Error ? error.message : '',
  }));
}

/** What a site measured; two classes, four pictures, one of them mistaken. */
export function evaluationOf(
  site: SimulatedSite,
  place: Pick<Evaluation, 'studyId' | 'roundNo' | 'adapterCheckpointHash'>,
  changes: Partial<Evaluation> = {},
): Signed<Evaluation> {
  const body: Evaluation = {
    v: 1,
    ...place,
    siteId: site.siteId,
    split: 'test',
    metrics: {
      samples: 4,
      loss: encodeFloat(0.4),
      confusion: [
        [2, 0],
        [1, 1],
      ],
      balancedAccuracy: encodeFloat(0.75),
      auroc: encodeFloat(0.75),
    },
    ...changes,
  };
  return signBody('evaluation', body, site.identity);
}
