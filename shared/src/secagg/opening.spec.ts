import { combineShares, randomBytes, splitSecret } from '../crypto/index.js';
import { fromBase64, toBase64 } from '../encoding/index.js';
import type { SiteId } from '../vocabulary/index.js';
import { shareCommitment } from './commitments.js';
import { openSecrets, type Dealer } from './index.js';
import { combineByField } from './testing/field.js';
import { answerOf, ATTEMPT, prepareAttempt, type Prepared } from './testing/secure-attempt.js';

const { attemptId } = ATTEMPT;
/** n = 5, c = 1, t = 4; the last site drops out. */
let prepared: Prepared;
let survivors: readonly SiteId[];

beforeAll(async () => {
  prepared = await prepareAttempt(5, 1);
  survivors = prepared.sites.slice(0, 4).map(({ siteId }) => siteId);
});

type Answer = ReturnType<typeof answerOf>;

function open(answers: readonly Answer[], sharers: readonly Dealer[] = prepared.dealers) {
  const { threshold } = prepared;
  return openSecrets({ attemptId, sharers, survivors, threshold, answers });
}

function answersOf(...places: readonly number[]): Answer[] {
  return places.map((place) => answerOf(prepared, place, survivors));
}

function nameOf(place: number): SiteId {
  return prepared.sites[place]?.siteId as SiteId;
}

/** The same answer with the first byte of its share of one dealer changed. */
function corrupt(answer: Answer, dealer: SiteId): Answer {
  return {
    ...answer,
    shares: answer.shares.map((share) => {
      const bytes = fromBase64(share.share);
      bytes[0] = (bytes[0] as number) ^ 1;
      return share.dealer === dealer ? { ...share, share: toBase64(bytes) } : share;
    }),
  };
}

describe('opening the secrets of an attempt', () => {
  it('gives b of each survivor and s of the site that dropped out, sorted by site', async () => {
    const opening = await open(answersOf(3, 0, 4, 1));
    expect(opening).toEqual({
      kind: 'opened',
      faults: [],
      secrets: prepared.sites.map(({ siteId, selfSeed, mask }, place) =>
        place < 4
          ? { siteId, kind: 'self-seed', secret: selfSeed }
          : { siteId, kind: 'mask-key', secret: mask.secretKey },
      ),
    });
  });

  it('names the holder of a corrupt share and goes on with the others (case 35)', async () => {
    const [bad, ...good] = answersOf(0, 1, 2, 3, 4) as [Answer, ...Answer[]];
    const opening = await open([corrupt(bad, nameOf(2)), ...good]);
    const fault = { kind: 'share-mismatch', holder: nameOf(0), dealer: nameOf(2) };
    expect(opening).toMatchObject({ kind: 'opened', faults: [fault] });
  });

  it('counts no answer with a fault towards the threshold', async () => {
    const [bad, ...good] = answersOf(0, 1, 2, 3) as [Answer, ...Answer[]];
    const opening = await open([corrupt(bad, nameOf(2)), ...good]);
    expect(opening).toMatchObject({ kind: 'waiting', missing: 1 });
  });

  it('counts a site once, however often it answers', async () => {
    const answers = answersOf(0, 1, 2);
    expect(await open([...answers, ...answers])).toEqual({
      kind: 'waiting',
      missing: 1,
      faults: [],
    });
  });

  it.each<[string, (answer: Answer) => Answer['shares']]>([
    ['lacks a share', ({ shares }) => shares.slice(1)],
    ['has a share twice', ({ shares }) => [...shares, ...shares.slice(0, 1)]],
    [
      'has both kinds of one dealer',
      ({ shares }) => [
        ...shares,
        ...shares.slice(0, 1).map((one) => ({ ...one, kind: 'mask-key' as const })),
      ],
    ],
    ['has the other kind', ({ shares }) => shares.map((one) => ({ ...one, kind: 'mask-key' }))],
    [
      'has the share of a stranger',
      ({ shares }) => [
        ...shares,
        ...shares.slice(0, 1).map((one) => ({ ...one, dealer: 'stranger' as SiteId })),
      ],
    ],
  ])('names a holder whose answer %s', async (_, change) => {
    const [first, ...others] = answersOf(0, 1, 2, 3, 4) as [Answer, ...Answer[]];
    const opening = await open([{ ...first, shares: change(first) }, ...others]);
    expect(opening.kind).toBe('opened');
    expect(opening.faults.length).toBeGreaterThan(0);
    expect(opening.faults.every((fault) => 'holder' in fault && fault.holder === nameOf(0))).toBe(
      true,
    );
  });

  it('names a holder that was dealt nothing', async () => {
    const [first, ...others] = answersOf(0, 1, 2, 3, 4) as [Answer, ...Answer[]];
    const opening = await open([{ ...first, siteId: 'stranger' as SiteId }, ...others]);
    expect(opening.faults).toHaveLength(5);
  });

  it.each([0, 4])(
    'names dealer %p whose shares match their commitments and give another secret (case 35)',
    async (place) => {
      const kind = place === 4 ? 'mask-key' : 'self-seed';
      const dealer = nameOf(place);
      const forged = await splitSecret(randomBytes(32), { shares: 5, threshold: 4 });
      const shareFor = (holder: number) => forged[holder] as Uint8Array;
      const sharers = prepared.dealers.map((one) => ({
        ...one,
        entries: one.entries.map((entry, holder) => {
          const at = { attemptId, dealer, holder: nameOf(holder), kind } as const;
          const commitment = toBase64(shareCommitment(at, shareFor(holder)));
          const changed = kind === 'mask-key' ? { maskKey: commitment } : { selfSeed: commitment };
          return one.siteId === dealer ? { ...entry, ...changed } : entry;
        }),
      }));
      const answers = answersOf(0, 1, 2, 3, 4).map((answer, holder) => ({
        ...answer,
        shares: answer.shares.map((share) =>
          share.dealer === dealer ? { ...share, share: toBase64(shareFor(holder)) } : share,
        ),
      }));
      expect(await open(answers, sharers)).toEqual({
        kind: 'spoilt',
        faults: [{ kind: 'secret-mismatch', dealer }],
      });
    },
  );
});

