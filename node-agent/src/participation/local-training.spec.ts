import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseContentHash, parseStudyId } from '@consilium/shared/vocabulary';
import { homeAt, studyFolder } from '../config/home.js';
import type { Trained } from '../trainer-link/messages.js';
import { LocalTraining, type TrainingOrder } from './local-training.js';
import type { StudyTrainer } from './study-trainer.js';

const HASH = parseContentHash(`sha256:${'0'.repeat(64)}`);
const ORDER: TrainingOrder = {
  roundNo: 1,
  studyProtocolHash: HASH,
  adapterCheckpointHash: HASH,
  adapterFile: 'adapter.safetensors',
  seed: 'seed',
};
const engine = { backend: 'b', version: '1', device: 'processor', threads: 1, reason: 'a spec' };
const TRAINED: Trained = { kind: 'trained', jobId: 'j', samples: 5, wallMs: 1, engine };

describe('the training of a round', () => {
  let folder: string;
  let trainings: number;
  const trainer = {
    train: async ({ deltaFile }: { deltaFile: string }): Promise<Trained> => {
      trainings += 1;
      await writeFile(deltaFile, 'a delta');
      return TRAINED;
    },
  } as unknown as StudyTrainer;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'consilium-spec-'));
    trainings = 0;
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** As a process that has just started sees it. */
  const study = () => studyFolder(homeAt(folder), parseStudyId('smears'));
  const started = (): LocalTraining =>
    new LocalTraining({
      ...{ folder: study(), trainer, privateAdapter: undefined },
      ...{ onProgress: () => undefined, onTrained: () => undefined },
    });
  const receipt = (): string => join(study().roundFolder(1), 'delta.json');

  it('is done once, whatever is restarted', async () => {
    const first = await started().delta(ORDER);
    expect(await started().delta(ORDER)).toEqual(first);
    expect(trainings).toBe(1);
  });

  it('is done again for another adapter checkpoint', async () => {
    await started().delta(ORDER);
    const other = parseContentHash(`sha256:${'1'.repeat(64)}`);
    await started().delta({ ...ORDER, adapterCheckpointHash: other });
    expect(trainings).toBe(2);
  });

  it('is done again for another seed, and stops the one that is still under way', async () => {
    const stopped: string[] = [];
    let reject: (reason: Error) => void = () => undefined;
    const promise = new Promise<Trained>((_resolve, fail) => {
      reject = fail;
    });
    const slow = {
      train: ({ seed, deltaFile }: { seed: string; deltaFile: string }): Promise<Trained> =>
        seed === ORDER.seed
          ? promise
          : trainer.train({ seed, deltaFile } as never, () => undefined),
      stop: (): Promise<void> => {
        stopped.push('first');
        reject(new Error('stopped'));
        return Promise.resolve();
      },
    } as unknown as StudyTrainer;
    const training = new LocalTraining({
      ...{ folder: study(), trainer: slow, privateAdapter: undefined },
      ...{ onProgress: () => undefined, onTrained: () => undefined },
    });
    const first = training.delta(ORDER);
    first.catch(() => undefined);
    await training.delta({ ...ORDER, seed: 'seed/1' });

    await expect(first).rejects.toThrow('stopped');
    expect(stopped).toEqual(['first']);
    expect(trainings).toBe(1);
  });

  it.each([0, 20])(
    'is done again where a power cut left %i bytes of its receipt',
    async (bytes) => {
      const first = await started().delta(ORDER);
      await truncate(receipt(), bytes);
      expect(await started().delta(ORDER)).toEqual(first);
      expect(trainings).toBe(2);
    },
  );
});
