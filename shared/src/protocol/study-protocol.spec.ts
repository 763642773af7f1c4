import { contentHashOf } from '../crypto/index.js';
import type { AdapterConfig } from './adapter-config.js';
import { studyProtocolHash, studyProtocolSchema, trainingSeed } from './study-protocol.js';
import { STUDY_PROTOCOL } from './testing/sample-study.js';

describe('the hash that a site approves', () => {
  it('is the content hash of the study protocol', () => {
    expect(studyProtocolHash(STUDY_PROTOCOL)).toBe(contentHashOf(STUDY_PROTOCOL));
  });

  it('changes with every rule', () => {
    const { training, participation } = STUDY_PROTOCOL;
    const others = [
      { ...STUDY_PROTOCOL, seed: '2' },
      { ...STUDY_PROTOCOL, training: { ...training, localEpochs: 3 } },
      { ...STUDY_PROTOCOL, participation: { ...participation, minSites: 3 } },
    ];
    const hashes = [STUDY_PROTOCOL, ...others].map(studyProtocolHash);
    expect(new Set(hashes).size).toBe(4);
  });
});

const LOW_RANK = { rank: 2, alpha: 4, targets: ['query' as const], blocks: [11] };

describe('the private adapter of a study protocol', () => {
  function isTaken(privateAdapter: unknown): boolean {
    return studyProtocolSchema.safeParse({ ...STUDY_PROTOCOL, privateAdapter }).success;
  }

  it.each(['lora', 'rslora'])('may be %s, as in a study file', (kind) => {
    expect(isTaken({ kind, ...LOW_RANK })).toBe(true);
  });

  it.each([
    { kind: 'dora', ...LOW_RANK },
    { kind: 'linear-head' },
    { kind: 'full' },
    { kind: 'bitfit', blocks: [11] },
    { kind: 'visual-prompts', depth: 'shallow', tokens: 1 },
  ] satisfies AdapterConfig[])('is of no other method: %j', (adapter) => {
    expect(isTaken(adapter)).toBe(false);
    expect(studyProtocolSchema.safeParse({ ...STUDY_PROTOCOL, adapter }).success).toBe(true);
  });
});

describe('the seed of a training', () => {
  it('is the text that the protocol gives, in which the attempt does not occur', () => {
    expect(trainingSeed(STUDY_PROTOCOL, 2, 'northgate')).toBe('1/training/blood-cells/2/northgate');
    expect(trainingSeed).toHaveLength(3);
  });

  it('differs between studies, seeds, rounds and sites', () => {
    const seeds = [
      trainingSeed(STUDY_PROTOCOL, 2, 'northgate'),
      trainingSeed(STUDY_PROTOCOL, 3, 'northgate'),
      trainingSeed(STUDY_PROTOCOL, 2, 'southgate'),
      trainingSeed({ ...STUDY_PROTOCOL, seed: '2' }, 2, 'northgate'),
    ];
    expect(new Set(seeds).size).toBe(4);
  });
});
