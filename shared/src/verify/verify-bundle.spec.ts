import { generateSigningKeyPair } from '../crypto/index.js';
import { bundleFromFiles } from './bundle-source.js';
import { CHECKS } from './checks.js';
import { playSampleStudy } from './testing/sample-study.js';
import { verifyBundle } from './verify-bundle.js';

const study = playSampleStudy();
const source = bundleFromFiles(study.files);

describe('verifyBundle', () => {
  it('verifies the bundle of an honest study', () => {
    const report = verifyBundle(source);

    expect(report.checks.flatMap(({ failures }) => failures)).toEqual([]);
    expect(report).toMatchObject({
      verified: true,
      studyId: 'blood-cells',
      state: 'completed',
      rounds: 2,
      attempts: 3,
      sites: ['eastfield', 'northgate', 'southbank'],
      sumRecomputable: false,
    });
  });

  it('runs every check in its order and looks at something in each', () => {
    const { checks } = verifyBundle(source);

    expect(checks.map(({ name }) => name)).toEqual(CHECKS.map(({ name }) => name));
    expect(checks.filter(({ count }) => count === 0)).toEqual([]);
  });

  it('says how many leaves of the log it was not shown', () => {
    const { log } = verifyBundle(source);

    expect(log?.size).toBeGreaterThan(log?.leavesShown ?? Infinity);
  });

  it('says whether the auditor or the bundle vouched for the keys', () => {
    const unpinned = verifyBundle(source);
    const pinned = verifyBundle(source, {
      coordinatorKey: study.coordinatorKey.publicKey,
      logKey: study.logKey.publicKey,
    });

    expect(unpinned.keys).toMatchObject({ coordinator: { pinned: false }, log: { pinned: false } });
    expect(pinned.keys).toMatchObject({ coordinator: { pinned: true }, log: { pinned: true } });
    expect(pinned.verified).toBe(true);
  });

  it.each([
    ['coordinatorKey', ['index', 'leaves', 'study', 'rosters', 'manifests']],
    ['logKey', ['index', 'checkpoints', 'inclusion', 'leaves']],
  ] as const)('refuses a bundle that another key than the pinned %s signed', (name, failed) => {
    const report = verifyBundle(source, { [name]: generateSigningKeyPair().publicKey });

    expect(report.checks.filter(({ ok }) => !ok).map((check) => check.name)).toEqual(failed);
  });

  it('skips what it cannot judge and does not call it verified', () => {
    const files = study.files.filter(({ path }) => path !== 'log.json');
    const { verified, checks } = verifyBundle(bundleFromFiles(files));

    expect(verified).toBe(false);
    expect(checks.find(({ name }) => name === 'inclusion')).toMatchObject({
      ok: false,
      count: 0,
      skipped: expect.any(String) as string,
    });
  });

  it('names a missing roster once for all the signatures that hang on it', () => {
    const files = study.files.filter(({ path }) => path !== 'rosters.json');
    const { checks } = verifyBundle(bundleFromFiles(files));
    const failures = checks.flatMap((check) =>
      check.failures.map(({ path }) => [check.name, path]),
    );

    expect(failures).toEqual([
      ['files', 'rosters.json'],
      ['documents', 'rosters.json'],
      ['adverts', 'rosters.json'],
      ['headers', 'rosters.json'],
    ]);
  });

  it('runs to the end where the index cannot be read', () => {
    const { verified, checks } = verifyBundle(bundleFromFiles([]));

    expect(verified).toBe(false);
    expect(checks[0]?.failures).toMatchObject([{ path: 'bundle.json', code: 'not-found' }]);
  });
});
