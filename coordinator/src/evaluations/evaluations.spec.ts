import { signBody, type Signed } from '@consilium/shared/crypto';
import { encodeFloat, type FloatBits } from '@consilium/shared/encoding';
import { signedHash, type Evaluation, type Metrics } from '@consilium/shared/protocol';
import { parseContentHash, parseStudyId } from '@consilium/shared/vocabulary';
import { testDatabases, TestDatabases } from '../database/testing/test-databases.js';
import { testSite, type TestSite } from '../sites/testing/test-site.js';
import {
  joinOf,
  studyBench,
  studyFile,
  TABLES_OF_STUDIES,
  type StudyBench,
} from '../studies/testing/study-bench.js';
import { EvaluationRepository } from './evaluation.repository.js';
import { evaluationTables } from './evaluation-tables.js';
import { EvaluationsService } from './evaluations.service.js';

const STUDY = parseStudyId('smears');
const HASH = parseContentHash(`sha256:${'1'.repeat(64)}`);

const METRICS: Metrics = {
  samples: 4,
  loss: encodeFloat(0.4),
  confusion: [
    [2, 0],
    [1, 1],
  ],
  balancedAccuracy: encodeFloat(0.75),
  auroc: encodeFloat(1),
};

describe.each(testDatabases)('evaluations on $name', (kind) => {
  // Before the folder goes, the log's last signature must be in it.
  afterEach(() => bench.sequencer.beforeApplicationShutdown());

  const databases = new TestDatabases(kind);
  const northgate = testSite('northgate');
  const southside = testSite('southside');
  const westend = testSite('westend');
  let bench: StudyBench;
  let evaluations: EvaluationsService;

  /** A study of two sites that runs, with the checkpoint of round 1. */
  beforeEach(async () => {
    const tables = [...TABLES_OF_STUDIES, evaluationTables];
    bench = await studyBench(await databases.open(tables), databases.folder());
    const { database, studies, checkpoints, audit } = bench;
    const repository = new EvaluationRepository();
    evaluations = new EvaluationsService(database, repository, studies, checkpoints, audit);
    const protocol = await bench.opening.open(studyFile());
    for (const site of [northgate, southside]) {
      await bench.enrol(site);
      await studies.join(site.siteId, joinOf(site, protocol));
    }
    await bench.enrol(westend);
    await studies.start(STUDY);
    await database.transaction((tx) =>
      checkpoints.record(tx, { studyId: STUDY, roundNo: 1, hash: HASH }),
    );
  });

  function evaluationOf(site: TestSite, changes: Partial<Evaluation> = {}): Signed<Evaluation> {
    const body: Evaluation = {
      v: 1,
      studyId: STUDY,
      siteId: site.siteId,
      roundNo: 1,
      adapterCheckpointHash: HASH,
      split: 'test',
      metrics: METRICS,
      ...changes,
    };
    return signBody('evaluation', body, site.keys);
  }

  const report = (signed: Signed<Evaluation>): Promise<'accepted' | 'late'> =>
    evaluations.report(northgate.siteId, signed);

  const refusal = (signed: Signed<Evaluation>): Promise<unknown> =>
    report(signed).catch((error: unknown) => error);

  const fail = (): Promise<void> =>
    bench.database.transaction((tx) => bench.studies.fail(tx, STUDY, 'nobody sent anything'));

  it('are kept as signed and logged by hash', async () => {
    const before = (await bench.leaves()).length;
    const signed = evaluationOf(northgate);
    expect(await report(signed)).toBe('accepted');
    expect(await evaluations.list(STUDY)).toEqual([signed]);
    expect(await bench.leaves(before)).toEqual([
      expect.objectContaining({
        type: 'evaluation.reported',
        siteId: 'northgate',
        evaluationHash: signedHash(signed),
      }),
    ]);
  });

  it('stand once for each site, round and split, in this order', async () => {
    const { hash } = await bench.checkpoints.ofRound(STUDY, 0);
    const start = evaluationOf(northgate, { roundNo: 0, adapterCheckpointHash: hash });
    const validation = evaluationOf(northgate, { split: 'val' });
    const test = evaluationOf(northgate);
    const another = evaluationOf(southside);
    await evaluations.report(southside.siteId, another);
    for (const signed of [validation, test, start]) {
      await report(signed);
    }
    expect(await evaluations.list(STUDY)).toEqual([start, test, validation, another]);
  });

  it('are the same however often the same bytes arrive', async () => {
    const signed = evaluationOf(northgate);
    await Promise.all([report(signed), report(signed), report(signed)]);
    const before = (await bench.leaves()).length;
    expect(await report(signed)).toBe('accepted');
    expect(await bench.leaves()).toHaveLength(before);
    expect(await evaluations.list(STUDY)).toHaveLength(1);
  });

  it('cannot be taken back by other numbers', async () => {
    const signed = evaluationOf(northgate);
    await report(signed);
    const better = { ...METRICS, loss: encodeFloat(0.1) };
    expect(await refusal(evaluationOf(northgate, { metrics: better }))).toMatchObject({
      code: 'conflict',
    });
    expect(await evaluations.list(STUDY)).toEqual([signed]);
  });

  it('are refused in the name of another site, from outside the roster and with a foreign key', async () => {
    const foreign = { ...northgate, keys: southside.keys };
    const altered = evaluationOf(northgate);
    const body = { ...altered.body, split: 'val' as const };
    expect(await refusal(evaluationOf(southside))).toMatchObject({ code: 'not-permitted' });
    expect(await refusal(evaluationOf(foreign))).toMatchObject({ code: 'bad-signature' });
    expect(await refusal({ ...altered, body })).toMatchObject({ code: 'bad-signature' });
    await expect(evaluations.report(westend.siteId, evaluationOf(westend))).rejects.toMatchObject({
      code: 'not-found',
    });
    expect(await evaluations.list(STUDY)).toEqual([]);
  });

  it('are refused of checkpoints that the study does not have', async () => {
    const other = parseContentHash(`sha256:${'2'.repeat(64)}`);
    const cases: [Partial<Evaluation>, string][] = [
      [{ adapterCheckpointHash: other }, 'bad-message'],
      [{ roundNo: 0 }, 'bad-message'],
      [{ roundNo: 2 }, 'not-found'],
      [{ studyId: parseStudyId('none') }, 'not-found'],
    ];
    for (const [changes, code] of cases) {
      expect(await refusal(evaluationOf(northgate, changes))).toMatchObject({ code });
    }
  });

  it('are refused when the numbers cannot be a measurement', async () => {
    const notANumber = 'f64:7ff8000000000000' as FloatBits;
    const infinite = 'f64:7ff0000000000000' as FloatBits;
    const cases: [Partial<Metrics>, string][] = [
      [{ samples: 5 }, 'confusion: counts 4 pictures, samples says 5'],
      [{ confusion: [[4]] }, 'confusion: expected 2 rows of 2 counts'],
      [{ confusion: [[2, 0], [2]] }, 'confusion: expected 2 rows of 2 counts'],
      [{ loss: notANumber }, 'loss: not a number'],
      [{ loss: infinite }, 'loss: expected a finite number'],
      [{ loss: encodeFloat(-1) }, 'loss: expected 0 or more'],
      [{ balancedAccuracy: encodeFloat(1.01) }, 'balancedAccuracy: expected a number from 0 to 1'],
      [{ auroc: encodeFloat(-0.5) }, 'auroc: expected a number from 0 to 1'],
    ];
    for (const [changes, message] of cases) {
      const signed = evaluationOf(northgate, { metrics: { ...METRICS, ...changes } });
      expect(await refusal(signed)).toMatchObject({ code: 'bad-message', message });
    }
    const oneClass = { ...METRICS, auroc: 'undefined' as const };
    expect(await report(evaluationOf(northgate, { metrics: oneClass }))).toBe('accepted');
  });

  it('come too late for a study that has failed, unless they were there before', async () => {
    const signed = evaluationOf(northgate);
    await report(signed);
    await fail();
    expect(await report(signed)).toBe('accepted');
    expect(await report(evaluationOf(northgate, { split: 'val' }))).toBe('late');
    expect(await evaluations.list(STUDY)).toEqual([signed]);
  });

  it('are refused while the study recruits', async () => {
    const studyId = parseStudyId('tumours');
    const protocol = await bench.opening.open(studyFile({ study: studyId }));
    await bench.studies.join(northgate.siteId, joinOf(northgate, protocol));
    expect(await refusal(evaluationOf(northgate, { studyId, roundNo: 0 }))).toMatchObject({
      code: 'wrong-state',
    });
  });

  it('of a study that does not exist are not listed', async () => {
    await expect(evaluations.list(parseStudyId('none'))).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});
