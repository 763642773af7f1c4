import { verifyBody } from '@consilium/shared/crypto';
import { studyProtocolHash, type StudyProtocol } from '@consilium/shared/protocol';
import { initialTensors, readSafetensors } from '@consilium/shared/tensors';
import { parseContentHash, parseStudyId } from '@consilium/shared/vocabulary';
import { testDatabases, TestDatabases } from '../database/testing/test-databases.js';
import {
  studyBench,
  studyFile,
  TABLES_OF_STUDIES,
  type StudyBench,
} from './testing/study-bench.js';

const STUDY = parseStudyId('smears');

describe.each(testDatabases)('the creation of a study on $name', (kind) => {
  // Before the folder goes, the log's last signature must be in it.
  afterEach(() => bench.sequencer.beforeApplicationShutdown());

  const databases = new TestDatabases(kind);
  let bench: StudyBench;

  beforeEach(async () => {
    bench = await studyBench(await databases.open(TABLES_OF_STUDIES), databases.folder());
  });

  const create = (changes: Readonly<Record<string, unknown>> = {}): Promise<StudyProtocol> =>
    bench.opening.open(studyFile(changes));

  const faultOf = async (changes: Readonly<Record<string, unknown>>): Promise<unknown> =>
    create(changes).then(
      () => 'accepted',
      (error: unknown) => error,
    );

  it('fills in what the file leaves out, and the protocol hash names all of it', async () => {
    const protocol = await create();
    const study = await bench.studies.get(STUDY);
    expect(study).toMatchObject({
      phase: 'recruiting',
      currentRound: 0,
      protocolHash: studyProtocolHash(protocol),
      reason: '',
    });
    expect(protocol.participation).toMatchObject({
      sites: 'all',
      minSamples: 10,
      maxAttempts: 3,
    });
    expect(verifyBody('study', study.signed, bench.keys.identity.publicKey)).toEqual(protocol);
  });

  it('makes the first adapter checkpoint from the seed, and logs both', async () => {
    const adapter = { kind: 'lora', rank: 2, alpha: 4, blocks: { last: 1 } };
    const protocol = await create({ adapter });
    const { hash } = await bench.checkpoints.ofRound(STUDY, 0);
    const { schema, createdLeafIndex } = await bench.studies.get(STUDY);
    const [leaf] = await bench.leaves(createdLeafIndex);
    expect(leaf).toMatchObject({
      type: 'study.created',
      studyId: STUDY,
      studyProtocolHash: studyProtocolHash(protocol),
      schemaHash: protocol.schemaHash,
      adapterCheckpointHash: hash,
    });
    const stored = readSafetensors(await bench.blobs.readAll(hash));
    const expected = initialTensors(schema, '7');
    expect([...stored.keys()]).toEqual([...expected.keys()]);
    for (const [name, { data }] of expected) {
      expect(stored.get(name)?.data).toEqual(data);
    }
  });

  it('draws a seed when the file names none, another one each time', async () => {
    const first = await create({ seed: undefined });
    const second = await create({ seed: undefined, study: 'second' });
    expect(first.seed).toMatch(/^[0-9a-f]{32}$/);
    expect(second.seed).not.toBe(first.seed);
  });

  it('reports all faults of a study file in one message', async () => {
    const fault = await faultOf({
      study: 'Blood Smears',
      title: '',
      training: { rounds: 0, optimizer: { kind: 'sgd', learningRate: -1 }, momentum: 1 },
      privacy: { secureAggregation: 'perhaps' },
      participation: { minSites: 1, roundDeadline: '10 minutes' },
    });
    expect(fault).toMatchObject({ code: 'bad-study-file' });
    const { message } = fault as Error;
    for (const path of [
      'study:',
      'title:',
      'training.rounds:',
      'training.optimizer.learningRate:',
      'privacy.secureAggregation:',
      'participation.minSites:',
      'participation.roundDeadline:',
      'momentum',
    ]) {
      expect(message).toContain(path);
    }
  });

  it('refuses names that are no names, and words that JSON reserves', async () => {
    for (const study of ['constructor', 'prototype', '../smears', '-', 'x'.repeat(64)]) {
      expect(await faultOf({ study })).toMatchObject({
        code: 'bad-study-file',
        message: expect.stringContaining('study:') as string,
      });
    }
  });

  it('refuses blocks that the backbone does not have', async () => {
    const adapter = { kind: 'lora', blocks: [0, 2] };
    expect(await faultOf({ adapter })).toMatchObject({
      code: 'bad-study-file',
      message: 'adapter.blocks: the backbone has 2 blocks, numbered 0 to 1',
    });
  });

  it('refuses what is no study file at all', async () => {
    const deep = '['.repeat(50_000);
    const long = `# ${'x'.repeat(300_000)}`;
    for (const text of ['{ study: [', deep, long, unfoldingAliases(), '', '- 1']) {
      await expect(bench.opening.open(text)).rejects.toMatchObject({ code: 'bad-study-file' });
    }
  });

  it('refuses a backbone that nobody has registered', async () => {
    const backbone = parseContentHash(`sha256:${'c'.repeat(64)}`);
    expect(await faultOf({ backbone })).toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('consilium backbone register') as string,
    });
  });

  it('refuses a name that is taken, and changes nothing', async () => {
    const protocol = await create();
    const before = (await bench.leaves()).length;
    expect(await faultOf({ title: 'Another' })).toMatchObject({ code: 'conflict' });
    expect((await bench.studies.get(STUDY)).protocol).toEqual(protocol);
    expect(await bench.leaves()).toHaveLength(before);
  });

  it('lists studies in the order of their creation, within one millisecond too', async () => {
    for (const study of ['zeta', 'alpha', 'mid']) {
      await create({ study });
    }
    const ids = (await bench.studies.list()).map(({ studyId }) => studyId);
    expect(ids).toEqual(['zeta', 'alpha', 'mid']);
  });
});

/** A few hundred bytes that would become gigabytes. */
function unfoldingAliases(): string {
  const levels = Array.from({ length: 12 }, (_, i) => {
    const inner = i === 0 ? 'x' : `*a${i - 1}`;
    return `a${i}: &a${i} [${Array.from({ length: 10 }, () => inner).join(', ')}]`;
  });
  return levels.join('\n');
}
