import { BlobStore } from '../blobs/blob-store.js';
import { AdapterCheckpointsService } from '../models/adapter-checkpoints.service.js';
import { StudiesService } from '../studies/studies.service.js';
import { UploadsService } from '../updates/uploads.service.js';
import { AttemptRepository } from './attempt.repository.js';
import { AttemptBench } from './testing/attempt-bench.js';
import { STUDY } from './testing/round-bench.js';

/** Each test starts a coordinator of its own, with real files. */
jest.setTimeout(60_000);

/** Of job retries, the first. */
const PAUSE_MS = 1000;

describe('sealing that is interrupted', () => {
  let round: AttemptBench;

  beforeEach(async () => {
    round = await AttemptBench.start();
  });
  afterEach(() => round.close());

  const broken = (): Promise<never> => Promise.reject(new Error('interrupted'));

  /** Makes one call fail, the first or the second. */
  const fail = {
    'while it reads an update': () => {
      jest.spyOn(round.bench.get(UploadsService), 'read').mockImplementationOnce(broken);
    },
    'while it fixes the survivors': () => {
      jest.spyOn(round.bench.get(AttemptRepository), 'setSurvivors').mockImplementationOnce(broken);
    },
    'while it stores what it computed': () => {
      jest.spyOn(round.bench.get(BlobStore), 'put').mockImplementationOnce(broken);
    },
    'while it ends the attempt': () => {
      jest.spyOn(round.bench.get(AttemptRepository), 'end').mockImplementationOnce(broken);
    },
    'at the last statement of its commit': () => {
      jest.spyOn(round.bench.get(StudiesService), 'complete').mockImplementationOnce(broken);
    },
  };

  async function adapterAfter(interrupt: () => void): Promise<Uint8Array> {
    await round.begin();
    await round.advertise(...round.sites);
    interrupt();
    await round.update(...round.sites);
    await round.bench.restart();
    await round.pass(PAUSE_MS);
    const { hash } = await round.bench.get(AdapterCheckpointsService).latest(STUDY);
    return round.bench.get(BlobStore).readAll(hash);
  }

  it.each(Object.entries(fail))('%s ends as if nothing had been', async (_, interrupt) => {
    const adapter = await adapterAfter(interrupt);
    const types = await round.bench.leafTypes();
    expect(types.slice(types.indexOf('round.adverts'))).toEqual([
      'round.adverts',
      'round.survivors',
      'round.result',
      'key.destroyed',
      'study.completed',
    ]);
    await round.close();
    round = await AttemptBench.start();
    expect(adapter).toEqual(await adapterAfter(() => undefined));
  });

  it('aborts the attempt when it never comes to an end', async () => {
    await round.begin();
    await round.advertise(...round.sites);
    jest.spyOn(round.bench.get(BlobStore), 'put').mockImplementation(broken);
    await round.update(...round.sites);
    for (let tries = 0; tries < 10; tries += 1) {
      await round.pass(PAUSE_MS * 2 ** tries);
    }
    const [first] = await round.attempts();
    expect(first).toMatchObject({
      phase: 'aborted',
      reason: 'the coordinator could not sum the updates',
    });
  });
});
