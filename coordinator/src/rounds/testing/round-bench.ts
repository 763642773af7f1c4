/** The coordinator up to its rounds, without sockets: real rows, real keys, real files, a clock that stands still. */
import { setImmediate as turn } from 'node:timers/promises';
import {
  Module,
  type DynamicModule,
  type INestApplicationContext,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { keyIdOf, type SigningKeyPair } from '@consilium/shared/crypto';
import type {
  BackboneDescription,
  VitGeometry,
  EnrolmentRequest,
  Leaf,
  OwedMessage,
} from '@consilium/shared/protocol';
import { parseStudyId, type SiteId, type StudyId } from '@consilium/shared/vocabulary';
import { In, LessThanOrEqual } from 'typeorm';
import { LogReader } from '../../audit/log-reader.service.js';
import { auditTables } from '../../audit/audit-tables.js';
import type { CoordinatorConfig } from '../../config/config-schema.js';
import { ConfigModule } from '../../config/config.module.js';
import { loadOrCreateKeys } from '../../config/coordinator-keys.js';
import { loadConfig } from '../../config/load-config.js';
import type { DatabaseLocation } from '../../database/data-source.js';
import { DatabaseModule } from '../../database/database.module.js';
import { Database } from '../../database/database.js';
import type { Tables } from '../../database/tables.js';
import { BackbonesService } from '../../models/backbones.service.js';
import { modelTables } from '../../models/model-tables.js';
import { BACKBONE } from '../../models/testing/backbone.js';
import { JobEntity } from '../../platform/jobs/job.entity.js';
import { JobRunner } from '../../platform/jobs/job-runner.js';
import { Log } from '../../platform/logging/log.js';
import { OutboxRepository } from '../../platform/outbox/outbox.repository.js';
import { PlatformModule } from '../../platform/platform.module.js';
import { platformTables } from '../../platform/platform-tables.js';
import { FakeClock } from '../../platform/testing/fake-clock.js';
import { TestOperators } from '../../platform/testing/test-operator.js';
import { TimerDriver } from '../../platform/timers/timer-driver.js';
import { siteTables } from '../../sites/site-tables.js';
import { SiteDecisions } from '../../sites/site-decisions.js';
import { APPROVER, INVITER } from '../../sites/testing/sites-bench.js';
import { SitesService } from '../../sites/sites.service.js';
import { StudyOpening } from '../../studies/study-opening.js';
import { studyTables } from '../../studies/study-tables.js';
import { StudiesService } from '../../studies/studies.service.js';
import { KeyRemains } from '../key-remains.js';
import { roundTables } from '../round-tables.js';
import { RoundsModule } from '../rounds.module.js';

export const TABLES: readonly Tables[] = [
  platformTables,
  auditTables,
  siteTables,
  modelTables,
  studyTables,
  roundTables,
];

export const STUDY = parseStudyId('smears');

export interface StudyPlan {
  readonly rounds?: number;
  readonly minSites?: number;
  readonly maxAttempts?: number;
  /** The sum is secure, with so many assumed colluders. */
  readonly colluders?: number;
  /** The sites vote on each candidate. */
  readonly isVoted?: boolean;
  /** The sum is secure, and made in groups, as a study file says it. */
  readonly groups?: object;
  /** Of the backbone; a linear head of three classes has as many parameters for each feature. */
  readonly geometry?: Partial<VitGeometry>;
}

/** What the bench needs of a site that enrols. */
export interface EnrollingSite {
  readonly siteId: SiteId;
  readonly identity: SigningKeyPair;
  readonly enrolment: (invite: string) => EnrolmentRequest;
}

/** A class, also one with a private constructor. */
export interface Provided<T> {
  readonly prototype: T;
}

/** Starts the application on the files of one folder. */
export type Launch = (clock: FakeClock) => Promise<INestApplicationContext>;

@Module({})
export class BenchModule {}

export class RoundBench {
  private constructor(
    private readonly launch: Launch,
    readonly clock: FakeClock,
    private nest: INestApplicationContext,
  ) {}

  /**
   * @param folder of the coordinator's data, empty or left by an earlier bench.
   * @param rows where they are, if not in the folder
   */
  static async start(folder: string, rows?: DatabaseLocation): Promise<RoundBench> {
    return RoundBench.launch((clock) => startContext(folder, clock, rows));
  }

  /** @param launch starts the application, again after a restart. */
  static async launch(launch: Launch): Promise<RoundBench> {
    const clock = new FakeClock();
    return new RoundBench(launch, clock, await launch(clock));
  }

  get<T>(type: Provided<T>): T {
    return this.nest.get<T>(type as Type<T>, { strict: false });
  }

  /** What a stop and a start leave: files and rows, nothing in memory. */
  async restart(): Promise<void> {
    await this.nest.close();
    this.nest = await this.launch(this.clock);
  }

  async close(): Promise<void> {
    await this.nest.close();
  }

  async createStudy(plan: StudyPlan = {}): Promise<void> {
    await this.get(BackbonesService).register(backbone(plan.geometry));
    await this.get(StudyOpening).open(studyFile(plan));
  }

  async startStudy(): Promise<void> {
    await this.get(StudiesService).start(STUDY);
    await this.settle();
  }

  async invite(siteId: SiteId): Promise<string> {
    return (await this.get(SitesService).createInvite(siteId, INVITER)).invite;
  }

  /** From the invite to the approval by a second person. */
  async enrol({ siteId, identity, enrolment }: EnrollingSite): Promise<void> {
    await this.get(SitesService).enrol(enrolment(await this.invite(siteId)));
    const keyId = keyIdOf(identity.publicKey);
    await this.get(SiteDecisions).approve(siteId, APPROVER, { keyId });
  }

  /** Runs jobs and timers until nothing is due any more. */
  async settle(): Promise<void> {
    const isAnyDue = (): Promise<boolean> =>
      this.get(Database).read(({ rows }) =>
        rows.existsBy(JobEntity, {
          state: In(['queued', 'running']),
          dueAtMs: LessThanOrEqual(this.clock.nowMs()),
        }),
      );
    do {
      await turn();
      await this.get(JobRunner).settled();
      await this.get(TimerDriver).settled();
      await this.get(KeyRemains).settled();
    } while (await isAnyDue());
  }

  /** Lets time pass, and what is due happen. */
  async pass(milliseconds: number): Promise<void> {
    this.clock.advance(milliseconds);
    await this.settle();
  }

  /** Takes the oldest message that a site is owed. */
  async take(siteId: SiteId): Promise<OwedMessage | undefined> {
    const outbox = this.get(OutboxRepository);
    return this.get(Database).transaction(async (tx) => {
      const [owed] = await outbox.pending(tx, siteId, 1);
      if (owed !== undefined) {
        await outbox.markDelivered(tx, siteId, owed.id);
      }
      return owed?.body as OwedMessage | undefined;
    });
  }

  /** The types of the leaves of a study, in the order of the log. */
  async leaves(studyId: StudyId = STUDY): Promise<Leaf[]> {
    const leaves = await this.get(LogReader).leaves(0, 1000);
    return leaves
      .map(({ leaf }) => JSON.parse(leaf) as Leaf)
      .filter((leaf) => 'studyId' in leaf && leaf.studyId === studyId);
  }

  async leafTypes(): Promise<string[]> {
    return (await this.leaves()).map(({ type }) => type);
  }
}

async function startContext(
  folder: string,
  clock: FakeClock,
  rows?: DatabaseLocation,
): Promise<INestApplicationContext> {
  const database = rows?.driver === 'postgres' ? { database: rows } : {};
  const config = loadConfig({ environment: {}, flags: { dataFolder: folder, ...database } });
  const imports = [...foundation(config, clock, TABLES), RoundsModule];
  const root = { module: BenchModule, imports };
  return NestFactory.createApplicationContext(root, { logger: false, abortOnError: false });
}

/** What every module stands on. */
export function foundation(
  config: CoordinatorConfig,
  clock: FakeClock,
  tables: readonly Tables[],
): DynamicModule[] {
  return [
    ConfigModule.with(config, loadOrCreateKeys(config)),
    DatabaseModule.with(tables),
    PlatformModule.with(Log.to('silent'), clock),
    TestOperators.with(),
  ];
}

function backbone(geometry: Partial<VitGeometry> = {}): BackboneDescription {
  return { ...BACKBONE, geometry: { ...BACKBONE.geometry, ...geometry } as VitGeometry };
}

function studyFile(plan: StudyPlan): string {
  return JSON.stringify({
    study: STUDY,
    title: 'Blood smears',
    task: { kind: 'classification', classes: ['eosinophil', 'lymphocyte', 'neutrophil'] },
    backbone: BACKBONE.hash,
    adapter: { kind: 'linear-head' },
    training: {
      rounds: plan.rounds ?? 1,
      optimizer: { kind: 'sgd', learningRate: 0.1 },
      updateRange: 0.5,
    },
    privacy:
      plan.colluders === undefined
        ? { secureAggregation: 'off' }
        : { secureAggregation: 'on', colluders: plan.colluders, groups: plan.groups },
    acceptance: plan.isVoted === true ? { tolerance: 0.1 } : 'off',
    participation: {
      minSites: plan.minSites ?? 2,
      maxAttempts: plan.maxAttempts ?? 2,
      advertDeadline: '1m',
      roundDeadline: '10m',
    },
    seed: 7,
  });
}
