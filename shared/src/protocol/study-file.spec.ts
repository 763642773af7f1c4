import fc from 'fast-check';
import { canonicalJson, decodeFloat, encodeFloat } from '../encoding/index.js';
import { fixedPointScale, schemaHash } from '../tensors/index.js';
import { ConsiliumError } from '../vocabulary/index.js';
import { refusal } from '../vocabulary/testing/refusal.js';
import { adapterSchema } from './adapter-schema.js';
import { parseStudyFile, toStudyProtocol } from './study-file.js';
import { studyProtocolHash, studyProtocolSchema } from './study-protocol.js';
import { BACKBONE, shortestStudyFile } from './testing/sample-study.js';

type File = ReturnType<typeof shortestStudyFile>;

function file(change: (draft: File & Record<string, unknown>) => void = () => undefined): unknown {
  const draft = shortestStudyFile();
  change(draft);
  return draft;
}

function faultsOf(value: unknown): string[] {
  try {
    parseStudyFile(value);
    return [];
  } catch (error) {
    return error instanceof ConsiliumError ? error.message.split('\n  ').slice(1) : ['not coded'];
  }
}

const protocolOf = (value: unknown, seed = 'drawn') =>
  toStudyProtocol(parseStudyFile(value), BACKBONE, seed);

describe('a study file', () => {
  it('needs only what has no default', () => {
    expect(parseStudyFile(file())).toEqual({
      ...shortestStudyFile(),
      adapter: { kind: 'lora', rank: 8, alpha: 16, targets: ['query', 'value'], blocks: 'all' },
      training: {
        rounds: 6,
        localEpochs: 1,
        batchSize: 16,
        optimizer: {
          kind: 'adamw',
          learningRate: 3e-3,
          weightDecay: 0.01,
          beta1: 0.9,
          beta2: 0.999,
          epsilon: 1e-8,
        },
        schedule: { kind: 'constant' },
        classWeights: 'none',
        algorithm: { kind: 'fedavg' },
        updateRange: 1,
      },
      acceptance: { metric: 'balanced-accuracy', tolerance: 0.05 },
      participation: {
        minSites: 3,
        minSamples: 10,
        sites: 'all',
        advertDeadline: 60_000,
        roundDeadline: 1_800_000,
        maxAttempts: 3,
      },
    });
  });

  it('has defaults for plain gradient descent and for a cosine schedule too', () => {
    const { training } = parseStudyFile(
      file(({ training }) => {
        training['optimizer'] = { kind: 'sgd', learningRate: 0.1 };
        training['schedule'] = { kind: 'cosine' };
      }),
    );
    expect(training.optimizer).toEqual({
      kind: 'sgd',
      learningRate: 0.1,
      momentum: 0,
      weightDecay: 0,
    });
    expect(training.schedule).toEqual({ kind: 'cosine', warmupSteps: 0 });
  });

  it('gets all its faults in one message, each with its path and what was expected', () => {
    const faulty = file((draft) => {
      draft.study = 'Blood cells';
      draft.adapter = { kind: 'lora', rank: 0, blocks: 'last', targets: ['keys'] };
      draft.training['rounds'] = '6';
      draft.training['optimiser'] = {};
      draft.participation = { minSites: 1, sites: 'none', roundDeadline: '10 minutes' };
      draft['seed'] = 0.5;
    });
    expect(() => parseStudyFile(faulty)).toThrow(
      refusal('bad-study-file', 'the study file has 10 faults:\n  study: must be 1 to 63'),
    );
    expect(faultsOf(faulty)).toEqual([
      expect.stringMatching(/^study: must be 1 to 63 lower-case letters, digits and hyphens/),
      'adapter.rank: Too small: expected number to be >=1',
      expect.stringMatching(/^adapter\.targets\.0: Invalid option: expected one of "query"\|"key"/),
      'adapter.blocks: must be all, {last: n} or a list of block numbers',
      'training.rounds: Invalid input: expected number, received string',
      'training: Unrecognized key: "optimiser"',
      'participation.minSites: Too small: expected number to be >=2',
      'participation.sites: must be all or a list of site ids',
      'participation.roundDeadline: must be a duration such as 500ms, 30s, 10m or 2h',
      'seed: must be a whole number from 0 or a text of 1 to 128 characters',
    ]);
  });

  it('says "1 fault" of one, and names the whole file when it is no mapping', () => {
    expect(() => parseStudyFile('study: x')).toThrow(
      refusal('bad-study-file', 'the study file has 1 fault:\n  (whole file): Invalid input'),
    );
  });

  it.each(['maybe', null, true])('may say whether its sums are secure, not %p', (value) => {
    expect(faultsOf(file(({ privacy }) => (privacy['secureAggregation'] = value)))).toEqual([
      'privacy.secureAggregation: must say "on", or "off", in which the coordinator can read ' +
        'single updates',
    ]);
  });

  it.each([
    ['1ms', 1],
    ['500ms', 500],
    ['30s', 30_000],
    ['10m', 600_000],
    ['2h', 7_200_000],
    ['999999h', 3_599_996_400_000],
  ])('reads the duration %s as %i ms', (text, ms) => {
    const value = file(({ participation }) => (participation['advertDeadline'] = text));
    expect(protocolOf(value).participation.advertDeadlineMs).toBe(ms);
  });

  it.each(['0s', '-1s', '1.5h', '1000000s', '10', '10 s', '10S', 'm', '1d', ''])(
    'refuses the duration %p',
    (text) => {
      expect(
        faultsOf(file(({ participation }) => (participation['advertDeadline'] = text))),
      ).toEqual(['participation.advertDeadline: must be a duration such as 500ms, 30s, 10m or 2h']);
    },
  );

  it.each([
    [2, 'adapter.rankPattern: must name each layer once'],
    [7001, 'adapter.rankPattern: Too big: expected array to have <=7000 items'],
  ])('refuses a rank pattern that names one layer %d times', (times, message) => {
    const layer = { block: 0, target: 'query', rank: 2, alpha: 4 };
    const adapter = { kind: 'lora', rankPattern: Array(times).fill(layer) };
    expect(() => parseStudyFile(file((draft) => (draft.adapter = adapter)))).toThrow(
      refusal('bad-study-file', message),
    );
  });

  it.each<[string, (draft: File & Record<string, unknown>) => void, string]>([
    [
      'an adapter that does not exist',
      (draft) => (draft.adapter = { kind: 'hyper' }),
      "adapter.kind: Invalid discriminator value. Expected 'linear-head' | 'lora' | 'rslora' | 'dora' | 'ia3' | 'last-blocks' | 'bitfit' | 'norm-tuning' | 'full' | 'bottleneck' | 'visual-prompts'",
    ],
    [
      'a class named twice',
      (draft) => (draft.task.classes = ['a', 'b', 'a']),
      'task.classes: must name each one once',
    ],
    [
      'a class without a UTF-8 form',
      (draft) => (draft.task.classes = ['a', '\ud800']),
      'task.classes: must not hold half a surrogate pair',
    ],
    [
      'a title without a UTF-8 form',
      (draft) => (draft.title = '\udc00'),
      'title: must not hold half a surrogate pair',
    ],
    [
      'a site named twice',
      ({ participation }) => (participation['sites'] = ['a', 'b', 'c', 'a']),
      'participation.sites: must name each one once',
    ],
    [
      'more sites needed than listed',
      ({ participation }) => (participation['sites'] = ['a', 'b']),
      'participation.minSites: must not be more than the sites that are listed',
    ],
    [
      'an infinite learning rate',
      ({ training }) => (training['optimizer'] = { kind: 'adamw', learningRate: Infinity }),
      'training.optimizer.learningRate: Invalid input: expected number, received Infinity',
    ],
    [
      'beta1 of 1',
      ({ training }) => (training['optimizer'] = { kind: 'adamw', learningRate: 1, beta1: 1 }),
      'training.optimizer.beta1: Too big: expected number to be <1',
    ],
    [
      'an update range of 0',
      ({ training }) => (training['updateRange'] = 0),
      `training.updateRange: Too small: expected number to be >=${2 ** -22}`,
    ],
    [
      'an update range above 1000',
      ({ training }) => (training['updateRange'] = 1001),
      'training.updateRange: Too big: expected number to be <=1000',
    ],
    [
      'clipping to nothing',
      ({ training }) => (training['clipNorm'] = 0),
      'training.clipNorm: Too small: expected number to be >0',
    ],
  ])('refuses %s', (_, change, fault) => {
    expect(faultsOf(file(change))).toEqual([fault]);
  });
});

