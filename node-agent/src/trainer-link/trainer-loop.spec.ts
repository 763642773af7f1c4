import { ConsiliumError } from '@consilium/shared/vocabulary';
import { TRAINER_EXIT } from './exit-codes.js';
import type { Evaluated, EvaluateRequest, Progress, TrainerReply } from './messages.js';
import { mergeProgress } from './progress.js';
import { serveTrainer, type TrainerHandlers } from './trainer-loop.js';

const request: EvaluateRequest = {
  kind: 'evaluate',
  jobId: 'j',
  adapterFile: '/data/patients/anna.png',
  split: 'val',
};

/** A loop whose process is looked at from outside. */
function serve(evaluate: TrainerHandlers['evaluate'], memoryBytes = 0) {
  const replies: TrainerReply[] = [];
  const exits: number[] = [];
  let message: (value: unknown) => void = () => undefined;
  let disconnect: () => void = () => undefined;
  const unused = (): Promise<never> => Promise.reject(new Error('not used here'));
  serveTrainer(
    {
      onMessage: (listener) => (message = listener),
      onDisconnect: (listener) => (disconnect = listener),
      send: (reply) => {
        replies.push(reply);
        return Promise.resolve();
      },
      memoryBytes: () => memoryBytes,
      exit: (code) => exits.push(code),
    },
    {
      open: unused,
      train: unused,
      evaluate,
      extract: unused,
      probe: unused,
      measure: ({ jobId }) =>
        Promise.resolve({
          kind: 'measured',
          jobId,
          operationsPerSecond: 1e9,
          engine: {
            backend: 'none',
            version: '0',
            device: 'processor',
            threads: 1,
            reason: 'named',
          },
        }),
      refusedDataset: () => undefined,
    },
    { memoryLimitBytes: 100 },
  );
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return {
    replies,
    exits,
    disconnect: () => disconnect(),
    tell: (value: unknown) => (message(value), settled()),
  };
}

const failing = (error: Error) => () => Promise.reject<Evaluated>(error);

describe('the trainer loop', () => {
  it('answers a coded error with code and message', async () => {
    const loop = serve(
      failing(new ConsiliumError('non-finite', 'the training loss is not finite')),
    );
    await loop.tell(request);
    expect(loop.replies).toEqual([
      {
        kind: 'failed',
        jobId: 'j',
        code: 'non-finite',
        message: 'the training loss is not finite',
      },
    ]);
  });

  it('keeps the words of any other error to itself', async () => {
    const error = Object.assign(new Error('open /data/patients/anna.png'), { code: 'EACCES' });
    const loop = serve(failing(error));
    await loop.tell(request);
    expect(loop.replies).toMatchObject([{ code: 'training-failed' }]);
    expect(JSON.stringify(loop.replies)).toMatch(/EACCES/);
    expect(JSON.stringify(loop.replies)).not.toMatch(/anna|patients/);
  });

  it('refuses what is no request, naming fields but not values', async () => {
    const loop = serve(failing(new Error('unused')));
    await loop.tell({ ...request, split: 'anna' });
    expect(loop.replies).toMatchObject([{ kind: 'failed', code: 'bad-message' }]);
    expect(JSON.stringify(loop.replies)).toMatch(/split/);
    expect(JSON.stringify(loop.replies)).not.toMatch(/anna/);
  });

  it('refuses a second request while it is busy', async () => {
    const loop = serve(() => new Promise(() => undefined));
    await loop.tell(request);
    await loop.tell(request);
    expect(loop.replies).toMatchObject([{ kind: 'failed', code: 'wrong-state' }]);
  });

  it('ends the process at the next progress above the memory limit', async () => {
    const progress: Progress = {
      kind: 'progress',
      jobId: 'j',
      phase: 'evaluating',
      step: 1,
      steps: 9,
      epoch: 0,
    };
    const loop = serve((_, report) => {
      report(progress);
      return new Promise(() => undefined);
    }, 101);
    await loop.tell(request);
    expect(loop.exits).toEqual([TRAINER_EXIT.outOfMemory]);
  });

  it('ends the process when the supervisor is gone', () => {
    const loop = serve(failing(new Error('unused')));
    loop.disconnect();
    expect(loop.exits).toEqual([TRAINER_EXIT.done]);
  });
});

describe('mergeProgress', () => {
  it('passes on at most ten a second, with the mean loss of what it merged, and always the last', () => {
    const sent: Progress[] = [];
    let now = 0;
    const report = mergeProgress(
      (progress) => sent.push(progress),
      () => now,
    );
    const step = (step: number, loss: number): Progress => ({
      kind: 'progress',
      jobId: 'j',
      phase: 'training',
      step,
      steps: 5,
      epoch: 0,
      loss,
    });
    report(step(1, 4));
    report(step(2, 3));
    now = 100;
    report(step(3, 1));
    report(step(4, 8));
    report(step(5, 6));
    expect(sent.map(({ step, loss }) => [step, loss])).toEqual([
      [1, 4],
      [3, 2],
      [5, 7],
    ]);
  });

  it('hands each kind of request to its handler', async () => {
    const loop = serve(failing(new Error('not used here')));
    await loop.tell({ kind: 'measure', jobId: 'm' });
    expect(loop.replies).toMatchObject([{ kind: 'measured', jobId: 'm' }]);
  });
});
