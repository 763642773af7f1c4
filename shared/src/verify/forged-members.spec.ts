/** Threat: a coordinator that changes with its true keys, log in hand, who may take part. */
import { generateSigningKeyPair, keyIdOf, signBody } from '../crypto/index.js';
import { toBase64 } from '../encoding/index.js';
import type { DoublySignedKeyRotation, Leaf, Roster } from '../protocol/index.js';
import { failedChecks, failuresOf, withDocuments } from './testing/forged-bundle.js';
import type { Forgery } from './testing/sample-context.js';
import { INVITER } from './testing/sample-people.js';
import { playSampleStudy } from './testing/sample-study.js';

const study = playSampleStudy();
const attacker = generateSigningKeyPair();
const STRANGER = {
  keyId: keyIdOf(attacker.publicKey),
  identityKey: toBase64(attacker.publicKey),
} as const;

type LeafOf<T extends Leaf['type']> = Extract<Leaf, { type: T }>;

/** The log records another leaf in place of each of that type. */
function failedWith<T extends Leaf['type']>(
  type: T,
  change: (leaf: LeafOf<T>) => Leaf | undefined,
): string[] {
  const isOne = (leaf: Leaf): leaf is LeafOf<T> => leaf.type === type;
  return failed({ leaf: (leaf) => (isOne(leaf) ? change(leaf) : leaf) });
}

function failed(forgery: Forgery): string[] {
  return failedChecks(playSampleStudy(forgery).files);
}

function inEpoch(epoch: number, change: (sites: Roster['sites']) => Roster['sites']): Forgery {
  return {
    roster: (roster) =>
      roster.epoch === epoch ? { ...roster, sites: change(roster.sites) } : roster,
  };
}

/** What a leaf that removes a site has in common with one that adds it. */
function addition(leaf: LeafOf<'roster.revoke'>): Omit<LeafOf<'roster.add'>, 'type'> {
  const { v, atMs, studyId, siteId, keyId, epoch, rosterHash } = leaf;
  return { v, atMs, studyId, siteId, keyId, epoch, rosterHash };
}

describe('an enrolment', () => {
  it('by one person alone is named', () => {
    const alone = (leaf: LeafOf<'site.enrolled'>) => ({ ...leaf, approvedBy: INVITER });

    expect(failedWith('site.enrolled', alone)).toEqual(['joins']);
  });
});

describe('the word of a site', () => {
  it('may be a decline first and a join later', () => {
    expect(failed({ declines: 'before' })).toEqual([]);
  });

  it('is named where it follows a join', () => {
    const { files } = playSampleStudy({ declines: 'after' });

    expect(failedChecks(files)).toEqual(['joins']);
    expect(failuresOf(files)).toEqual([
      expect.objectContaining({ what: 'study.declined of eastfield', found: 'another word' }),
    ]);
  });
});

describe('a roster', () => {
  it('in which the coordinator exchanged a key is named, whatever its leaf says', () => {
    const forgery = inEpoch(4, (sites) =>
      sites.map((site) => (site.siteId === 'southbank' ? { ...site, ...STRANGER } : site)),
    );

    expect(failed(forgery)).toContain('rosters');
  });

  it('that changes more than its leaf says is named', () => {
    const exchanged = inEpoch(5, (sites) =>
      sites.map((site) => (site.siteId === 'eastfield' ? { ...site, ...STRANGER } : site)),
    );
    const removed = inEpoch(5, (sites) => sites.filter(({ siteId }) => siteId !== 'eastfield'));

    expect(failed(exchanged)).toContain('rosters');
    expect(failed(removed)).toContain('rosters');
  });

  it('from which the revoked site did not go is named', () => {
    const entries = study.documents.rosters.at(-2)?.body.sites ?? [];

    expect(failed(inEpoch(8, () => entries))).toEqual(
      expect.arrayContaining(['rosters', 'revocations']),
    );
  });

  it('that forgets the rotations of a site is named', () => {
    const forgery = inEpoch(4, (sites) =>
      sites.map(({ siteId, keyId, identityKey }) => ({ siteId, keyId, identityKey })),
    );

    expect(failed(forgery)).toEqual(['rosters']);
  });

  it.each([
    ['names another old key', { oldKeyId: STRANGER.keyId }],
    ['names another rotation', { rotationHash: `sha256:${'0'.repeat(64)}` }],
  ] as const)('whose rotate leaf %s is named', (_, change) => {
    expect(failedWith('roster.rotate', (leaf) => ({ ...leaf, ...change }) as Leaf)).toEqual([
      'rosters',
    ]);
  });

  it.each([
    ['site.revoked', ['rosters']],
    ['study.withdrawn', ['rosters', 'withdrawals']],
  ] as const)('that lost a site without a %s leaf is named', (type, checks) => {
    expect(failedWith(type, () => undefined)).toEqual(checks);
  });

  it.each([
    ['another key', { keyId: STRANGER.keyId }],
    ['a round that had not begun', { validUntilRound: 2 }],
  ] as const)('whose revoke leaf names %s is named', (_, change) => {
    expect(failedWith('roster.revoke', (leaf) => ({ ...leaf, ...change }))).toEqual(['rosters']);
  });

  it.each(['roster.rotate', 'roster.revoke'] as const)('without its %s leaf is named', (type) => {
    expect(failedWith(type, () => undefined)).toContain('rosters');
  });
});

