/** Studies with real rows, keys and files, without Nest, for specs. */
import { join } from 'node:path';
import { signBody, type Signed } from '@consilium/shared/crypto';
import {
  parseSitePolicy,
  sitePolicyHash,
  studyProtocolHash,
  type Join,
  type Leaf,
  type OwedMessage,
  type StudyProtocol,
} from '@consilium/shared/protocol';
import { parseStudyId } from '@consilium/shared/vocabulary';
import { stringify } from 'yaml';
import { auditTables } from '../../audit/audit-tables.js';
import { LocalBlobStore } from '../../blobs/blob-store.local.js';
import type { Database } from '../../database/database.js';
import { AdapterCheckpointsService } from '../../models/adapter-checkpoints.service.js';
import { BackbonesService } from '../../models/backbones.service.js';
import { modelTables } from '../../models/model-tables.js';
import { ModelsRepository } from '../../models/models.repository.js';
import { BACKBONE } from '../../models/testing/backbone.js';
import { JobRepository } from '../../platform/jobs/job.repository.js';
import { OutboxRepository } from '../../platform/outbox/outbox.repository.js';
import { platformTables } from '../../platform/platform-tables.js';
import { siteTables } from '../../sites/site-tables.js';
import { sitesBench } from '../../sites/testing/sites-bench.js';
import type { TestSite } from '../../sites/testing/test-site.js';
import { StudiesRepository } from '../studies.repository.js';
import { StudiesService } from '../studies.service.js';
import { StudyAnnouncements } from '../study-announcements.js';
import { StudyJoining } from '../study-joining.js';
import { StudyCheck } from '../study-check.js';
import { StudyMembership } from '../study-membership.js';
import { StudyOffers } from '../study-offers.js';
import { FirstCheckpoint, StudyOpening } from '../study-opening.js';
import { StudyRosters } from '../study-rosters.js';
import { studyTables } from '../study-tables.js';

export const TABLES_OF_STUDIES = [
  platformTables,
  auditTables,
  siteTables,
  modelTables,
  studyTables,
];

/** A study file of two classes and two rounds; `changes` replace whole parts of it. */
export function studyFile(changes: Readonly<Record<string, unknown>> = {}): string {
  return stringify({
    study: 'smears',
    title: 'Blood smears',
    task: { kind: 'classification', classes: ['lymphocyte', 'neutrophil'] },
    backbone: BACKBONE.hash,
    adapter: { kind: 'linear-head' },
    training: { rounds: 2, optimizer: { kind: 'sgd', learningRate: 0.1 } },
    privacy: { secureAggregation: 'off' },
    acceptance: 'off',
    participation: { minSites: 2 },
    seed: 7,
    ...changes,
  });
}

/** A site's signed word on a study protocol. @param changes bend the body before it is signed. */
export function joinOf(
  site: TestSite,
  protocol: StudyProtocol,
  changes: Partial<Join> = {},
): Signed<Join> {
  const body: Join = {
    v: 1,
    studyId: protocol.studyId,
    siteId: site.siteId,
    studyProtocolHash: studyProtocolHash(protocol),
    policyHash: sitePolicyHash(parseSitePolicy({})),
    decision: { kind: 'join', images: 40, used: 38, skipped: 2 },
    ...changes,
  };
  return signBody('join', body, site.keys);
}

/** The study of `studyFile` when nothing is changed. */
export const STUDY = parseStudyId('smears');

export type StudyBench = Awaited<ReturnType<typeof studyBench>>;

/** @param folder of the coordinator's data, empty. The backbone is registered. */
export async function studyBench(database: Database, folder: string) {
  const base = await sitesBench(database, folder);
  const { audit, changes, clock, keys, reader, sequencer, sites } = base;
  const models = new ModelsRepository();
  const rows = new StudiesRepository();
  const outbox = new OutboxRepository(clock);
  const jobs = new JobRepository(clock);
  const blobs = await LocalBlobStore.open(join(folder, 'blobs'));
  const backbones = new BackbonesService(database, models, clock);
  const checkpoints = new AdapterCheckpointsService(database, models);
  const offers = new StudyOffers(keys, sites, rows, outbox);
  const announcements = new StudyAnnouncements(audit, outbox, jobs);
  const first = new FirstCheckpoint(blobs, checkpoints);
  const opening = new StudyOpening(database, rows, backbones, first, audit, offers);
  const checking = new StudyCheck(database, rows, backbones);
  const rosters = new StudyRosters(rows, blobs, keys, audit);
  const joining = new StudyJoining(database, rows, sites, audit, rosters, clock);
  const studies = new StudiesService(database, rows, checkpoints, announcements, joining, keys);
  changes.listen({ approved: (tx, { siteId }) => offers.toNewSite(tx, siteId) });
  const membership = new StudyMembership(database, rows, sites, changes, rosters, audit);
  membership.onModuleInit();
  await backbones.register(BACKBONE);

  const create = (changes: Readonly<Record<string, unknown>> = {}): Promise<StudyProtocol> =>
    opening.open(studyFile(changes));
  const enrolAll = async (...all: readonly TestSite[]): Promise<void> => {
    for (const site of all) {
      await base.enrol(site);
    }
  };
  const joinAs = (site: TestSite, protocol: StudyProtocol): Promise<void> =>
    studies.join(site.siteId, joinOf(site, protocol));
  /** What a site is owed, oldest first. */
  const owedTo = async ({ siteId }: TestSite): Promise<OwedMessage[]> => {
    const owed = await database.read((from) => outbox.pending(from, siteId, 100));
    return owed.map(({ body }) => body as OwedMessage);
  };
  /** The leaves from an index on. */
  const leaves = async (start = 0): Promise<Leaf[]> => {
    await sequencer.signNow();
    return (await reader.leaves(start, 1000)).map(({ leaf }) => JSON.parse(leaf) as Leaf);
  };
  const queuedJobs = (): Promise<number> => database.read((from) => jobs.count(from, 'queued'));
  return {
    ...base,
    create,
    enrolAll,
    join: joinAs,
    blobs,
    backbones,
    checkpoints,
    studies,
    opening,
    checking,
    joining,
    membership,
    owedTo,
    leaves,
    queuedJobs,
  };
}
