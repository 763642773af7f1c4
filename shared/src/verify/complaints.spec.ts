/** Threat: a complaint over shares that no dealer signed, or a log that names another dealer than the complaint. Case 35. */
import { signBody } from '../crypto/index.js';
import type { Dealt } from '../protocol/index.js';
import { bundleFromFiles } from './bundle-source.js';
import { failuresOf } from './testing/forged-bundle.js';
import { sampleSigningKey } from './testing/sample-keys.js';
import { playSecureStudy } from './testing/sample-secure-study.js';
import { verifyBundle } from './verify-bundle.js';

describe('a site that declined over the shares of a dealer (case 35)', () => {
  it('is in the bundle with what the dealer signed, and both are in the log', async () => {
    const study = await playSecureStudy({ secure: { complaint: (dealt) => dealt } });
    const report = verifyBundle(bundleFromFiles(study.files));

    expect(report.checks.flatMap(({ failures }) => failures)).toEqual([]);
    const leaves = study.documents.log.leaves.filter(({ leaf }) => leaf.includes('bad-shares'));
    expect(leaves).toHaveLength(2);
    expect(leaves.every(({ leaf }) => leaf.includes('"dealer":"eastfield"'))).toBe(true);
  });

  it.each<[string, (dealt: Dealt) => Dealt]>([
    [
      'shares that another one signed',
      ({ shares, ...dealt }) => ({
        ...dealt,
        shares: signBody('shares', shares.body, sampleSigningKey('stranger')),
      }),
    ],
    [
      'an entry that nobody signed',
      ({ entry, ...dealt }) => ({ ...dealt, entry: { ...entry, maskKey: entry.selfSeed } }),
    ],
  ])('is found with %s', async (_, complaint) => {
    const { files } = await playSecureStudy({ secure: { complaint } });
    const names = failuresOf(files).map(({ check, what }) => `${check}: ${what}`);

    expect(names).toEqual(['declines: complaint of southbank', 'declines: complaint of southbank']);
  });

  it('is found where the log names another dealer', async () => {
    const { files } = await playSecureStudy({
      secure: { complaint: (dealt) => dealt },
      leaf: (leaf) =>
        leaf.type === 'round.declined' && leaf.dealer !== undefined
          ? { ...leaf, dealer: leaf.siteId }
          : leaf,
    });

    expect(failuresOf(files).map(({ what, expected, found }) => [what, expected, found])).toEqual([
      ['dealer', 'southbank', 'eastfield'],
      ['dealer', 'southbank', 'eastfield'],
    ]);
  });
});
