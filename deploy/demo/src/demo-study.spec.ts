import { encodeFloat } from '@consilium/shared/encoding';
import {
  adapterSchema,
  parseStudyFile,
  PLAIN_VIT,
  toStudyProtocol,
  type BackboneDescription,
} from '@consilium/shared/protocol';
import { parseContentHash } from '@consilium/shared/vocabulary';
import { parse } from 'yaml';
import { DEMO_ADAPTERS, demoAdapter } from './demo-adapters.js';
import { DEMO_STUDY_ID, demoStudyFile, type DemoStudy } from './demo-study.js';

const STUDY: DemoStudy = {
  classes: ['basophil', 'monocyte', '007', 'yes'],
  backboneHash: `sha256:${'ab'.repeat(32)}`,
  sites: 3,
  rounds: undefined,
  seed: 7,
  method: demoAdapter('lora'),
  aggregation: 'plain',
};

/** The shape of the backbone that the project ships. */
const BACKBONE: BackboneDescription = {
  hash: parseContentHash(STUDY.backboneHash),
  geometry: {
    ...PLAIN_VIT,
    hiddenSize: 128,
    layers: 6,
    heads: 4,
    mlpSize: 512,
    imageSize: 64,
    patchSize: 8,
    layerNormEps: encodeFloat(1e-6),
  },
  preprocessing: {
    resize: { kind: 'exact', height: 64, width: 64 },
    resample: 'bicubic',
    resizes: 'bytes',
    rescale: encodeFloat(1 / 255),
    mean: [0.5, 0.5, 0.5].map(encodeFloat),
    std: [0.5, 0.5, 0.5].map(encodeFloat),
  },
  parameters: 1,
};

const read = (study: DemoStudy) => parseStudyFile(parse(demoStudyFile(study)));

describe('the study of the demo', () => {
  it('is a study file that the coordinator takes', () => {
    const file = read(STUDY);
    expect(file).toMatchObject({
      study: DEMO_STUDY_ID,
      backbone: STUDY.backboneHash,
      adapter: { kind: 'lora', blocks: { last: 2 } },
      participation: { minSites: 3, advertDeadline: 120_000, roundDeadline: 600_000 },
      seed: 7,
    });
  });

  it('keeps class names that YAML would read as something else', () => {
    expect(read(STUDY).task.classes).toEqual(STUDY.classes);
  });

  it('has twelve rounds unless told otherwise', () => {
    expect(read(STUDY).training.rounds).toBe(12);
    expect(read({ ...STUDY, rounds: 2 }).training.rounds).toBe(2);
  });

  it.each([
    ['plain', { secureAggregation: 'off' }],
    ['secure', { secureAggregation: 'on', colluders: 1 }],
  ] as const)('sums as it is told: %s', (aggregation, privacy) => {
    expect(read({ ...STUDY, aggregation }).privacy).toEqual(privacy);
  });

  it.each(Object.entries(DEMO_ADAPTERS))('can train the adapter %s', (_, method) => {
    const protocol = toStudyProtocol(read({ ...STUDY, method }), BACKBONE, '7');
    const { geometry } = BACKBONE;
    const { adapter, task } = protocol;
    expect(adapter.kind).toBe(method.adapter.kind);
    expect(adapterSchema({ geometry, adapter, task, updateRange: 1 }).at(-1)?.name).toBe(
      'head.bias',
    );
  });
});
