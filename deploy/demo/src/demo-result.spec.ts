import { encodeFloat } from '@consilium/shared/encoding';
import type {
  Evaluation,
  Manifest,
  Metrics,
  RoundRecord,
  UpdateHeader,
} from '@consilium/shared/protocol';
import {
  parseAttemptId,
  parseContentHash,
  parseSiteId,
  parseStudyId,
} from '@consilium/shared/vocabulary';
import type { Attempt, Evidence } from './bundle-reading.js';
import {
  type DemoResult,
  federatedScores,
  meanOf,
  scoreTable,
  toRoundLines,
} from './demo-result.js';
import { EventBoard } from './event-board.js';

const NORTH = parseSiteId('north');
const SOUTH = parseSiteId('south');
const HASH = parseContentHash(`sha256:${'ab'.repeat(32)}`);
const STUDY = { v: 1, studyId: parseStudyId('blood-cells') } as const;

const metrics = (balancedAccuracy: number, auroc?: number): Metrics => ({
  samples: 10,
  loss: encodeFloat(0.25),
  confusion: [[10]],
  balancedAccuracy: encodeFloat(balancedAccuracy),
  auroc: auroc === undefined ? 'undefined' : encodeFloat(auroc),
});

function evaluation(siteId: typeof NORTH, split: 'val' | 'test', accuracy: number): Evaluation {
  const { studyId } = STUDY;
  const common = { v: 1, studyId, roundNo: 2, adapterCheckpointHash: HASH } as const;
  return { ...common, siteId, split, metrics: metrics(accuracy) };
}

interface AttemptFigures {
  readonly round: number;
  readonly attempt: number;
  readonly isCommitted: boolean;
  /** Training time and the accuracy of the checkpoint that training started from, by site. */
  readonly sent: readonly [typeof NORTH, number, number][];
  readonly wallMs: number;
}

const idOf = (round: number, attempt: number) =>
  parseAttemptId(`${round}${attempt}`.padStart(32, '0'));

function attempt({
  round,
  attempt: attemptNo,
  isCommitted,
  sent,
  wallMs,
}: AttemptFigures): Attempt {
  const place = { ...STUDY, roundNo: round, attemptId: idOf(round, attemptNo) };
  const hashes = { manifestHash: HASH, peersHash: HASH, schemaHash: HASH };
  const manifest: Manifest = {
    ...place,
    attemptNo,
    studyProtocolHash: HASH,
    backboneHash: HASH,
    schemaHash: HASH,
    adapterCheckpointHash: HASH,
    rosterEpoch: 2,
    rosterHash: HASH,
    rosterLeafIndex: 4,
    cohort: [NORTH, SOUTH],
    minSites: 2,
    aggregation: { kind: 'plain', key: '' },
    advertDeadlineMs: 1,
    roundDeadlineMs: 1,
    issuedAtMs: 0,
  };
  const headers = sent.map(([siteId, trainMs, before]): UpdateHeader => ({
    ...place,
    ...hashes,
    siteId,
    payload: {
      kind: 'encrypted',
      cipher: 'aes256gcm-stream',
      wrappedKey: { nonce: '', box: '' },
    },
    plaintextBytes: 4,
    vectorHash: HASH,
    chunkCount: 1,
    chunkRoot: '',
    cut: 0,
    evaluation: { before: metrics(before, 0.75), after: metrics(0) },
    trainMs,
    engine: 'sample',
    policyHash: hashes.schemaHash,
  }));
  const record: RoundRecord = {
    ...place,
    ...hashes,
    attemptNo,
    participants: [],
    survivors: sent.map(([siteId]) => siteId),
    advertised: 2,
    weightTotal: 2,
    weightSurvivors: 2,
    ringSumHash: HASH,
    aggregation: { kind: 'plain' },
    serverOptimizer: { kind: 'mean' },
    previousAdapterCheckpointHash: HASH,
    adapterCheckpointHash: HASH,
    softwareVersion: '0.1.0',
  };
  return { manifest, headers, record: isCommitted ? record : undefined, wallMs };
}

const EVIDENCE: Evidence = {
  attempts: [
    attempt({ round: 1, attempt: 1, isCommitted: false, sent: [[NORTH, 9, 0.1]], wallMs: 50 }),
    attempt({
      round: 1,
      attempt: 2,
      isCommitted: true,
      sent: [
        [NORTH, 700, 0.1],
        [SOUTH, 900, 0.1],
      ],
      wallMs: 1000,
    }),
    attempt({
      round: 2,
      attempt: 1,
      isCommitted: true,
      sent: [
        [NORTH, 600, 0.6],
        [SOUTH, 500, 0.7],
      ],
      wallMs: 800,
    }),
  ],
  evaluations: [
    evaluation(NORTH, 'val', 0.8),
    evaluation(SOUTH, 'val', 0.9),
    evaluation(NORTH, 'test', 0.85),
    evaluation(SOUTH, 'test', 0.95),
  ],
  logSize: 30,
};

