/**
 * A hospital that trains on exchanged labels from the second round on, in a secure study: nobody can look at its update, and the
 * others refuse what comes of it. Real processes, and an agent that does nothing else than ours do.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { agentHome, type Federation } from '@consilium/demo/federation';
import type { EventBoard } from '@consilium/demo/event-board';
import { CELL_KINDS } from '@consilium/demo/phantom/cell-plan';
import { writePhantomDataset } from '@consilium/demo/phantom/dataset';
import { laboratories } from '@consilium/demo/phantom/laboratory';
import { contentHash, seededRandom } from '@consilium/shared/crypto';
import {
  BUNDLE_PATHS,
  type Leaf,
  type RoundRecord,
  roundRecordSchema,
  signedVoteSchema,
  type Vote,
} from '@consilium/shared/protocol';
import type { AttemptId } from '@consilium/shared/vocabulary';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { readLeaves } from '../support/bundle-leaves.js';
import {
  type FinishedFederation,
  runSmallFederation,
  verifyBundleFolder,
} from '../support/small-federation.js';

const POISONER = 'riverside';
const HONEST = ['hillcrest', 'northgate'];
const ATTEMPTS = 2;
/** Against 30 of each other hospital: weights are counts of pictures, which is the most that a site can do by honest means. */
const POISONED_IMAGES = 90;

/** Pictures of the same laboratory, each with the name of another kind of cell. */
async function writePoisonedPictures(folder: string): Promise<void> {
  const sites = laboratories(3, seededRandom('small-federation'));
  await writePhantomDataset({
    folder,
    sites: sites.filter(({ name }) => name === POISONER),
    imagesPerSite: POISONED_IMAGES,
    seed: 'poisoned',
  });
  const table = join(folder, 'labels.csv');
  const [head = '', ...rows] = (await readFile(table, 'utf8')).trim().split('\n');
  const exchanged = rows.map((row) => {
    const [file = '', label = '', ...rest] = row.split(',');
    const index = CELL_KINDS.findIndex((kind) => kind === label);
    return [file, CELL_KINDS[(index + 2) % CELL_KINDS.length], ...rest].join(',');
  });
  await writeFile(table, `${[head, ...exchanged].join('\n')}\n`);
}

/** While the first round waits for its endorsement, the agent is pointed at the other pictures: its update is sent by then. */
async function poison(
  { fleet }: Federation,
  board: EventBoard,
  folder: string,
  pictures: string,
): Promise<void> {
  await board.everyOne([POISONER], ({ event, round }) => event === 'uploaded' && round === 1);
  await fleet.kill(POISONER);
  const path = join(agentHome({ folder }, POISONER), 'agent.yaml');
  const settings = z
    .looseObject({ studies: z.tuple([z.looseObject({ data: z.string() })]) })
    .parse(parse(await readFile(path, 'utf8')));
  const [study] = settings.studies;
  await writeFile(path, stringify({ ...settings, studies: [{ ...study, data: pictures }] }));
  fleet.restart(POISONER);
}

describe('a hospital that trains on exchanged labels in a secure study', () => {
  let study: FinishedFederation;
  let leaves: readonly Leaf[];
  let pictures = '';

  beforeAll(async () => {
    pictures = await mkdtemp(join(tmpdir(), 'consilium-poisoned-'));
    await writePoisonedPictures(pictures);
    study = await runSmallFederation({
      ends: 'failed',
      rounds: 2,
      study: {
        privacy: { secureAggregation: 'on', colluders: 1 },
        acceptance: { metric: 'loss', tolerance: 0.01 },
        participation: {
          ...{ minSites: 3, minSamples: 5, maxAttempts: ATTEMPTS },
          ...{ advertDeadline: '2m', roundDeadline: '5m' },
        },
      },
      disturb: (federation, board, _sites, { folder }) =>
        poison(federation, board, folder, pictures),
    });
    leaves = await readLeaves(study.bundle);
  }, 300_000);

  afterAll(async () => {
    await Promise.all([study.remove(), rm(pictures, { recursive: true, force: true })]);
  });

  const leavesOf = <T extends Leaf['type']>(type: T): Extract<Leaf, { type: T }>[] =>
    leaves.filter((leaf): leaf is Extract<Leaf, { type: T }> => leaf.type === type);
  const read = async (path: string): Promise<unknown> =>
    JSON.parse(await readFile(join(study.bundle, path), 'utf8'));
  const votesOn = async (attemptId: AttemptId): Promise<Vote[]> => {
    const votes = z.array(signedVoteSchema).parse(await read(BUNDLE_PATHS.votes(attemptId)));
    return votes.map(({ body }) => body);
  };
  const recordOf = async (attemptId: AttemptId): Promise<RoundRecord> =>
    roundRecordSchema.parse(await read(BUNDLE_PATHS.record(attemptId)));

  it('is outvoted in each attempt, by the sites whose pictures the candidate got worse on', async () => {
    const counted = leavesOf('round.votes').filter(({ roundNo }) => roundNo === 2);
    expect(counted.map(({ accepted, refused }) => ({ accepted, refused }))).toEqual(
      Array(ATTEMPTS).fill({ accepted: expect.any(Number) as number, refused: 2 }),
    );
    for (const { attemptId } of counted) {
      const refusing = (await votesOn(attemptId)).filter(({ verdict }) => verdict === 'refuse');
      expect(refusing.map(({ siteId, code }) => [siteId, code])).toEqual(
        HONEST.map((site) => [site, 'worse']),
      );
    }
  });

  it('leaves the adapter of the first round in force: in the log, at the sites and in the export', async () => {
    const results = leavesOf('round.result');
    expect(results.map(({ roundNo }) => roundNo)).toEqual([1]);
    const [committed] = await Promise.all(results.map(({ attemptId }) => recordOf(attemptId)));
    const adapterCheckpointHash = committed?.adapterCheckpointHash ?? '';
    const exported = await readFile(join(study.bundle, BUNDLE_PATHS.adapter(1)));
    expect(contentHash(exported)).toBe(adapterCheckpointHash);
    for (const { attemptId } of leavesOf('round.votes').filter(({ roundNo }) => roundNo === 2)) {
      const candidate = await recordOf(attemptId);
      expect(candidate.previousAdapterCheckpointHash).toBe(adapterCheckpointHash);
      expect(candidate.adapterCheckpointHash).not.toBe(adapterCheckpointHash);
    }
  });

  it('leaves a bundle that verifies: the rejected sums are as checkable as the accepted one', async () => {
    expect(await verifyBundleFolder(study.bundle)).toEqual({
      code: 0,
      verified: true,
      failures: [],
    });
    const ends = leaves.filter(({ type }) => type === 'round.aborted' || type === 'study.failed');
    expect(ends.map(({ type }) => type)).toEqual([
      'round.aborted',
      'round.aborted',
      'study.failed',
    ]);
  });

  it('shows in the log of each attempt that the candidate stood there before anybody was asked', () => {
    const types = leaves.filter((leaf) => 'roundNo' in leaf && leaf.roundNo === 2);
    const story = types.map(({ type }) => type).filter((type) => type !== 'round.declined');
    const rejected = [
      ...['round.manifest', 'round.adverts', 'round.survivors', 'round.candidate', 'round.votes'],
      ...['round.aborted', 'key.destroyed'],
    ];
    expect(story).toEqual([...rejected, ...rejected]);
  });
});
