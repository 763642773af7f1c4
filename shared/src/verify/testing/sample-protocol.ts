/** A study small enough to change each byte of its bundle. */
import { encodeFloat } from '../../encoding/index.js';
import {
  parseStudyFile,
  PLAIN_VIT,
  toStudyProtocol,
  type BackboneDescription,
  type StudyProtocol,
} from '../../protocol/index.js';
import { parseContentHash } from '../../vocabulary/index.js';

const BACKBONE: BackboneDescription = {
  hash: parseContentHash(`sha256:${'b0'.repeat(32)}`),
  geometry: {
    ...PLAIN_VIT,
    hiddenSize: 8,
    layers: 2,
    heads: 2,
    mlpSize: 16,
    imageSize: 16,
    patchSize: 8,
    layerNormEps: encodeFloat(1e-12),
  },
  preprocessing: {
    resize: { kind: 'exact', height: 16, width: 16 },
    resample: 'bilinear',
    resizes: 'bytes',
    rescale: encodeFloat(1 / 255),
    mean: [encodeFloat(0.5), encodeFloat(0.5), encodeFloat(0.5)],
    std: [encodeFloat(0.5), encodeFloat(0.5), encodeFloat(0.5)],
  },
  parameters: 1000,
};

/** Two rounds, at least two of the sites, a LoRA of 59 parameters. */
export function sampleProtocol(): StudyProtocol {
  return protocolOf({ secureAggregation: 'off' }, 2);
}

/** The same with secure sums, of at least three sites, of which one may collude with the coordinator. */
export function secureProtocol(): StudyProtocol {
  return protocolOf({ secureAggregation: 'on', colluders: 1 }, 3);
}

/** The first, with a vote of the sites on each candidate. */
export function votingProtocol(): StudyProtocol {
  return protocolOf({ secureAggregation: 'off' }, 2, { acceptance: { maxNorm: 10 } });
}

/** The second, with that vote. */
export function votedSecureProtocol(): StudyProtocol {
  const acceptance = { maxNorm: 10 };
  return protocolOf({ secureAggregation: 'on', colluders: 1 }, 3, { acceptance });
}

/** One round of secure sums of groups of at least five sites, so of at least fifteen sites. */
export function groupedProtocol(): StudyProtocol {
  return protocolOf({ secureAggregation: 'on', colluders: 1, groups: {} }, 15, { rounds: 1 });
}

interface Rest {
  readonly acceptance?: object | 'off';
  readonly rounds?: number;
}

function protocolOf(
  privacy: object,
  minSites: number,
  { acceptance = 'off', rounds = 2 }: Rest = {},
): StudyProtocol {
  const file = parseStudyFile({
    study: 'blood-cells',
    title: 'Blood cells of three laboratories',
    task: { kind: 'classification', classes: ['eosinophil', 'lymphocyte', 'monocyte'] },
    backbone: BACKBONE.hash,
    adapter: { kind: 'lora', rank: 2, alpha: 4, targets: ['query'], blocks: { last: 1 } },
    training: { rounds, optimizer: { kind: 'sgd', learningRate: 0.1 } },
    privacy,
    acceptance,
    participation: { minSites, maxAttempts: 2 },
    seed: 7,
  });
  return toStudyProtocol(file, BACKBONE, 'unused');
}