describe('what a coordinator holds', () => {
  it('opens no secret of any site with t - 1 answers, and each with t (case 29)', async () => {
    const byCollusion = [0, 1, 2, 3].map((place) => prepared.relayOf(nameOf(place)).held);
    for (const { siteId, selfSeed, mask } of prepared.sites) {
      for (const [kind, secret] of [
        ['selfSeed', selfSeed],
        ['maskKey', mask.secretKey],
      ] as const) {
        const shares = byCollusion.map((held) => held.get(siteId)?.[kind] as Uint8Array);
        expect(await combineShares(shares)).toEqual(secret);
        for (const left of shares) {
          const fewer = shares.filter((share) => share !== left);
          expect(await combineShares(fewer)).not.toEqual(secret);
        }
      }
    }
  });
});

describe("Shamir's sharing", () => {
  it('gives what interpolation over GF(2^8) gives', async () => {
    for (const [shares, threshold] of [
      [3, 3],
      [10, 6],
      [128, 65],
    ] as const) {
      const secret = randomBytes(32);
      const split = await splitSecret(secret, { shares, threshold });
      const some = split.slice(-threshold);
      expect(await combineShares(some)).toEqual(secret);
      expect(combineByField(some)).toEqual(secret);
    }
  });

  it('leaves every byte of the secret possible with one share fewer', async () => {
    const secret = Uint8Array.of(42);
    const [first, ...others] = await splitSecret(secret, { shares: 4, threshold: 4 });
    const candidates = new Set<number>();
    for (let guess = 0; guess < 256; guess += 1) {
      const share = Uint8Array.of(guess, first?.at(-1) as number);
      candidates.add((await combineShares([share, ...others]))?.[0] as number);
    }
    expect(candidates.size).toBe(256);
  });

  it.each([
    [3, 1],
    [2, 3],
    [256, 3],
    [3, 2.5],
  ])('does not make %p shares of which %p suffice', async (shares, threshold) => {
    await expect(splitSecret(randomBytes(32), { shares, threshold })).rejects.toThrow(RangeError);
  });

  it('finds nothing through shares that name one place twice, none, or differ in length', async () => {
    const at = (place: number) => Uint8Array.of(1, place);
    expect(await combineShares([])).toBeUndefined();
    expect(await combineShares([at(1)])).toBeUndefined();
    expect(await combineShares([at(1), at(1)])).toBeUndefined();
    expect(await combineShares([at(0), at(1)])).toBeUndefined();
    expect(await combineShares([at(2), Uint8Array.of(1, 1, 1)])).toBeUndefined();
  });
});
