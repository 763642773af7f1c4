/** Stands in for a coordinator with one study whose rounds a spec commits: what commands that only read need. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RoundView, StudyView } from '@consilium/shared/answers';
import type { Signed } from '@consilium/shared/crypto';
import { encodeFloat } from '@consilium/shared/encoding';
import type { Evaluation, Metrics, StudyProtocol } from '@consilium/shared/protocol';
import { parseAttemptId, parseSiteId, type ContentHash } from '@consilium/shared/vocabulary';

const BEGAN_AT_MS = 1_764_201_600_000;
const ROUND_MS = 60_000;
const TOTAL = 3;
const SITES = ['northgate', 'southside'].map(parseSiteId);

export class StandInCoordinator {
  private committed = 0;
  private phase: StudyView['phase'] = 'running';
  private reported: readonly Evaluation[] = [];
  private protocol: Signed<StudyProtocol> | undefined;
  private silent: string | undefined;
  private otherwise: unknown;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<StandInCoordinator> {
    const server = createServer((request, response) => {
      const answer = coordinator.answerTo(request.url ?? '');
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ?? {}));
    });
    const coordinator = new StandInCoordinator(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return coordinator;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  commitRounds(count: number, phase: StudyView['phase'] = 'running'): void {
    this.committed = count;
    this.phase = phase;
  }

  /** A site's measurement of a checkpoint arrives. */
  report(siteId: string, split: Evaluation['split'], roundNo: number): void {
    const body: Evaluation = {
      v: 1,
      studyId: 'smears' as Evaluation['studyId'],
      siteId: parseSiteId(siteId),
      roundNo,
      adapterCheckpointHash: hashOf('a'),
      split,
      metrics: metrics(roundNo),
    };
    this.reported = [...this.reported, body];
  }

  /** The study has this protocol. */
  sign(protocol: Signed<StudyProtocol>): void {
    this.protocol = protocol;
  }

  /** The site sends no update, in no round. */
  silence(siteId: string): void {
    this.silent = siteId;
  }

  answerOtherwise(answer: unknown): void {
    this.otherwise = answer;
  }

  openedAtMs(roundNo: number): number {
    return BEGAN_AT_MS + (roundNo - 1) * ROUND_MS;
  }

  endedAtMs(roundNo: number): number {
    return this.openedAtMs(roundNo) + ROUND_MS / 2;
  }

  private answerTo(path: string): unknown {
    if (this.otherwise !== undefined) {
      return this.otherwise;
    }
    switch (path) {
      case '/v1/studies':
        return [this.study(), { ...this.study(), studyId: 'smears-2' }];
      case '/v1/studies/smears/protocol':
        return this.protocol;
      case '/v1/studies/smears':
        return this.study();
      case '/v1/studies/smears/rounds':
        return Array.from({ length: this.committed }, (_, i) => this.round(i + 1));
      case '/v1/studies/smears/evaluations':
        return this.reported.map((body) => ({
          body,
          keyId: '0123456789abcdef',
          signature: Buffer.alloc(64).toString('base64'),
        }));
      default:
        return undefined;
    }
  }

  private study(): StudyView {
    return {
      studyId: 'smears',
      title: 'Blood smears',
      phase: this.phase,
      reason: '',
      protocolHash: hashOf('b'),
      backboneHash: hashOf('c'),
      minSites: 2,
      aggregation: [],
      security: { kind: 'plain' },
      sites: [],
      declined: [],
      rounds: { committed: this.committed, total: TOTAL },
      adapterCheckpointHash: hashOf('d'),
    };
  }

  private round(roundNo: number): RoundView {
    return {
      roundNo,
      adapterCheckpointHash: hashOf('d'),
      attempts: [
        {
          attemptId: parseAttemptId(String(roundNo).padStart(32, '0')),
          attemptNo: 1,
          aggregation: 'plain',
          phase: 'committed',
          phaseSinceMs: this.endedAtMs(roundNo),
          phases: [],
          awaited: [],
          needed: 2,
          openedAtMs: this.openedAtMs(roundNo),
          endedAtMs: this.endedAtMs(roundNo),
          manifestHash: hashOf('e'),
          participants: SITES.map((siteId, i) => {
            const common = { siteId, weight: 40 + i, times: {} };
            return siteId === this.silent
              ? { ...common, state: 'dropped', bytes: 0, trainMs: 0 }
              : { ...common, ...updateAfter(roundNo) };
          }),
        },
      ],
    };
  }
}

function updateAfter(roundNo: number) {
  return {
    state: 'survivor' as const,
    bytes: 4096,
    trainMs: 2000,
    cut: 3,
    vectorHash: hashOf('f'),
    evaluation: { before: metrics(roundNo - 1), after: metrics(roundNo) },
  };
}

/** Eight pictures of each of two classes, of which one more is right with each round. */
function metrics(roundNo: number): Metrics {
  const right = 4 + roundNo;
  return {
    samples: 16,
    loss: encodeFloat(1 / (1 + roundNo)),
    confusion: [
      [right, 8 - right],
      [8 - right, right],
    ],
    balancedAccuracy: encodeFloat(right / 8),
    auroc: 'undefined',
  };
}

function hashOf(digit: string): ContentHash {
  return `sha256:${digit.repeat(64)}` as ContentHash;
}
