/** A process in place of the trainer that answers, hangs, dies or talks nonsense as the study id of 'open' tells it. */
const has = (word) => process.argv.includes(word);
const PROCESSOR = {
  backend: 'none',
  version: '0',
  device: 'processor',
  threads: 1,
  reason: 'named',
};
const GPU = { ...PROCESSOR, backend: 'webgpu', device: 'Planted GPU' };
let ENGINE = PROCESSOR;
const { opened } = JSON.parse(process.argv.at(-1));
let behaviour = '';

const answers = {
  works: ({ jobId }) => {
    process.send({ kind: 'progress', jobId, phase: 'training', step: 1, steps: 1, epoch: 0 });
    process.send({ kind: 'trained', jobId, samples: 1, wallMs: 1, engine: ENGINE });
  },
  hangs: () => undefined,
  exits: () => process.exit(3),
  dies: () => process.kill(process.pid, 'SIGKILL'),
  'runs-out': () => {
    const kept = [];
    for (;;) {
      kept.push(new Array(1e6).fill(kept.length));
    }
  },
  'ends-for-memory': () => process.exit(71),
  'runs-out-once': (message) => answers[has('--shortages=1') ? 'works' : 'runs-out'](message),
  'has-room-for-two': (message) =>
    has('--shortages=2') ? answers.works(message) : fail(message, 'trainer-crashed'),
  'gpu-breaks': (message) =>
    ENGINE === GPU ? fail(message, 'training-failed') : answers.works(message),
  'gpu-computes-nan': (message) =>
    ENGINE === GPU ? fail(message, 'non-finite') : answers.works(message),
  'gpu-aborts': (message) => (ENGINE === GPU ? process.abort() : answers.works(message)),
  'gpu-runs-out': (message) =>
    ENGINE === GPU ? fail(message, 'trainer-crashed') : answers.works(message),
  'gpu-diverges': (message) => fail(message, 'non-finite'),
  'talks-nonsense': () => process.send({ kind: 'trained', everything: 'fine' }),
  'answers-another': () => process.send({ ...opened, kind: 'opened' }),
  breaks: ({ jobId }) =>
    process.send({ kind: 'failed', jobId, code: 'training-failed', message: 'x' }),
  'tells-environment': ({ jobId }) =>
    process.send({
      kind: 'failed',
      jobId,
      code: 'internal',
      message: Object.keys(process.env).join(),
    }),
};

function fail({ jobId }, code) {
  process.send({ kind: 'failed', jobId, code, message: 'in words' });
}

function extracted(jobId) {
  return {
    kind: 'extracted',
    jobId,
    rows: 1,
    written: 1,
    resumed: 0,
    featureSize: 2,
    pool: 'class',
    backboneHash: opened.backbone.hash,
    preprocessingHash: opened.backbone.hash,
    problems: [],
    problemCounts: opened.dataset.problemCounts,
    engine: ENGINE,
    warnings: [],
    wallMs: 1,
  };
}

process.on('message', (message) => {
  if (message.kind === 'open') {
    behaviour = message.studyId;
    ENGINE = behaviour.startsWith('gpu-') && !has('--without=webgpu') ? GPU : PROCESSOR;
    process.send({ ...opened, engine: { ...ENGINE, version: String(process.pid) } });
    return;
  }
  if (message.kind === 'extract') {
    if (message.dataFolder === 'large' && !has('--shortages=1')) {
      fail(message, 'trainer-crashed');
      return;
    }
    process.send({
      kind: 'progress',
      jobId: message.jobId,
      phase: 'features',
      step: 1,
      steps: 1,
      epoch: 0,
    });
    process.send(extracted(message.jobId));
    return;
  }
  if (message.kind === 'probe') {
    const { jobId } = message;
    // What it was started with, in the place of what it found.
    const others = [{ engine: 'cpu', reason: process.argv.slice(2, -1).join(' ') }];
    process.send({ kind: 'probed', jobId, engine: ENGINE, others, warnings: [] });
    return;
  }
  if (message.kind === 'measure') {
    process.send({
      kind: 'measured',
      jobId: message.jobId,
      operationsPerSecond: 1e9,
      engine: ENGINE,
    });
    return;
  }
  answers[behaviour](message);
});
process.on('disconnect', () => process.exit(0));
