/** SIGKILL of trainer, agent and coordinator at several moments of a round: the study ends, verifies, and has the same result. */
import { setTimeout as pause } from 'node:timers/promises';
import type { EventBoard } from '@consilium/demo/event-board';
import type { Federation } from '@consilium/demo/federation';
import { freePort } from '../support/free-port.js';
import { inRound } from '../support/moments.js';
import { isPostgresAvailable, startPostgres } from '../support/postgres.js';
import { childrenOf } from '../support/process-tree.js';
import {
  type FinishedFederation,
  runSmallFederation,
  verifyBundleFolder,
} from '../support/small-federation.js';

const ROUNDS = 5;
const LOOK_AGAIN_MS = 20;
const DATABASES = ['sqlite', ...(isPostgresAvailable() ? ['postgres'] : [])];

async function killAgent(federation: Federation, site: string): Promise<void> {
  await federation.fleet.kill(site);
  federation.fleet.restart(site);
}

async function killCoordinator(federation: Federation): Promise<void> {
  await federation.fleet.kill('coordinator');
  federation.fleet.restart('coordinator');
}

/** A trainer that was killed while nothing was asked of it comes again with the next job. @returns when the killed one is gone */
async function killTrainer({ fleet }: Federation, site: string): Promise<void> {
  const trainers = (): Promise<number[]> => childrenOf(fleet.pid(site));
  let [trainer] = await trainers();
  while (trainer === undefined) {
    await pause(LOOK_AGAIN_MS);
    [trainer] = await trainers();
  }
  process.kill(trainer, 'SIGKILL');
  while ((await trainers()).includes(trainer)) {
    await pause(LOOK_AGAIN_MS);
  }
}

describe('a federation whose processes are killed', () => {
  let reference: FinishedFederation;

  beforeAll(async () => {
    reference = await runSmallFederation({ rounds: ROUNDS });
  }, 180_000);

  afterAll(() => reference.remove());

  async function expectSameAdapter(
    disturb: (federation: Federation, board: EventBoard, site: string) => Promise<void>,
    database?: Readonly<Record<string, string>>,
  ): Promise<void> {
    const study = await runSmallFederation({
      rounds: ROUNDS,
      port: await freePort(),
      ...(database === undefined ? {} : { database }),
      disturb: (federation, board) => disturb(federation, board, reference.sites[1] ?? ''),
    });
    try {
      expect(await verifyBundleFolder(study.bundle)).toEqual({
        code: 0,
        verified: true,
        failures: [],
      });
      expect(study.adapterSha256).toBe(reference.adapterSha256);
      expect(study.evidence.attempts.filter(({ record }) => record !== undefined)).toHaveLength(
        ROUNDS,
      );
    } finally {
      await study.remove();
    }
  }

  it('survives the trainer killed while it trains, twice, and the agent killed while training, after training, after sending and after the result', async () => {
    await expectSameAdapter(async (federation, board, site) => {
      await board.everyOne([site], inRound('progress', 1));
      await killTrainer(federation, site);
      await board.everyOne([site], inRound('result', 1));
      await killTrainer(federation, site);
      await board.everyOne([site], inRound('progress', 2));
      await killAgent(federation, site);
      await board.everyOne([site], inRound('trained', 3));
      await killAgent(federation, site);
      await board.everyOne([site], inRound('uploaded', 4));
      await killAgent(federation, site);
      await board.everyOne([site], inRound('result', 4));
      await killAgent(federation, site);
    });
  }, 240_000);

  it.each(DATABASES)(
    'survives the coordinator killed while sites train, upload and right after a result, on %s',
    async (database) => {
      const server = database === 'postgres' ? await startPostgres() : undefined;
      try {
        await expectSameAdapter(
          async (federation, board, site) => {
            await board.everyOne([site], inRound('progress', 1));
            await killCoordinator(federation);
            await board.everyOne([site], inRound('uploaded', 2));
            await killCoordinator(federation);
            await board.everyOne([site], inRound('result', 3));
            await killCoordinator(federation);
          },
          server && { driver: 'postgres', url: await server.createDatabase() },
        );
      } finally {
        await server?.stop();
      }
    },
    240_000,
  );
});