/** Counts run on from an agent's start; the agent of the south starts anew in round 2. */
function boardWithTraffic(): EventBoard {
  const board = new EventBoard(() => undefined);
  board.add('north', { event: 'joined', used: 10 });
  board.add('north', { event: 'result', attempt: idOf(1, 2), bytesUp: 100, bytesDown: 10 });
  board.add('north', { event: 'result', attempt: idOf(2, 1), bytesUp: 107, bytesDown: 10 });
  board.add('south', { event: 'uploaded', round: 1, bytesUp: 150, bytesDown: 5 });
  board.add('south', { event: 'result', attempt: idOf(1, 2), bytesUp: 200, bytesDown: 20 });
  board.add('south', { event: 'result', attempt: idOf(2, 1), bytesUp: 5, bytesDown: 4 });
  return board;
}

describe('the rounds of the demo', () => {
  const lines = toRoundLines(EVIDENCE, boardWithTraffic());

  it('have the figures of all sites together where a sum is all that is known', () => {
    const before = { loss: 0.5, balancedAccuracy: 0.65, auroc: null };
    const [aborted, first, second] = EVIDENCE.attempts;
    const pooled = [aborted, first, second && { ...second, pooled: { before, after: before } }];
    const attempts = pooled.flatMap((each) => each ?? []);
    const [, line] = toRoundLines({ ...EVIDENCE, attempts }, boardWithTraffic());
    expect(line?.metrics).toEqual({ 'all sites': before });
  });

  it('are told attempt by attempt, as the evidence has them', () => {
    expect(
      lines.map(({ round, attempt: no, state, survivors }) => [round, no, state, survivors]),
    ).toEqual([
      [1, 1, 'aborted', []],
      [1, 2, 'committed', ['north', 'south']],
      [2, 1, 'committed', ['north', 'south']],
    ]);
  });

  it('cost the slowest training, and what else passed', () => {
    expect(lines[1]).toMatchObject({ wallMs: 1000, trainMs: 900, overheadMs: 100 });
  });

  it('cost the bytes by which the counts of all sites grew in them', () => {
    const [, second, third] = lines;
    expect(second).toMatchObject({ bytesUp: 300, bytesDown: 30 });
    expect(third).toMatchObject({ bytesUp: 7 + 5, bytesDown: 4 });
  });

  it('are measured at the start of the next one, the last one in the final evaluation', () => {
    const scored = (balancedAccuracy: number, auroc: number | null) => ({
      loss: 0.25,
      balancedAccuracy,
      auroc,
    });
    expect(lines.map(({ metrics: after }) => after)).toEqual([
      {},
      { north: scored(0.6, 0.75), south: scored(0.7, 0.75) },
      { north: scored(0.8, null), south: scored(0.9, null) },
    ]);
  });
});

describe('the scores of the demo', () => {
  it('are those that the sites signed for their test split', () => {
    expect(federatedScores(EVIDENCE)).toEqual({ north: 0.85, south: 0.95 });
  });

  it('have a mean', () => {
    expect(meanOf([0.5, 1])).toBe(0.75);
  });

  it('are a table of one row an adapter and one column a site', () => {
    const site = (name: string) => ({ site: name, images: 10, used: 10, skipped: 0 });
    const result: DemoResult = {
      study: 'blood-cells',
      sites: [site('north'), site('southgate')],
      rounds: [],
      evaluation: {
        local: { north: { north: 0.9, southgate: 0.5 }, southgate: { north: 0.4, southgate: 1 } },
        federated: { north: 0.85, southgate: 0.95 },
        pooled: { north: 0.875, southgate: 0.975 },
        majority: { north: 0.5 },
      },
      adapter: { file: 'adapter.safetensors', sha256: 'ab', parameters: 3 },
      bundle: 'bundle',
      log: { size: 30, root: 'root' },
      verified: true,
    };
    expect(scoreTable(result).split('\n')).toEqual([
      'Balanced accuracy on the test split of',
      'adapter              north  southgate   mean',
      'majority class       0.500      0.000  0.250',
      'north alone          0.900      0.500  0.700',
      'southgate alone      0.400      1.000  0.700',
      'federated            0.850      0.950  0.900',
      'pooled (upper line)  0.875      0.975  0.925',
    ]);
  });
});
