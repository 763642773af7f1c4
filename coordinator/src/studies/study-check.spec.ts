import { studyCheckSchema, type StudyCheck } from '@consilium/shared/answers';
import { canonicalJson } from '@consilium/shared/encoding';
import { isConsiliumError } from '@consilium/shared/vocabulary';
import { parse } from 'yaml';
import { testDatabases, TestDatabases } from '../database/testing/test-databases.js';
import {
  studyBench,
  studyFile,
  TABLES_OF_STUDIES,
  type StudyBench,
} from './testing/study-bench.js';

describe.each(testDatabases)('the check of a study file on $name', (kind) => {
  // Before the folder goes, the log's last signature must be in it.
  afterEach(() => bench.sequencer.beforeApplicationShutdown());

  const databases = new TestDatabases(kind);
  let bench: StudyBench;

  beforeEach(async () => {
    bench = await studyBench(await databases.open(TABLES_OF_STUDIES), databases.folder());
  });

  async function check(text: string): Promise<StudyCheck> {
    return studyCheckSchema.parse(await bench.checking.check(text));
  }

  const refusalOf = (text: string): Promise<string> =>
    bench.opening.open(text).then(
      () => 'accepted',
      (error: unknown) => (isConsiliumError(error) ? error.message : 'not coded'),
    );

  it('gives the protocol that the study will have, and its hash, and creates nothing', async () => {
    const leaves = (await bench.leaves()).length;
    const { protocol, faults, yaml = '', file } = await check(studyFile());
    expect(faults).toEqual([]);
    expect(await bench.studies.list()).toEqual([]);
    expect(await bench.leaves()).toHaveLength(leaves);
    expect(parse(yaml)).toEqual(file);
    const created = await bench.create();
    expect(protocol?.canonical).toBe(canonicalJson(created));
    expect((await bench.studies.list())[0]?.protocolHash).toBe(protocol?.hash);
  });

  it('names each fault at its field in the words of the creation', async () => {
    const text = studyFile({
      title: '',
      participation: { minSites: 1, roundDeadline: 'soon' },
    });
    const { faults, protocol, file } = await check(text);
    expect(faults.map(({ path }) => path.join('.'))).toEqual([
      'title',
      'participation.minSites',
      'participation.roundDeadline',
    ]);
    expect(protocol).toBeUndefined();
    expect(file).toMatchObject({ study: 'smears', title: '' });
    const refusal = await refusalOf(text);
    for (const { path, message } of faults) {
      expect(refusal).toContain(`${path.join('.')}: ${message}`);
    }
  });

  const SECURE = { secureAggregation: 'on' };
  it.each([
    [
      'a secure sum of two',
      { privacy: SECURE, participation: { minSites: 2 } },
      'participation.minSites',
    ],
    [
      'blocks that the backbone lacks',
      { adapter: { kind: 'lora', blocks: { last: 7 } } },
      'adapter.blocks',
    ],
    [
      'layers that the backbone lacks',
      { adapter: { kind: 'lora', targets: ['mlp-gate'] } },
      'adapter',
    ],
    [
      'a private adapter beyond it',
      { privateAdapter: { kind: 'lora', blocks: [5] } },
      'privateAdapter.blocks',
    ],
    ['an unknown backbone', { backbone: `sha256:${'0'.repeat(64)}` }, 'backbone'],
  ])('puts %s where it was written', async (_, changes, field) => {
    const text = studyFile(changes);
    const { faults } = await check(text);
    expect(faults.map(({ path }) => path.join('.'))).toEqual([field]);
    expect(await refusalOf(text)).toContain(faults[0]?.message);
  });

  it('says that a name is taken', async () => {
    await bench.create();
    const { faults, protocol } = await check(studyFile());
    expect(faults).toEqual([
      { path: ['study'], message: 'there is a study smears already: choose another name' },
    ]);
    expect(protocol).toBeUndefined();
  });

  it.each(['study: [', '- a list', 'x'.repeat(2_000_000), 'a: .inf'])(
    'refuses what is no study file',
    async (text) => {
      const { faults, protocol } = await check(text);
      expect(faults.length).toBeGreaterThan(0);
      expect(protocol).toBeUndefined();
    },
  );
});
