import { boxSeal, randomBytes, signBody, type Signed } from '../crypto/index.js';
import { fromBase64, toBase64 } from '../encoding/index.js';
import { signedHash, type Dealt, type ShareEntry, type Shares } from '../protocol/index.js';
import type { ContentHash, SiteId } from '../vocabulary/index.js';
import { refusal } from '../vocabulary/testing/refusal.js';
import {
  dealShares,
  dealtTo,
  faultyDealing,
  openDealt,
  openRelay,
  requireDealing,
} from './index.js';
import { entriesRoot } from './shares.js';
import {
  ATTEMPT,
  deal,
  peersOf,
  prepareAttempt,
  type Prepared,
  type TestDealing,
  type TestSite,
} from './testing/secure-attempt.js';

let prepared: Prepared;
let dealer: TestSite;
let holder: TestSite;
let dealing: TestDealing;

beforeAll(async () => {
  prepared = await prepareAttempt(4, 1);
  [dealer, holder] = prepared.sites as unknown as [TestSite, TestSite];
  [dealing] = prepared.dealings as unknown as [TestDealing];
});

const other = `sha256:${'00'.repeat(32)}` as ContentHash;

function resigned(change: Partial<Shares>): Signed<Shares> {
  return signBody('shares', { ...dealing.shares.body, ...change }, dealer.identity);
}

function check(change: Partial<Parameters<typeof requireDealing>[0]> = {}): void {
  requireDealing({
    shares: dealing.shares,
    entries: dealing.entries,
    attempt: ATTEMPT,
    dealer: { siteId: dealer.siteId, identityKey: dealer.identity.publicKey },
    peers: prepared.sites.map(({ siteId }) => siteId),
    ...change,
  });
}

describe('what a site deals, as the coordinator checks it', () => {
  it('is taken whatever order the peers are named in', () => {
    expect(() => {
      check({ peers: prepared.sites.map(({ siteId }) => siteId).reverse() });
    }).not.toThrow();
  });

  it('is refused when another site signed it', () => {
    const shares = signBody('shares', dealing.shares.body, holder.identity);
    expect(() => {
      check({ shares });
    }).toThrow(refusal('bad-signature'));
  });

  it.each<[string, Partial<Shares>]>([
    ['another attempt', { attemptId: 'ff'.repeat(16) as Shares['attemptId'] }],
    ['another manifest', { manifestHash: other }],
    ['other peers', { peersHash: other }],
    ['another root', { entriesRoot: toBase64(new Uint8Array(32)) }],
    ['another number of entries', { entries: 3 }],
  ])('is refused when it names %s', (_, change) => {
    expect(() => {
      check({ shares: resigned(change) });
    }).toThrow(refusal('bad-message', `site ${dealer.siteId}`));
  });

  it('is refused without an entry for each site, sorted, with a box for each other one (case 28)', () => {
    const { entries } = dealing;
    const wrong = [
      entries.slice(1),
      [...entries].reverse(),
      entries.map(({ holder, selfSeed, maskKey }) => ({ holder, selfSeed, maskKey })),
      [...entries.slice(1), ...entries.slice(-1)],
    ];
    for (const changed of wrong) {
      const shares = resigned({ entriesRoot: entriesRoot(changed), entries: changed.length });
      expect(() => {
        check({ shares, entries: changed });
      }).toThrow(refusal('bad-message'));
    }
  });
});

function opened(dealt: Dealt) {
  return openDealt({
    dealt,
    holder: {
      siteId: holder.siteId,
      transportSecret: holder.transport.secretKey,
      own: {
        pair: { selfSeed: randomBytes(33), maskKey: randomBytes(33) },
        sharesHash: other,
      },
    },
    attempt: ATTEMPT,
    peers: peersOf(prepared.sites),
  });
}

describe('what a holder is dealt', () => {
  it('is refused from a site that did not advertise, under another signature, or for another holder', () => {
    const dealt = dealtTo(holder.siteId, dealing.shares, dealing.entries);
    const stranger = { ...dealing.shares.body, siteId: 'stranger' as SiteId };
    const shares = signBody('shares', stranger, dealer.identity);
    expect(() => opened({ ...dealt, shares })).toThrow(refusal('bad-message', 'did not advertise'));
    const bySomebody = signBody('shares', dealing.shares.body, holder.identity);
    expect(() => opened({ ...dealt, shares: bySomebody })).toThrow(refusal('bad-signature'));
    const third = prepared.sites[2]?.siteId as SiteId;
    expect(() => opened(dealtTo(third, dealing.shares, dealing.entries))).toThrow(
      refusal('bad-message', 'not for this site'),
    );
  });

  it('is refused when it was dealt to fewer sites than advertised (case 28)', () => {
    const entries = dealing.entries.slice(0, 3);
    const shares = resigned({ entriesRoot: entriesRoot(entries), entries: entries.length });
    expect(() => opened(dealtTo(holder.siteId, shares, entries))).toThrow(
      refusal('bad-message', 'among all that advertised'),
    );
  });

  it('is refused when the coordinator changes the entry or its place', () => {
    const dealt = dealtTo(holder.siteId, dealing.shares, dealing.entries);
    const entry = { ...dealt.entry, maskKey: toBase64(randomBytes(32)) };
    expect(() => opened({ ...dealt, entry })).toThrow(refusal('proof-invalid'));
    expect(() => opened({ ...dealt, index: 0 })).toThrow(refusal('proof-invalid'));
  });

  it('is refused when the dealer signed a share that is not the committed one', () => {
    const entries = dealing.entries.map((entry) =>
      entry.holder === holder.siteId ? { ...entry, selfSeed: toBase64(randomBytes(32)) } : entry,
    );
    const shares = resigned({ entriesRoot: entriesRoot(entries) });
    expect(() => opened(dealtTo(holder.siteId, shares, entries))).toThrow(
      refusal('bad-message', 'does not match the commitment'),
    );
  });

  it('is refused when the box was made for another place', () => {
    const box = boxSeal(randomBytes(98), holder.transport.publicKey, dealer.transport.secretKey);
    const entries = dealing.entries.map((entry) =>
      entry.holder === holder.siteId ? { ...entry, box } : entry,
    );
    const shares = resigned({ entriesRoot: entriesRoot(entries) });
    expect(() => opened(dealtTo(holder.siteId, shares, entries))).toThrow(
      refusal('bad-message', 'made for another site, attempt or set of peers'),
    );
  });

  it('is refused when its own shares come back changed', () => {
    const [, own] = prepared.dealings as unknown as [TestDealing, TestDealing];
    expect(() => opened(dealtTo(holder.siteId, own.shares, own.entries))).toThrow(
      refusal('bad-message', 'not what this site signed'),
    );
  });

  it('is handed out only to whom something was dealt', () => {
    expect(() => dealtTo('stranger' as SiteId, dealing.shares, dealing.entries)).toThrow(
      refusal('not-found'),
    );
  });
});

