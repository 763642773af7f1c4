/** Short answers are read here, long ones by a worker, which stands in this process. */
import { encodeFloat } from '@consilium/shared/encoding';
import { seriesOf } from './series.js';
import { readSeries, type Pieces, type SeriesAnswers } from './read-series.js';
import { toColumns } from './series-columns.js';
import type { FromSeriesWorker } from './series-worker.js';

const HASH = `sha256:${'0'.repeat(64)}`;

function metrics(right: number, wrong: number) {
  const confusion = [
    [right, wrong],
    [wrong, right],
  ];
  const balancedAccuracy = encodeFloat(right / (right + wrong));
  const samples = 2 * (right + wrong);
  return { samples, loss: encodeFloat(0.5), confusion, balancedAccuracy, auroc: 'undefined' };
}

function roundOf(roundNo: number, sites: number) {
  const participants = Array.from({ length: sites }, (_, i) => ({
    siteId: `hospital-${i}`,
    state: 'survivor',
    weight: 1,
    bytes: 1,
    trainMs: 1,
    times: {},
    evaluation: { before: metrics(3, 1), after: metrics(4, i) },
  }));
  const attempt = {
    attemptId: `${roundNo}`.padStart(32, '0'),
    attemptNo: 1,
    aggregation: 'plain',
    phase: 'committed',
    phaseSinceMs: 1,
    phases: [],
    awaited: [],
    needed: 1,
    openedAtMs: 5,
    endedAtMs: 10 * roundNo,
    manifestHash: HASH,
    participants,
  };
  return { roundNo, attempts: [attempt] };
}

/** Cut in the middle of it, as a network does. */
function piecesOf(value: unknown): Pieces {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  const middle = Math.floor(bytes.length / 2);
  return [bytes.slice(0, middle), bytes.slice(middle)];
}

function answers(rounds: number, sites: number): SeriesAnswers {
  const list = Array.from({ length: rounds }, (_, i) => roundOf(i + 1, sites));
  return { rounds: piecesOf(list), reported: piecesOf([]) };
}

/** As series-worker.ts; it answers after the page has gone on, and says nothing once it is terminated. */
class WorkerHere extends EventTarget {
  static readonly all: WorkerHere[] = [];
  isTerminated = false;

  constructor() {
    super();
    WorkerHere.all.push(this);
  }

  postMessage(told: SeriesAnswers): void {
    setImmediate(() => {
      if (!this.isTerminated) {
        this.dispatchEvent(new MessageEvent('message', { data: answerTo(told) }));
      }
    });
  }

  terminate(): void {
    this.isTerminated = true;
  }
}

function answerTo(told: SeriesAnswers): FromSeriesWorker {
  try {
    return { kind: 'done', columns: toColumns(readSeries(told)) };
  } catch (error) {
    return { kind: 'failed', message: String(error) };
  }
}

describe('figures of a study from its answers', () => {
  beforeEach(() => {
    WorkerHere.all.length = 0;
    Object.assign(globalThis, { Worker: WorkerHere });
  });

  it('are the same from a worker as read at once', async () => {
    const [short, long] = [await seriesOf(answers(3, 4)), await seriesOf(answers(300, 4))];
    expect(WorkerHere.all.map(({ isTerminated }) => isTerminated)).toEqual([true]);
    expect([short.together.length, long.together.length]).toEqual([3, 300]);
    expect(long.together.slice(0, 3)).toEqual(short.together);
    expect(long.sites.map(({ siteId }) => siteId)).toEqual(short.sites.map(({ siteId }) => siteId));
    expect(long.sites[3]?.measured.slice(0, 3)).toEqual(short.sites[3]?.measured);
  });

  it('are refused where a long answer has another form', async () => {
    const { reported } = answers(1, 1);
    const rounds = piecesOf(Array.from({ length: 50_000 }, (_, roundNo) => ({ roundNo })));
    await expect(seriesOf({ rounds, reported })).rejects.toThrow('attempts');
    expect(WorkerHere.all[0]?.isTerminated).toBe(true);
  });

  it('of nobody any more end their worker', async () => {
    const aborting = new AbortController();
    const wanted = seriesOf(answers(300, 4), aborting.signal);
    aborting.abort(new Error('left the page'));
    await expect(wanted).rejects.toThrow('left the page');
    expect(WorkerHere.all[0]?.isTerminated).toBe(true);
  });
});
