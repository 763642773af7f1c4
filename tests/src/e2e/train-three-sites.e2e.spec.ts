/** The main job with real processes: a coordinator and three hospitals, each a supervisor and a trainer, on loopback. */
import { federatedScores, meanOf, toRoundLines } from '@consilium/demo/demo-result';
import {
  type FinishedFederation,
  runSmallFederation,
  verifyBundleFolder,
} from '../support/small-federation.js';
import { leafTypes } from '../support/bundle-leaves.js';

const CLASSES = 5;

describe('three hospitals adapt a frozen vision transformer together', () => {
  let study: FinishedFederation;

  beforeAll(async () => {
    study = await runSmallFederation({ rounds: 3 });
  }, 180_000);

  afterAll(() => study.remove());

  it('commits every round at the first attempt, with every site among the survivors', () => {
    const rounds = toRoundLines(study.evidence, study.board);

    expect(rounds.map(({ round, attempt, state }) => [round, attempt, state])).toEqual([
      [1, 1, 'committed'],
      [2, 1, 'committed'],
      [3, 1, 'committed'],
    ]);
    expect(rounds.map(({ survivors }) => survivors)).toEqual([
      study.sites,
      study.sites,
      study.sites,
    ]);
  });

  it('leaves an adapter that every site measured on its own test pictures, better than a guess', () => {
    const scores = federatedScores(study.evidence);

    expect(Object.keys(scores).sort()).toEqual([...study.sites].sort());
    expect(meanOf(Object.values(scores))).toBeGreaterThan(1 / CLASSES);
  });

  it('lowers the validation loss of the mean site from the first round to the last', () => {
    const rounds = toRoundLines(study.evidence, study.board);
    const losses = rounds.map(({ metrics }) => meanOf(Object.values(metrics).map((m) => m.loss)));

    expect(losses.at(-1)).toBeLessThan(losses[0] ?? 0);
  });

  it('writes the story of each round into the log, in order', async () => {
    const types = await leafTypes(study.bundle);
    const ofRounds = types.filter((type) => type.startsWith('round.') || type === 'key.destroyed');
    const oneRound = [
      'round.manifest',
      'round.adverts',
      'round.survivors',
      'round.result',
      'key.destroyed',
    ];

    expect(ofRounds).toEqual([...oneRound, ...oneRound, ...oneRound]);
    expect(types.indexOf('study.completed')).toBeGreaterThan(types.lastIndexOf('round.result'));
  });

  it('hands the auditor a bundle that verifies offline', async () => {
    expect(await verifyBundleFolder(study.bundle)).toEqual({
      code: 0,
      verified: true,
      failures: [],
    });
  });
});
