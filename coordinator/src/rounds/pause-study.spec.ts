import { parseOperatorId } from '@consilium/shared/vocabulary';
import { testDatabases, TestDatabases } from '../database/testing/test-databases.js';
import { StudiesService } from '../studies/studies.service.js';
import { StudyPauses } from '../studies/study-pauses.js';
import { AbandonmentService } from './abandonment.service.js';
import { ADVERT_DEADLINE_MS, AttemptBench } from './testing/attempt-bench.js';
import { STUDY } from './testing/round-bench.js';

const BY = parseOperatorId('op-0123456789ab');
const ANOTHER = parseOperatorId('op-ba9876543210');

describe.each(testDatabases)('a study that people pause, on $name', (kind) => {
  const databases = new TestDatabases(kind);
  let round: AttemptBench;

  beforeEach(async () => {
    round = await AttemptBench.start(await databases.location());
    await round.begin({ rounds: 2, maxAttempts: 3 });
  });
  afterEach(() => round.close());

  const pause = (): Promise<void> =>
    round.bench.get(StudyPauses).pause(STUDY, BY, 'a scanner is replaced');
  const resume = async (): Promise<void> => {
    await round.bench.get(StudyPauses).resume(STUDY, ANOTHER);
    await round.bench.settle();
    await round.show();
  };
  const study = () => round.bench.get(StudiesService).get(STUDY);

  async function playAttempt(): Promise<void> {
    await round.advertise(...round.sites);
    await round.update(...round.sites);
    await round.bench.settle();
    await round.show();
  }

  /** The leaves that open attempts, end them, and pause and resume the study. */
  async function story(): Promise<string[]> {
    const told = ['round.manifest', 'round.result', 'round.aborted', 'study.paused'];
    const ends = ['study.resumed', 'study.completed', 'study.failed'];
    const types = await round.bench.leafTypes();
    return types.filter((type) => [...told, ...ends].includes(type));
  }

  it('ends the attempt under way, opens none until it is resumed, and then one at once', async () => {
    await pause();
    await playAttempt();
    await round.bench.pass(10 * ADVERT_DEADLINE_MS);
    expect(await story()).toEqual(['round.manifest', 'study.paused', 'round.result']);
    expect((await study()).pause).toMatchObject({ by: BY, reason: 'a scanner is replaced' });

    await resume();
    expect((await study()).pause).toBeUndefined();
    await playAttempt();
    expect((await story()).slice(3)).toEqual([
      'study.resumed',
      'round.manifest',
      'round.result',
      'study.completed',
    ]);
    const leaves = await round.bench.leaves();
    expect(leaves.find(({ type }) => type === 'study.paused')).toMatchObject({
      by: BY,
      reason: 'a scanner is replaced',
    });
    expect(leaves.find(({ type }) => type === 'study.resumed')).toMatchObject({ by: ANOTHER });
  });

  it('stays paused over a restart, whatever was due', async () => {
    await pause();
    await round.bench.get(AbandonmentService).abandon(STUDY, BY, { reason: 'nobody is there' });
    await round.bench.restart();
    await round.bench.pass(10 * ADVERT_DEADLINE_MS);
    expect(await story()).toEqual(['round.manifest', 'study.paused', 'round.aborted']);
    expect((await study()).pause).toMatchObject({ by: BY });

    await resume();
    expect((await story()).slice(3)).toEqual(['study.resumed', 'round.manifest']);
  });

  it('has one attempt when it is resumed while one is under way', async () => {
    await pause();
    await resume();
    expect(await story()).toEqual(['round.manifest', 'study.paused', 'study.resumed']);
  });

  it('tells who gives the attempt up that nothing follows before it is resumed', async () => {
    await pause();
    const { next } = await round.bench
      .get(AbandonmentService)
      .abandon(STUDY, BY, { reason: 'no power' });
    expect(next).toContain('once the study is resumed');
  });

  it('is paused while it runs, and resumed while it is paused', async () => {
    await expect(resume()).rejects.toMatchObject({ code: 'wrong-state' });
    await pause();
    await expect(pause()).rejects.toThrow(
      'smears is paused already, by op-0123456789ab: a scanner is replaced',
    );
    await round.bench.get(AbandonmentService).stop(STUDY, BY, 'too few are left');
    await expect(resume()).rejects.toThrow('smears is not paused, it is failed');
    await expect(pause()).rejects.toThrow('smears is failed: a running study is paused');
    expect((await study()).pause).toBeUndefined();
    expect(await story()).toEqual([
      'round.manifest',
      'study.paused',
      'round.aborted',
      'study.failed',
    ]);
  });
});