describe('the study protocol of a study file', () => {
  it('has every float as bits and every deadline in milliseconds', () => {
    const { training, participation } = protocolOf(
      file((draft) => {
        draft.training['clipNorm'] = 2.5;
      }),
    );
    expect(training.optimizer).toEqual({
      kind: 'adamw',
      learningRate: encodeFloat(3e-3),
      weightDecay: encodeFloat(0.01),
      beta1: encodeFloat(0.9),
      beta2: encodeFloat(0.999),
      epsilon: encodeFloat(1e-8),
    });
    expect(decodeFloat(training.updateRange)).toBe(1);
    expect(training.clipNorm).toBe(encodeFloat(2.5));
    expect(participation).toMatchObject({ advertDeadlineMs: 60_000, roundDeadlineMs: 1_800_000 });
  });

  it('has no clipNorm when nothing is clipped', () => {
    expect('clipNorm' in protocolOf(file()).training).toBe(false);
  });

  it('carries the hash of the tensor schema that every site derives from it', () => {
    const protocol = protocolOf(file((draft) => (draft.training['updateRange'] = 0.25)));
    const { backbone, adapter, task, training } = protocol;
    const updateRange = decodeFloat(training.updateRange);
    const schema = adapterSchema({ geometry: backbone.geometry, adapter, task, updateRange });
    expect(protocol.schemaHash).toBe(schemaHash(schema));
  });

  it.each<[unknown, number[]]>([
    ['all', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]],
    [{ last: 2 }, [10, 11]],
    [{ last: 12 }, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]],
    [
      [11, 2, 2],
      [2, 11],
    ],
  ])('turns the blocks %j into indices, ascending and each once', (blocks, indices) => {
    const { adapter } = protocolOf(file((draft) => (draft.adapter['blocks'] = blocks)));
    expect(adapter).toMatchObject({ blocks: indices });
  });

  it.each([[[12]], [[0, 99]], [{ last: 13 }]])(
    'refuses the blocks %j of a backbone of twelve',
    (blocks) => {
      const value = file((draft) => (draft.adapter['blocks'] = blocks));
      expect(() => protocolOf(value)).toThrow(
        refusal('bad-study-file', 'adapter.blocks: the backbone has 12 blocks, numbered 0 to 11'),
      );
    },
  );

  it('names the private adapter where its blocks are wrong, and numbers those that are right', () => {
    const withOwn = (blocks: unknown) =>
      protocolOf(file((draft) => (draft['privateAdapter'] = { kind: 'rslora', blocks })));
    expect(withOwn({ last: 2 }).privateAdapter).toMatchObject({ kind: 'rslora', blocks: [10, 11] });
    expect(() => withOwn([12])).toThrow(
      refusal('bad-study-file', 'privateAdapter.blocks: the backbone has 12 blocks'),
    );
  });

  it('is the same for targets in another order or named twice', () => {
    const hashes = [
      ['mlp-up', 'query'],
      ['query', 'mlp-up', 'query'],
    ].map((targets) =>
      studyProtocolHash(protocolOf(file((draft) => (draft.adapter['targets'] = targets)))),
    );
    expect(new Set(hashes).size).toBe(1);
  });

  it('keeps a head without blocks as it is', () => {
    expect(protocolOf(file((draft) => (draft.adapter = { kind: 'linear-head' }))).adapter).toEqual({
      kind: 'linear-head',
    });
  });

  it('takes the seed of the file, as text, and only without one the given seed', () => {
    const seedOf = (seed: unknown) => protocolOf(file((draft) => (draft['seed'] = seed))).seed;
    expect([seedOf(undefined), seedOf(0), seedOf('0'), seedOf('spring')]).toEqual([
      'drawn',
      '0',
      '0',
      'spring',
    ]);
  });

  it('is refused for another backbone than the file names', () => {
    const study = parseStudyFile(file((draft) => (draft.backbone = `sha256:${'0'.repeat(64)}`)));
    expect(() => toStudyProtocol(study, BACKBONE, 'drawn')).toThrow(
      refusal('bad-study-file', 'backbone: the study names sha256:0000'),
    );
  });

  it('is refused when its adapter is larger than any update may be', () => {
    const geometry = { ...BACKBONE.geometry, hiddenSize: 8192 };
    const study = parseStudyFile(file((draft) => (draft.adapter['rank'] = 256)));
    expect(() => toStudyProtocol(study, { ...BACKBONE, geometry }, 'drawn')).toThrow(
      refusal('bad-study-file', 'adapter: expected at most 268435456 bytes of parameters'),
    );
  });

  it.each([2 ** -22, 1000])(
    'has a whole fixed-point scale at the update range %d',
    (updateRange) => {
      const { training } = protocolOf(
        file((draft) => (draft.training['updateRange'] = updateRange)),
      );
      expect(Number.isSafeInteger(fixedPointScale(decodeFloat(training.updateRange), 2))).toBe(
        true,
      );
    },
  );

  it('is canonical JSON that its own schema takes, whatever the file says', () => {
    const text = (maxLength: number) =>
      fc
        .string({ unit: 'binary', minLength: 1, maxLength })
        .filter((value) => value.length <= maxLength);
    const float = fc.double({ min: 1e-12, max: 900, noNaN: true });
    const anyFile = fc.record({
      title: text(200),
      classes: fc.uniqueArray(text(64), { minLength: 2, maxLength: 5 }),
      learningRate: float,
      clipNorm: fc.option(float, { nil: undefined }),
      seed: fc.oneof(fc.maxSafeNat(), text(128)),
    });
    fc.assert(
      fc.property(anyFile, ({ title, classes, learningRate, clipNorm, seed }) => {
        const protocol = protocolOf(
          file((draft) => {
            draft.title = title;
            draft.task.classes = classes;
            draft.training['optimizer'] = { kind: 'sgd', learningRate };
            draft.training['clipNorm'] = clipNorm;
            draft['seed'] = seed;
          }),
        );
        const read: unknown = JSON.parse(canonicalJson(protocol));
        expect(studyProtocolSchema.parse(read)).toEqual(protocol);
      }),
    );
  });
});
