import { generateBoxKeyPair, randomBytes, signBody } from '@consilium/shared/crypto';
import { toBase64 } from '@consilium/shared/encoding';
import type { Advert, Dealt } from '@consilium/shared/protocol';
import { dealtTo } from '@consilium/shared/secagg';
import type { ContentHash } from '@consilium/shared/vocabulary';
import { statesOf } from './testing/attempt-bench.js';
import { SecureBench } from './testing/secure-bench.js';
import type { SecureSite } from './testing/secure-site.js';
import { required, SimulatedSite, type Owed } from './testing/simulated-site.js';
import { servicePort, startFederation } from './testing/service-port.js';

const SMALL_ORDER = toBase64(new Uint8Array(32));
const OTHER_HASH = `sha256:${'7'.repeat(64)}` as ContentHash;

describe('a secure attempt with a site that is at fault', () => {
  let round: SecureBench;
  let first: SecureSite;
  let last: SecureSite;

  beforeEach(async () => {
    round = await SecureBench.start(4);
    first = required(round.sites[0]);
    last = required(round.sites[3]);
    await round.begin();
  });
  afterEach(() => round.close());

  const codeOf = (reply: object): unknown => ('code' in reply ? reply.code : reply);

  it('refuses adverts whose keys are missing, weak, shared or used before (case 39)', async () => {
    const { manifest } = first.latest('round.manifest');
    const honest = required(first.advert(manifest).body.secure);
    const adverts: readonly [Partial<Advert>, string][] = [
      [{ secure: { ...honest, maskKey: SMALL_ORDER } }, 'weak-key'],
      [{ transportKey: honest.maskKey }, 'duplicate'],
    ];
    for (const [changes, code] of adverts) {
      expect(codeOf(await round.port(first).advert(first.advert(manifest, changes)))).toBe(code);
    }
    const { transportKey } = first.advert(manifest).body;
    const without = new SimulatedSite(first.siteId, 1);
    Object.assign(without, { identity: first.identity });
    without.note(first.latest('round.manifest'));
    const bare = without.advert(manifest, { transportKey });
    expect(codeOf(await round.port(first).advert(bare))).toBe('bad-message');
    await round.advertise([first]);
    const stolen = last.advert(manifest, { secure: { ...honest } });
    expect(codeOf(await round.port(last).advert(stolen))).toBe('duplicate');
    const swapped = last.advert(manifest, { transportKey: honest.maskKey });
    expect(codeOf(await round.port(last).advert(swapped))).toBe('duplicate');
  });

  it('takes shares once, for the sites that advertised', async () => {
    const port = round.port(first);
    await round.advertise();
    const dealing = await first.deal(first.latest('round.peers'));
    const { shares, entries } = dealing;
    expect(codeOf(await port.shares(shares, entries.slice(1)))).toBe('bad-message');
    expect(codeOf(await port.shares(shares, [...entries].reverse()))).toBe('bad-message');
    expect(await first.sendShares(port, dealing)).toEqual({ kind: 'accepted' });
    expect(await first.sendShares(port, dealing)).toEqual({ kind: 'accepted' });
    const other = await first.deal(first.latest('round.peers'));
    expect(codeOf(await first.sendShares(port, other))).toBe('conflict');
  });

  it('refuses a header that names other sharers or shows figures, and a vector of another hash (cases 31, 65)', async () => {
    await round.advertise();
    await round.deal();
    const relay = first.latest('round.relay');
    const port = round.port(first);
    const metrics = { samples: 1, loss: 'f64:0000000000000000', confusion: [] } as never;
    const headers = [
      { payload: { kind: 'masked', sharersHash: OTHER_HASH, training: 0 } } as const,
      { evaluation: { before: metrics, after: metrics } },
      { plaintextBytes: 4 },
    ];
    for (const header of headers) {
      const { header: signed } = first.masked(relay, { header });
      expect(codeOf(await port.openUpdate(signed))).toBe('bad-update');
    }
    const flipped = first.masked(relay, {
      vector: (bytes) => bytes.map((byte, i) => (i === 0 ? byte ^ 1 : byte)),
    });
    expect(codeOf(await first.send(flipped, port))).toBe('bad-update');
    expect(statesOf(await round.latest())[0]).toBe('refused');
  });

  it('takes one endorsement a site, of the survivors that are in the log', async () => {
    await round.advertise();
    await round.deal();
    await round.update();
    const port = round.port(first);
    const survivors = first.latest('round.survivors');
    const wrong = { leafHash: toBase64(randomBytes(32)) };
    const lie = await first.endorsement(survivors, port, wrong);
    expect(codeOf(await port.endorse(lie))).toBe('bad-message');
    const honest = await first.endorsement(survivors, port);
    expect(await port.endorse(honest)).toEqual({ kind: 'accepted' });
    expect(await port.endorse(honest)).toEqual({ kind: 'accepted' });
    expect(codeOf(await port.endorse(lie))).toBe('conflict');
    const { attemptId } = survivors;
    await last.send(last.masked(last.latest('round.relay')), round.port(last));
    await first.endorsement(survivors, port);
    expect(codeOf(await port.unmask(first.answer(attemptId)))).toBe('wrong-state');
  });

  describe('that declines over the shares of another (case 35)', () => {
    let relay: Owed<'round.relay'>;

    beforeEach(async () => {
      await round.advertise();
      await round.deal();
      relay = first.latest('round.relay');
    });

    const dealtBy = (dealer: SecureSite): Dealt =>
      required(relay.dealt.find(({ shares }) => shares.body.siteId === dealer.siteId));

    function complainOf(complaint: Dealt): Promise<object> {
      const { body } = first.decline(first.latest('round.manifest').manifest);
      const decline = { ...body, code: 'bad-shares', complaint };
      return round.port(first).decline(signBody('decline', decline, first.identity));
    }

    it('has both named in the log and in the view of the round, and the others go on', async () => {
      expect(await complainOf(dealtBy(last))).toEqual({ kind: 'accepted' });
      expect(await round.leaves('round.declined')).toMatchObject([
        { siteId: first.siteId, dealer: last.siteId, code: 'bad-shares' },
      ]);
      expect((await round.latest())?.participants[0]).toMatchObject({
        siteId: first.siteId,
        state: 'declined',
        refusedSharesOf: last.siteId,
      });
      const alive = round.sites.slice(1);
      await round.update(alive);
      await round.endorse(alive);
      await round.unmask(alive);
      expect((await round.latest())?.phase).toBe('committed');
    });

    it('is not heard over what the dealer did not sign, nor over what was not relayed to it', async () => {
      const dealt = dealtBy(last);
      const altered = { ...dealt, entry: { ...dealt.entry, maskKey: dealt.entry.selfSeed } };
      const forged = { ...dealt, shares: signBody('shares', dealt.shares.body, first.identity) };
      const second = required(last.latest('round.relay').dealt[1]);
      const again = await last.deal(last.latest('round.peers'));
      const other = dealtTo(first.siteId, again.shares, again.entries);
      const complaints: readonly [Dealt, string][] = [
        [altered, 'proof-invalid'],
        [forged, 'bad-signature'],
        [second, 'bad-message'],
        [dealtBy(first), 'bad-message'],
        [other, 'bad-message'],
      ];
      for (const [complaint, code] of complaints) {
        expect(codeOf(await complainOf(complaint))).toBe(code);
      }
      expect(await round.leaves('round.declined')).toEqual([]);
    });
  });

  async function toUnmasking(): Promise<void> {
    await round.advertise();
    await round.deal();
    await round.update();
    await round.endorse();
  }

  it('names a holder with a share that it was not dealt, and goes on with the others (case 35)', async () => {
    await toUnmasking();
    const { attemptId } = first.latest('round.quorum');
    const lie = first.answer(attemptId, ([one, ...rest]) => [
      { ...required(one), share: toBase64(randomBytes(33)) },
      ...rest,
    ]);
    expect(await round.port(first).unmask(lie)).toEqual({ kind: 'accepted' });
    expect(codeOf(await round.port(first).unmask(first.answer(attemptId)))).toBe('conflict');
    await round.unmask(round.sites.slice(1, 3));
    expect((await round.latest())?.phase).toBe('unmasking');
    await round.unmask([last]);
    expect((await round.latest())?.phase).toBe('committed');
    const refused = await round.leaves('security.refused');
    expect(refused.filter(({ code }) => code === 'share-mismatch')).toMatchObject([
      { siteId: first.siteId, code: 'share-mismatch', message: 'round.unmask' },
    ]);
  });

  it('refuses an answer with both kinds, or with one share less (case 24)', async () => {
    await toUnmasking();
    const port = round.port(first);
    const { attemptId } = first.latest('round.quorum');
    const both = first.answer(attemptId, ([one, ...rest]) => [
      required(one),
      { ...required(one), kind: 'mask-key' },
      ...rest,
    ]);
    expect(codeOf(await port.unmask(both))).toBe('bad-message');
    const less = first.answer(attemptId, (shares) => shares.slice(1));
    expect(codeOf(await port.unmask(less))).toBe('bad-message');
    const swapped = first.answer(attemptId, (shares) =>
      shares.map((share) => ({ ...share, kind: 'mask-key' })),
    );
    expect(codeOf(await port.unmask(swapped))).toBe('bad-message');
  });

  it('names a dealer whose shares open another secret than its advert names, and ends (case 35)', async () => {
    await round.advertise();
    await round.deal(round.sites.slice(1));
    const lie = await first.deal(first.latest('round.peers'), { selfSeed: randomBytes(32) });
    await first.sendShares(round.port(first), lie);
    await round.show();
    await round.update();
    await round.endorse();
    await round.unmask();
    expect((await round.attempts())[0]).toMatchObject({
      phase: 'aborted',
      reason: `the shares of ${first.siteId} open another secret than the advert names`,
    });
    const refused = await round.leaves('security.refused');
    expect(refused).toMatchObject([
      { siteId: first.siteId, code: 'secret-mismatch', message: 'round.shares' },
    ]);
  });
});

describe('a plain attempt', () => {
  it('has no mask keys', async () => {
    const round = await SecureBench.start(3);
    const sites = round.sites.map(({ siteId, weight }) => new SimulatedSite(siteId, weight));
    await round.bench.createStudy({ minSites: 3 });
    await startFederation(round.bench, sites);
    const site = required(sites[0]);
    const owed = required(await round.bench.take(site.siteId));
    site.note(owed);
    const { manifest } = site.latest('round.manifest');
    const secure = {
      maskKey: toBase64(generateBoxKeyPair().publicKey),
      selfSeedHash: toBase64(randomBytes(32)),
    };
    const port = servicePort(round.bench, site);
    expect(await port.advert(site.advert(manifest, { secure }))).toMatchObject({
      code: 'bad-message',
    });
    await round.close();
  });
});
