/** Short answers are read here, long ones by a worker, which stands in this process. */
import { encodeFloat } from '@consilium/shared/encoding';
import { readRounds, type Pieces } from './read-rounds.js';
import { RoundsReader } from './rounds-reader.js';
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
  return { roundNo, attempts: [attempt], adapterCheckpointHash: HASH };
}

/** Cut in the middle of it, as a network does. */
function piecesOf(value: unknown): Pieces {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  const middle = Math.floor(bytes.length / 2);
  return [bytes.slice(0, middle), bytes.slice(middle)];
}

function answer(rounds: number, sites: number): Pieces {
  return piecesOf(Array.from({ length: rounds }, (_, i) => roundOf(i + 1, sites)));
}

/** As series-worker.ts; it answers after the page has gone on, and says nothing once it is terminated. */
class WorkerHere extends EventTarget {
  static readonly all: WorkerHere[] = [];
  isTerminated = false;

  constructor() {
    super();
    WorkerHere.all.push(this);
  }

  postMessage(told: Pieces): void {
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

function answerTo(told: Pieces): FromSeriesWorker {
  try {
    return { kind: 'done', columns: toColumns(readRounds(told)) };
  } catch (error) {
    return { kind: 'failed', message: String(error) };
  }
}

describe('figures of rounds from an answer', () => {
  let leaving: AbortController;
  let reader: RoundsReader;

  beforeEach(() => {
    WorkerHere.all.length = 0;
    Object.assign(globalThis, { Worker: WorkerHere });
    leaving = new AbortController();
    reader = new RoundsReader(leaving.signal);
  });

  const areTerminated = () => WorkerHere.all.map(({ isTerminated }) => isTerminated);

  it('are the same from a worker as read at once', async () => {
    const long = await reader.read(answer(300, 4));
    expect(areTerminated()).toEqual([false]);
    expect(long).toEqual(readRounds(answer(300, 4)));
    expect([long.count, long.last]).toEqual([300, { roundNo: 300, adapterCheckpointHash: HASH }]);
    expect(long.figures.series.together).toHaveLength(300);
  });

  it('need no worker when there are few, and one for all answers that are long', async () => {
    await reader.read(answer(3, 4));
    expect(WorkerHere.all).toEqual([]);
    await reader.read(answer(300, 4));
    await reader.read(answer(200, 4));
    expect(areTerminated()).toEqual([false]);
    reader.close();
    expect(areTerminated()).toEqual([true]);
  });

  it('are refused where a long answer has another form', async () => {
    const rounds = piecesOf(Array.from({ length: 50_000 }, (_, roundNo) => ({ roundNo })));
    await expect(reader.read(rounds)).rejects.toThrow('attempts');
  });

  it('are waited for by nobody who has left the page', async () => {
    const wanted = reader.read(answer(300, 4));
    leaving.abort(new Error('left the page'));
    await expect(wanted).rejects.toThrow('left the page');
    await expect(reader.read(answer(300, 4))).rejects.toThrow('left the page');
  });
});
