import type { Leaf, StudyProtocol } from '@consilium/shared/protocol';
import { parseContentHash } from '@consilium/shared/vocabulary';
import { testDatabases, TestDatabases } from '../database/testing/test-databases.js';
import { BACKBONE } from '../models/testing/backbone.js';
import { testSite, type TestSite } from '../sites/testing/test-site.js';
import {
  joinOf,
  STUDY,
  studyBench,
  TABLES_OF_STUDIES,
  type StudyBench,
} from './testing/study-bench.js';

describe.each(testDatabases)('start and end of a study on $name', (kind) => {
  // Before the folder goes, the log's last signature must be in it.
  afterEach(() => bench.sequencer.beforeApplicationShutdown());

  const databases = new TestDatabases(kind);
  const northgate = testSite('northgate');
  const southside = testSite('southside');
  const westend = testSite('westend');
  let bench: StudyBench;

  beforeEach(async () => {
    bench = await studyBench(await databases.open(TABLES_OF_STUDIES), databases.folder());
  });

  let protocol: StudyProtocol;

  beforeEach(async () => {
    await bench.enrolAll(northgate, southside, westend);
    protocol = await bench.create();
    await bench.join(northgate, protocol);
  });

  const started = async (): Promise<void> => {
    await bench.join(southside, protocol);
    await bench.studies.start(STUDY);
  };

  it('needs as many sites as the protocol says, and says how many there are', async () => {
    const before = (await bench.leaves()).length;
    await expect(bench.studies.start(STUDY)).rejects.toMatchObject({
      code: 'wrong-state',
      message: '1 sites joined, the study requires 2',
    });
    expect((await bench.studies.get(STUDY)).phase).toBe('recruiting');
    expect(await bench.leaves()).toHaveLength(before);
    expect(await bench.queuedJobs()).toBe(0);
  });

  it('fixes the roster, logs it and leaves a job that opens the first round', async () => {
    await started();
    const { phase, rosterHash } = await bench.studies.get(STUDY);
    expect(phase).toBe('running');
    expect((await bench.leaves()).at(-1)).toMatchObject({ type: 'study.started', rosterHash });
    expect(await bench.queuedJobs()).toBe(1);
  });

  it('happens once', async () => {
    await started();
    await expect(bench.studies.start(STUDY)).rejects.toMatchObject({
      code: 'wrong-state',
      message: 'the study is running',
    });
    expect(await bench.queuedJobs()).toBe(1);
  });

  it('tells the sites that joined, and no other, that the study is completed', async () => {
    await started();
    const { hash } = await bench.checkpoints.latest(STUDY);
    await bench.database.transaction((tx) => bench.studies.complete(tx, STUDY, hash));
    const leafIndex = (await bench.leaves()).length - 1;
    const told = { kind: 'study.completed', adapterCheckpointHash: hash, leafIndex };
    expect((await bench.owedTo(northgate)).at(-1)).toMatchObject(told);
    expect((await bench.owedTo(southside)).at(-1)).toMatchObject(told);
    expect((await bench.owedTo(westend)).map((message) => message.kind)).toEqual(['study.offer']);
    expect((await bench.studies.get(STUDY)).phase).toBe('completed');
  });

  it('tells them why it failed, and it stays failed', async () => {
    await started();
    const fail = (reason: string): Promise<void> =>
      bench.database.transaction((tx) => bench.studies.fail(tx, STUDY, reason));
    await fail('nobody sent anything');
    expect(await bench.studies.get(STUDY)).toMatchObject({
      phase: 'failed',
      reason: 'nobody sent anything',
    });
    expect((await bench.owedTo(northgate)).at(-1)).toMatchObject({
      kind: 'study.failed',
      reason: 'nobody sent anything',
    });
    await expect(fail('again')).rejects.toMatchObject({ code: 'wrong-state' });
  });

  it('lets the sites of the study read its blobs, and nobody else', async () => {
    const { hash } = await bench.checkpoints.latest(STUDY);
    const sum = parseContentHash(`sha256:${'e'.repeat(64)}`);
    const next = parseContentHash(`sha256:${'f'.repeat(64)}`);
    await bench.database.transaction((tx) =>
      bench.checkpoints.record(tx, {
        studyId: STUDY,
        roundNo: 1,
        hash: next,
        ringSumHash: sum,
      }),
    );
    const { rosterHash } = await bench.studies.get(STUDY);
    for (const blob of [hash, next, sum, rosterHash]) {
      expect(await bench.studies.mayReadBlob(northgate.siteId, blob)).toBe(true);
      expect(await bench.studies.mayReadBlob(westend.siteId, blob)).toBe(false);
    }
    expect(await bench.studies.mayReadBlob(northgate.siteId, BACKBONE.hash)).toBe(false);
  });

  it('lets no site read a blob of a study that it declined', async () => {
    const decision = { kind: 'decline', code: 'no-data' } as const;
    const signed = joinOf(westend, protocol, { decision });
    await bench.studies.join(westend.siteId, signed);
    const { hash } = await bench.checkpoints.latest(STUDY);
    expect(await bench.studies.mayReadBlob(westend.siteId, hash)).toBe(false);
  });

  it('shows the leaves of a study to the sites that it names, and leaves of no study to all', async () => {
    const other = 'closed-smears';
    const participation = { minSites: 2, sites: ['northgate', 'southside'] };
    await bench.create({ study: other, participation });
    const leaves = await bench.leaves();
    const ofOther = leaves.filter((leaf) => 'studyId' in leaf && leaf.studyId === other);
    const general = leaves.filter((leaf) => !('studyId' in leaf));
    const reads = (site: TestSite, leaf: Leaf): Promise<boolean> =>
      bench.studies.mayReadLeaf(site.siteId, leaf);
    expect([ofOther.length, general.length > 0]).toEqual([1, true]);
    for (const leaf of [...ofOther, ...general]) {
      expect(await reads(northgate, leaf)).toBe(true);
      expect(await reads(westend, leaf)).toBe(general.includes(leaf));
    }
  });
});
