import { generateSigningKeyPair } from '../crypto/index.js';
import { bundleFromFiles } from './bundle-source.js';
import { CHECKS } from './checks.js';
import { APPROVER, INVITER, samplePeople } from './testing/sample-people.js';
import { playSampleStudy } from './testing/sample-study.js';
import { verifyBundle } from './verify-bundle.js';

const STRANGER = { kind: 'ed25519', publicKey: generateSigningKeyPair().publicKey } as const;
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
      sites: ['eastfield', 'lakeside', 'northgate', 'ridgeway', 'southbank'],
      sumRecomputable: false,
    });
  });

  it('runs every check in its order and looks at something in each', () => {
    const { checks } = verifyBundle(source);

    expect(checks.map(({ name }) => name)).toEqual(CHECKS.map(({ name }) => name));
    const idle = checks.filter(({ count }) => count === 0).map(({ name }) => name);
    expect(idle).toEqual(['shares', 'survivors', 'revealed', 'votes', 'sums']);
  });

  it('has no update of a plain study, and does not call its sums computed again (case 68)', () => {
    const paths = study.files.map(({ path }) => path);
    expect(paths.filter((path) => path.includes('/masked/'))).toEqual([]);
    expect(paths.filter((path) => path.endsWith('ring-sum.bin'))).toHaveLength(2);
    expect(verifyBundle(source)).toMatchObject({ verified: true, sumRecomputable: false });
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
    ['coordinatorKey', ['index', 'leaves', 'study', 'rosters', 'rotations', 'manifests']],
    ['logKey', ['index', 'checkpoints', 'inclusion', 'leaves', 'acts']],
  ] as const)('refuses a bundle that another key than the pinned %s signed', (name, failed) => {
    const report = verifyBundle(source, { [name]: generateSigningKeyPair().publicKey });

    expect(report.checks.filter(({ ok }) => !ok).map((check) => check.name)).toEqual(failed);
  });

  it('tells how the roster changed and what people signed', () => {
    const { rosterChanges = [], acts = [] } = verifyBundle(source);

    expect(rosterChanges.map(({ epoch, change, siteId }) => [epoch, change, siteId])).toEqual([
      [1, 'joined', 'eastfield'],
      [2, 'joined', 'northgate'],
      [3, 'joined', 'southbank'],
      [4, 'new key', 'southbank'],
      [5, 'joined', 'lakeside'],
      [6, 'joined', 'ridgeway'],
      [7, 'withdrawn', 'ridgeway'],
      [8, 'revoked', 'northgate'],
    ]);
    expect(acts.map(({ operatorId, meaning }) => [operatorId, meaning])).toEqual([
      [INVITER, expect.stringMatching(/^I have read the protocol sha256:/)],
      [APPROVER, expect.stringMatching(/^I accept the adapter checkpoint sha256:.* of round 2 /)],
      [INVITER, expect.stringMatching(/, I state:$/)],
    ]);
  });

  it.each([
    ['the very keys', samplePeople(), []],
    ['another key', { byKey: { ...samplePeople().byKey, key: STRANGER } }, ['acts']],
  ] as const)('compares acts with %s of people that the auditor named', (_, people, failed) => {
    const personKeys = Object.values(people).map(({ operatorId, key }) => ({ operatorId, ...key }));
    const { checks, acts = [] } = verifyBundle(source, { personKeys });

    expect(checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(failed);
    expect(acts.every(({ pinned }) => pinned)).toBe(failed.length === 0);
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
      ['declines', 'rosters.json'],
    ]);
  });

  it('runs to the end where the index cannot be read', () => {
    const { verified, checks } = verifyBundle(bundleFromFiles([]));

    expect(verified).toBe(false);
    expect(checks[0]?.failures).toMatchObject([{ path: 'bundle.json', code: 'not-found' }]);
  });
});
