/** A process in place of the trainer that answers, hangs, dies or talks nonsense as the study id of 'open' tells it. */
const ENGINE = { backend: 'none', version: '0' };
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

process.on('message', (message) => {
  if (message.kind === 'open') {
    behaviour = message.studyId;
    process.send({ ...opened, engine: { backend: 'none', version: String(process.pid) } });
    return;
  }
  answers[behaviour](message);
});
process.on('disconnect', () => process.exit(0));
