/** The page's end of the worker, with a worker that does its tasks in this process. */
import type { VerificationStep } from '@consilium/shared/verify';
import { playSampleStudy } from '@consilium/shared/verify/testing';
import { isConsiliumError } from '@consilium/shared/vocabulary';
import type { FetchedBundle } from './fetch-bundle.js';
import { doTask } from './verification-tasks.js';
import { proveConsistency, proveInclusion, recomputeRound, verify } from './verification.js';
import type { FromWorker, HeldBundle, ToWorker } from './worker-messages.js';

const bundleOf = (name: string): FetchedBundle => ({
  studyId: name,
  fetchedAtMs: 0,
  indexHash: '',
  files: playSampleStudy().files,
  proofs: [],
  pageTemplate: '',
});
const bundle = bundleOf('a');

/** As verification-worker.ts; answers come after the page has gone on. */
class WorkerHere extends EventTarget {
  static readonly all: WorkerHere[] = [];
  readonly told: ToWorker[] = [];
  isTerminated = false;
  private readonly held = new Map<number, HeldBundle>();

  constructor() {
    super();
    WorkerHere.all.push(this);
  }

  postMessage(message: ToWorker): void {
    this.told.push(message);
    if (message.kind === 'hold') {
      this.held.set(message.bundleId, message.bundle);
      return;
    }
    setTimeout(() => {
      this.answer(message);
    }, 0);
  }

  terminate(): void {
    this.isTerminated = true;
  }

  private answer({ requestId, bundleId = 0, task }: Extract<ToWorker, { kind: 'do' }>): void {
    const steps: VerificationStep[] = [];
    try {
      const answer = doTask(task, this.held.get(bundleId), (step) => steps.push(step));
      this.say({ kind: 'steps', requestId, steps });
      this.say({ kind: 'done', requestId, answer });
    } catch (error) {
      const { code, message } = error as Extract<FromWorker, { kind: 'failed' }>;
      this.say({ kind: 'failed', requestId, code, message });
    }
  }

  private say(data: FromWorker): void {
    if (!this.isTerminated) {
      this.dispatchEvent(Object.assign(new Event('message'), { data }));
    }
  }
}

const newest = (): WorkerHere => WorkerHere.all.at(-1) as WorkerHere;

describe('verification in the browser', () => {
  beforeAll(() => {
    Object.assign(globalThis, { Worker: WorkerHere });
  });

  it('gives a bundle to the worker once, and each answer to whoever asked', async () => {
    const seen: VerificationStep[] = [];
    const [whole, leaf, round] = await Promise.all([
      verify(bundle, { onSteps: (steps) => seen.push(...steps) }),
      proveInclusion(bundle, 0),
      recomputeRound(bundle, 1),
    ]);
    expect(whole.report.verified).toBe(true);
    expect(leaf).toMatchObject({ holds: true, leafIndex: 0 });
    expect(round).toMatchObject({ holds: true, roundNo: 1 });
    expect(seen.at(-1)).toMatchObject({ kind: 'ended', progress: 1 });
    const { told } = newest();
    expect(told.map(({ kind }) => kind)).toEqual(['hold', 'do', 'do', 'do']);
    await proveConsistency(bundleOf('b'), whole.checkpoint ?? '');
    expect(told.filter(({ kind }) => kind === 'hold')).toHaveLength(2);
    expect(WorkerHere.all).toHaveLength(1);
  });

  it('says with its code what is wrong', async () => {
    const error = await proveInclusion(bundle, 10 ** 6).catch((reason: unknown) => reason);
    expect(isConsiliumError(error, 'not-found')).toBe(true);
  });

  it('ends at once when somebody stops it, and begins again with another worker', async () => {
    const stop = new AbortController();
    const first = newest();
    const stopped = verify(bundle, { signal: stop.signal });
    const beside = proveInclusion(bundle, 0);
    stop.abort(new Error('enough'));
    await expect(stopped).rejects.toThrow('enough');
    await expect(beside).rejects.toThrow('enough');
    expect(first.isTerminated).toBe(true);
    await expect(verify(bundle, { signal: stop.signal })).rejects.toThrow('enough');
    expect(await proveInclusion(bundle, 0)).toMatchObject({ holds: true });
    expect(newest()).not.toBe(first);
  });

  it('says so when the worker ends by itself', async () => {
    const proof = proveInclusion(bundle, 0);
    newest().dispatchEvent(new Event('error'));
    await expect(proof).rejects.toThrow('the verification ended by itself');
  });
});