describe('what a holder may complain of (case 35)', () => {
  function complaint(change: (dealt: Dealt) => Dealt): Dealt | undefined {
    const [, own] = prepared.dealings as unknown as [TestDealing, TestDealing];
    return faultyDealing({
      dealt: prepared.dealings.map(({ shares, entries }) => {
        const dealt = dealtTo(holder.siteId, shares, entries);
        return shares.body.siteId === dealer.siteId ? change(dealt) : dealt;
      }),
      holder: {
        siteId: holder.siteId,
        transportSecret: holder.transport.secretKey,
        own: { pair: own.own, sharesHash: signedHash(own.shares) },
      },
      attempt: ATTEMPT,
      peers: peersOf(prepared.sites),
    });
  }

  /** What the dealer signed with another entry for the holder. */
  function signedWith(change: Partial<ShareEntry>): Dealt {
    const entries = dealing.entries.map((entry) =>
      entry.holder === holder.siteId ? { ...entry, ...change } : entry,
    );
    const shares = resigned({ entriesRoot: entriesRoot(entries) });
    return dealtTo(holder.siteId, shares, entries);
  }

  it('is what the dealer signed and what does not fit its commitments or does not open', () => {
    const box = boxSeal(randomBytes(98), dealer.transport.publicKey, holder.transport.secretKey);
    for (const bad of [{ maskKey: toBase64(randomBytes(32)) }, { box }]) {
      const dealt = signedWith(bad);
      expect(complaint(() => dealt)).toBe(dealt);
    }
  });

  it('is nothing that fits, and nothing that the coordinator changed on the way', () => {
    expect(complaint((dealt) => dealt)).toBeUndefined();
    const maskKey = toBase64(randomBytes(32));
    const altered = (dealt: Dealt): Dealt => ({ ...dealt, entry: { ...dealt.entry, maskKey } });
    expect(complaint(altered)).toBeUndefined();
    const forged = signedWith({ maskKey });
    const shares = signBody('shares', forged.shares.body, holder.identity);
    expect(complaint(() => ({ ...forged, shares }))).toBeUndefined();
  });
});

describe('the set of sharers', () => {
  function relay(dealings: readonly TestDealing[], required: number) {
    const [, own] = prepared.dealings as unknown as [TestDealing, TestDealing];
    return openRelay({
      dealt: dealings.map(({ shares, entries }) => dealtTo(holder.siteId, shares, entries)),
      holder: {
        siteId: holder.siteId,
        transportSecret: holder.transport.secretKey,
        own: { pair: own.own, sharesHash: signedHash(own.shares) },
      },
      attempt: ATTEMPT,
      peers: peersOf(prepared.sites),
      required,
    });
  }

  it('is the same in every order', () => {
    const { dealings } = prepared;
    expect(relay(dealings, 3).sharersHash).toBe(relay([...dealings].reverse(), 3).sharersHash);
    expect(relay(dealings, 3).sharers).toHaveLength(4);
  });

  it('is refused when it is too small, leaves this site out or names one twice', () => {
    const { dealings } = prepared;
    expect(() => relay(dealings.slice(0, 2), 3)).toThrow(refusal('bad-message', '3 are needed'));
    expect(() => relay([...dealings.slice(0, 1), ...dealings.slice(2)], 3)).toThrow(
      refusal('bad-message', 'not among those'),
    );
    expect(() => relay([...dealings, ...dealings.slice(0, 1)], 3)).toThrow(
      refusal('bad-message', 'twice'),
    );
  });
});

describe('dealing', () => {
  it('gives every secret another sharing each time', async () => {
    const again = await deal(dealer, prepared.sites, prepared.threshold);
    expect(again.shares.body.entriesRoot).not.toBe(dealing.shares.body.entriesRoot);
    expect(fromBase64(again.shares.body.entriesRoot)).toHaveLength(32);
  });

  it('is refused among peers without the dealer, or with one twice', async () => {
    const input = {
      attemptId: ATTEMPT.attemptId,
      siteId: dealer.siteId,
      threshold: 3,
      secrets: { selfSeed: dealer.selfSeed, maskKey: dealer.mask.secretKey },
      transportSecret: dealer.transport.secretKey,
      peersHash: ATTEMPT.peersHash,
    };
    const peers = peersOf(prepared.sites);
    await expect(dealShares({ ...input, peers: peers.slice(1) })).rejects.toThrow(
      refusal('bad-message', 'not among the peers'),
    );
    await expect(dealShares({ ...input, peers: [...peers, ...peers] })).rejects.toThrow(
      refusal('bad-message', 'twice'),
    );
  });
});
