import { encodeFloat } from '../encoding/index.js';
import { refusal } from '../vocabulary/testing/refusal.js';
import { parseStudyFile, toStudyProtocol } from './study-file.js';
import { spelledOut, studyFileOf } from './study-file-of.js';
import { BACKBONE, shortestStudyFile } from './testing/sample-study.js';

type Values = Readonly<Record<string, unknown>>;

const protocolOf = (file: unknown, seed = 'drawn') =>
  toStudyProtocol(parseStudyFile(file), BACKBONE, seed);

/** The shortest file with some of its parts in another way. */
function fileWith(parts: Values, training: Values = {}, participation: Values = {}): Values {
  const shortest = shortestStudyFile();
  return {
    ...shortest,
    training: { ...shortest.training, ...training },
    participation: { ...shortest.participation, ...participation },
    ...parts,
  };
}

const LAST_TWO = { last: 2 };
const ADAPTERS: readonly Values[] = [
  { kind: 'linear-head' },
  { kind: 'lora' },
  {
    kind: 'rslora',
    targets: ['value', 'query'],
    blocks: [11, 3],
    rankPattern: [{ block: 3, target: 'query', rank: 2, alpha: 4 }],
  },
  { kind: 'dora', blocks: LAST_TWO },
  { kind: 'ia3', feedForward: [] },
  { kind: 'last-blocks', count: 3 },
  { kind: 'bitfit', blocks: LAST_TWO },
  { kind: 'norm-tuning' },
  { kind: 'full' },
  { kind: 'bottleneck', placement: 'parallel' },
  { kind: 'visual-prompts', depth: 'deep' },
];

describe('the study file of a study protocol', () => {
  it.each(ADAPTERS)('comes to the same protocol with the adapter %o', (adapter) => {
    const protocol = protocolOf(fileWith({ adapter }));
    expect(protocolOf(studyFileOf(protocol), 'another')).toEqual(protocol);
  });

  it.each([
    ['a private adapter', fileWith({ privateAdapter: { kind: 'lora', blocks: LAST_TWO } })],
    ['clipping, which bounds the vote', fileWith({}, { clipNorm: 0.1 })],
    ['no vote', fileWith({ acceptance: 'off' })],
    ['a vote of its own', fileWith({ acceptance: { metric: 'loss', tolerance: 0, maxNorm: 3 } })],
    ['secure sums', fileWith({ privacy: { colluders: 2 } }, {}, { minSites: 4 })],
    ['groups', fileWith({ privacy: { groups: {} } }, {}, { minSites: 15 })],
    ['named sites', fileWith({}, {}, { sites: ['east', 'west', 'north'] })],
    [
      'plain descent and a schedule',
      fileWith(
        {},
        {
          optimizer: { kind: 'sgd', learningRate: 1e-7, momentum: 0.9 },
          schedule: { kind: 'cosine', warmupSteps: 3 },
        },
      ),
    ],
  ])('comes to the same protocol with %s', (_, file) => {
    const protocol = protocolOf(file);
    expect(protocolOf(studyFileOf(protocol), 'another')).toEqual(protocol);
  });

  it('names blocks, floats and deadlines as people do', () => {
    const file = fileWith({ adapter: { kind: 'lora', blocks: [10, 11] } }, { updateRange: 0.25 });
    expect(studyFileOf(protocolOf(file))).toMatchObject({
      adapter: { blocks: { last: 2 } },
      training: { updateRange: 0.25, optimizer: { learningRate: 3e-3 } },
      participation: { advertDeadline: '1m', roundDeadline: '30m' },
    });
    const odd = fileWith({}, {}, { advertDeadline: '1500ms', roundDeadline: '999999h' });
    expect(studyFileOf(protocolOf(odd))).toMatchObject({
      adapter: { blocks: 'all' },
      participation: { advertDeadline: '1500ms', roundDeadline: '999999h' },
    });
  });

  it('is none where no file comes to the protocol', () => {
    const protocol = protocolOf(fileWith({}));
    const participation = { ...protocol.participation, roundDeadlineMs: 1_000_001 };
    expect(() => studyFileOf({ ...protocol, participation })).toThrow(
      refusal('bad-study-file', 'no study file has a deadline of 1000001 ms'),
    );
    const training = { ...protocol.training, updateRange: encodeFloat(2) };
    expect(() => studyFileOf({ ...protocol, training })).toThrow(
      refusal('bad-study-file', 'no study file comes to the study protocol'),
    );
  });
});

describe('a study file spelled out', () => {
  it.each(ADAPTERS)('says the same with the adapter %o', (adapter) => {
    const seeded = fileWith({ adapter, seed: 7 });
    expect(protocolOf(spelledOut(parseStudyFile(seeded)))).toEqual(protocolOf(seeded));
    const drawn = fileWith({ adapter, acceptance: 'off' });
    expect(protocolOf(spelledOut(parseStudyFile(drawn)))).toEqual(protocolOf(drawn));
  });
});