describe('a rotation', () => {
  const signRotation = (
    { byOld }: DoublySignedKeyRotation,
    by: 'byOld' | 'byNew',
  ): Partial<DoublySignedKeyRotation> => ({
    [by]: signBody('key-rotation', byOld.body, attacker),
  });

  it.each(['byOld', 'byNew'] as const)('that %s did not sign is named', (by) => {
    const forged = failed({
      rotation: (rotation) => ({ ...rotation, ...signRotation(rotation, by) }),
    });

    expect(forged).toContain('rotations');
  });

  it('of which the two signed different bodies is named', () => {
    const siteId = study.sites[0]?.siteId;
    const forged = failed({
      rotation: ({ byOld, byNew }) => ({
        byNew,
        byOld: { ...byOld, body: { ...byOld.body, siteId: siteId ?? byOld.body.siteId } },
      }),
    });

    expect(forged).toContain('rotations');
  });

  it('that is not in the bundle, or in no leaf, is named', () => {
    const { rotations } = study.documents;

    expect(failedChecks(withDocuments(study, { rotations: [] }))).toEqual(['rotations']);
    const doubled = [...rotations, ...rotations];
    expect(failedChecks(withDocuments(study, { rotations: doubled }))).toEqual(['rotations']);
    expect(failedWith('site.key-rotated', () => undefined)).toEqual(
      expect.arrayContaining(['rosters', 'rotations', 'evaluations']),
    );
  });

  it('to another key than its leaf names is named', () => {
    const { identityKey } = STRANGER;

    expect(failedWith('site.key-rotated', (leaf) => ({ ...leaf, identityKey }))).toEqual(
      expect.arrayContaining(['rosters', 'rotations']),
    );
  });
});

describe('a withdrawal', () => {
  it('that the site did not sign is named', () => {
    const withdrawals = study.documents.withdrawals.map(({ body }) =>
      signBody('withdrawal', body, attacker),
    );

    expect(failedChecks(withDocuments(study, { withdrawals }))).toEqual(['withdrawals']);
    expect(failedChecks(withDocuments(study, { withdrawals: [] }))).toEqual(['withdrawals']);
  });

  it('after a round that was not yet done is named', () => {
    expect(failed({ withdrawal: (withdrawal) => ({ ...withdrawal, afterRound: 2 }) })).toEqual([
      'withdrawals',
    ]);
  });
});

describe('a revocation', () => {
  it('of another key than the site had is named', () => {
    const { keyId } = STRANGER;

    expect(failedWith('site.revoked', (leaf) => ({ ...leaf, keyId }))).toEqual(['revocations']);
  });

  it('that the coordinator does not heed is named where the site goes on', () => {
    const { files } = playSampleStudy({ keepsEverybody: true });
    const failures = failuresOf(files).filter(({ check }) => check === 'revocations');

    expect(failures.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['cohort of northgate', 'advert of northgate', 'header of northgate']),
    );
  });

  it('is final: a leaf that lets the site in again is named', () => {
    const again = failedWith('roster.revoke', (leaf) => ({
      ...addition(leaf),
      type: 'roster.add',
    }));

    expect(again).toEqual(expect.arrayContaining(['rosters', 'revocations']));
  });

  it('leaves no word to the site: its evaluation afterwards is named', () => {
    let last: Leaf | undefined;
    const evaluated = failed({
      leaf: (leaf) => {
        last =
          leaf.type === 'site.revoked'
            ? { ...leaf, siteId: study.sites[0]?.siteId ?? leaf.siteId }
            : leaf;
        return last;
      },
    });

    expect(evaluated).toEqual(expect.arrayContaining(['revocations', 'evaluations']));
  });
});
