/** Cases of a coordinator that cheats in a secure attempt; the numbers are those of the security tests. */
import {
  generateBoxKeyPair,
  generateSigningKeyPair,
  signBody,
  type Signed,
} from '@consilium/shared/crypto';
import { toBase64 } from '@consilium/shared/encoding';
import { headersHash, type Advert, type Dealt, type Shares } from '@consilium/shared/protocol';
import type { SiteId } from '@consilium/shared/vocabulary';
import { given } from './testing/attempt-in-progress.js';
import { hashOfLeaf } from './testing/secure-federation.js';
import { SecureSite } from './testing/secure-site.js';
import { testStudy } from './testing/test-study.js';

const GHOST_1 = 'ghost-1' as SiteId;

describe('a site whose coordinator cheats in a secure attempt', () => {
  let site: SecureSite;

  afterEach(async () => {
    await site.end();
  });

  /** Only what is public has left the site. */
  function expectNothingSent(...kinds: string[]): void {
    for (const kind of kinds) {
      expect(site.asked()).not.toContain(kind);
    }
  }

  function swapMaskKey({ body }: Signed<Advert>, key = generateSigningKeyPair()): Signed<Advert> {
    const maskKey = toBase64(generateBoxKeyPair().publicKey);
    return signBody('advert', { ...body, secure: { ...given(body.secure), maskKey } }, key);
  }

  it('deals no shares when one mask key was swapped (case 21)', async () => {
    site = await SecureSite.joined();
    site.federation.alterPeers = ([first, ...rest]) => [swapMaskKey(given(first)), ...rest];
    site.federation.openAttempt(1);
    expect(await site.refusal('declined-round')).toBe('bad-signature');
    expectNothingSent('round.shares', 'update.open');
  });

  it('deals no shares to a site that is in no roster (case 22)', async () => {
    site = await SecureSite.joined();
    site.federation.alterPeers = (adverts) => [
      ...adverts,
      signBody(
        'advert',
        { ...swapMaskKey(given(adverts[0])).body, siteId: 'stranger' as SiteId },
        generateSigningKeyPair(),
      ),
    ];
    site.federation.openAttempt(1);
    expect(await site.refusal('declined-round')).toBe('unknown-key');
    expectNothingSent('round.shares', 'update.open');
  });

  it('deals no shares among adverts of which two have one mask key', async () => {
    site = await SecureSite.joined();
    const { federation } = site;
    const second = given(federation.ghosts[1]);
    federation.alterPeers = ([one, two, own]) => {
      const { maskKey } = given(given(one).body.secure);
      const body = { ...given(two).body, secure: { ...given(given(two).body.secure), maskKey } };
      return [given(one), signBody('advert', body, second.key), given(own)];
    };
    federation.openAttempt(1);
    expect(await site.refusal('declined-round')).toBe('duplicate');
    expectNothingSent('round.shares');
  });

  it('deals no shares among adverts of which one has no mask key', async () => {
    site = await SecureSite.joined();
    const { federation } = site;
    const first = given(federation.ghosts[0]);
    federation.alterPeers = ([one, ...rest]) => {
      const { secure, ...body } = given(one).body;
      expect(secure).toBeDefined();
      return [signBody('advert', body, first.key), ...rest];
    };
    federation.openAttempt(1);
    expect(await site.refusal('declined-round')).toBe('bad-message');
    expectNothingSent('round.shares');
  });

  it('masks nothing for fewer sites than hide each other (case 27)', async () => {
    site = await SecureSite.joined({ ghosts: 3 });
    const { federation } = site;
    federation.alterManifest = (manifest) => ({ ...manifest, cohort: manifest.cohort.slice(-2) });
    federation.openAttempt(1);
    // The study asks for three, and so does the arithmetic.
    expect(await site.refusal('declined-round')).toBe('bad-message');
    expectNothingSent('round.advert');
  });

  it('masks nothing when too few dealt shares (case 27)', async () => {
    site = await SecureSite.joined({ ghosts: 3 });
    site.federation.alterDealt = (dealt) => dealt.slice(0, 2);
    site.federation.openAttempt(1);
    expect(await site.refusal('declined-round')).toBe('bad-message');
    expectNothingSent('update.open');
  });

  it.each([
    ['assumes fewer colluders than the study', { kind: 'secure', colluders: 1, threshold: 4 }],
    ['lets fewer sites open a sum', { kind: 'secure', colluders: 2, threshold: 3 }],
    ['is not secure', { kind: 'plain', key: toBase64(generateBoxKeyPair().publicKey) }],
  ] as const)('does not advertise where the manifest %s', async (_, aggregation) => {
    const protocol = testStudy({ colluders: 2, minSites: 4 });
    site = await SecureSite.joined({ ghosts: 4, protocol });
    site.federation.alterManifest = (manifest) => ({ ...manifest, aggregation });
    site.federation.openAttempt(1);
    expect(await site.refusal('declined-round')).toBe('bad-message');
    expectNothingSent('round.advert');
  });

  it('masks nothing for sharers that dealt among others than the peers it was shown (case 65)', async () => {
    site = await SecureSite.joined({ ghosts: 3 });
    const { federation } = site;
    federation.alterDealt = (dealt) => dealt.map((one) => dealtAmongOthers(one));
    federation.openAttempt(1);
    expect(await site.refusal('declined-round')).toBe('bad-message');
    expectNothingSent('update.open');
  });

  /** The ghost's own word, but on another set of peers. */
  function dealtAmongOthers(dealt: Dealt): Dealt {
    const ghost = site.federation.ghosts.find(({ siteId }) => siteId === GHOST_1);
    const { body } = dealt.shares;
    if (body.siteId !== GHOST_1) {
      return dealt;
    }
    const other: Shares = { ...body, peersHash: body.manifestHash };
    return { ...dealt, shares: signBody('shares', other, given(ghost).key) };
  }

  it('endorses no survivor whose update was masked for other sharers (case 65)', async () => {
    site = await SecureSite.joined({ ghosts: 3 });
    const { federation } = site;
    const ghost = given(federation.ghosts[0]);
    federation.alterHeaders = (headers) =>
      headers.map((header) => {
        const { body } = header;
        const payload = { kind: 'masked', sharersHash: body.manifestHash, training: 0 } as const;
        return body.siteId === GHOST_1
          ? signBody('update-header', { ...body, payload }, ghost.key)
          : header;
      });
    federation.openAttempt(1);
    expect(await site.refusal('refused')).toBe('bad-message');
    expectNothingSent('round.endorse', 'round.unmask');
  });

  it('endorses no leaf that names other sharers than it was shown (case 65)', async () => {
    site = await SecureSite.joined({ ghosts: 3 });
    site.federation.alterSurvivors = (leaf) => ({ ...leaf, sharersHash: leaf.headersHash });
    site.federation.openAttempt(1);
    expect(await site.refusal('refused')).toBe('bad-message');
    expectNothingSent('round.endorse', 'round.unmask');
  });

  it('endorses no leaf that names a site twice, or too few (cases 24 and 27)', async () => {
    site = await SecureSite.joined({ ghosts: 3 });
    const { federation } = site;
    federation.alterSurvivors = (leaf) => ({ ...leaf, sites: [...leaf.sites, GHOST_1] });
    federation.openAttempt(1);
    expect(await site.refusal('refused')).toBe('bad-message');
    expectNothingSent('round.endorse', 'round.unmask');
  });

  it('endorses no leaf with two survivors', async () => {
    site = await SecureSite.joined({ ghosts: 3 });
    const { federation } = site;
    federation.alterHeaders = (headers) => headers.slice(-2);
    federation.openAttempt(1);
    expect(await site.refusal('refused')).toBe('bad-message');
    expectNothingSent('round.endorse', 'round.unmask');
  });

  it('gives one share of each sharer, and none when asked for the other kind by a second leaf (cases 24 and 25)', async () => {
    site = await SecureSite.joined({ ghosts: 4 });
    const { federation, agent } = site;
    federation.silent.add(GHOST_1);
    federation.sendsResult = false;
    const attempt = federation.openAttempt(1);
    await agent.until(({ event }) => event === 'unmasked');
    federation.alterHeaders = (headers) =>
      headers.filter(({ body }) => body.siteId !== ('ghost-2' as SiteId));
    federation.sendSurvivors(attempt);
    expect(await site.refusal('refused')).toBe('conflict');

    const [unmasking] = federation.unmaskings;
    const kinds = given(unmasking).body.shares.map(({ dealer, kind }) => [dealer, kind]);
    expect(kinds).toEqual([
      ['ghost-1', 'mask-key'],
      ['ghost-2', 'self-seed'],
      ['ghost-3', 'self-seed'],
      ['ghost-4', 'self-seed'],
      ['northgate', 'self-seed'],
    ]);
    expect(site.asked().filter((kind) => kind === 'round.unmask')).toHaveLength(1);
    expect(site.asked().filter((kind) => kind === 'round.endorse')).toHaveLength(1);
    const [evidence] = await site.evidence();
    expect(evidence).toMatchObject({ code: 'conflict', second: { kind: 'round.survivors' } });
  });

  it('lets no share go when others endorsed another list, and keeps their words (case 25)', async () => {
    site = await SecureSite.joined({ ghosts: 3 });
    const { federation } = site;
    federation.alterQuorum = (endorsements) =>
      endorsements.map((endorsement) => {
        const ghost = federation.ghosts.find(({ siteId }) => siteId === endorsement.body.siteId);
        const { leafIndex } = endorsement.body;
        const attempt = given(federation.attempts[0]);
        const otherLeaf = { ...federation.survivorsOf(attempt).leaf, atMs: 1 };
        return ghost === undefined
          ? endorsement
          : ghost.endorse(attempt.manifest, leafIndex + 1, hashOfLeaf(otherLeaf));
      });
    federation.openAttempt(1);
    expect(await site.refusal('refused')).toBe('bad-message');
    expectNothingSent('round.unmask');
    const [evidence] = await site.evidence();
    expect(given(evidence)['endorsements']).toHaveLength(4);
  });

  it.each([
    ['of too few', (all: readonly unknown[]) => all.slice(0, 2)],
    ['of one site many times', (all: readonly unknown[]) => [all[0], all[1], all[1], all[1]]],
  ])('lets no share go with endorsements %s (case 66)', async (_, alter) => {
    site = await SecureSite.joined({ ghosts: 3 });
    const { federation } = site;
    federation.alterQuorum = (all) => alter(all) as typeof all;
    federation.openAttempt(1);
    expect(await site.refusal('refused')).toBe('bad-message');
    expectNothingSent('round.unmask');
  });

  it('lets no share go with endorsements by strangers, or under a key of their own (case 66)', async () => {
    site = await SecureSite.joined({ ghosts: 3 });
    const { federation } = site;
    federation.alterQuorum = (all) => [
      ...all.slice(0, 2),
      signBody('endorsement', given(all[2]).body, generateSigningKeyPair()),
    ];
    federation.openAttempt(1);
    expect(await site.refusal('refused')).toBe('bad-signature');
    expectNothingSent('round.unmask');
  });

  it('endorses no list that is not in the log it knows, or is a forged one of the headers', async () => {
    site = await SecureSite.joined({ ghosts: 3 });
    site.federation.alterSurvivors = (leaf) => ({
      ...leaf,
      headersHash: headersHash(leaf.attemptId, []),
    });
    site.federation.openAttempt(1);
    expect(await site.refusal('refused')).toBe('bad-message');
    expectNothingSent('round.endorse', 'round.unmask');
  });

  it('halts the study when the record sums others than it endorsed', async () => {
    site = await SecureSite.joined({ ghosts: 4 });
    const { federation, agent } = site;
    federation.alterRecord = (record) => ({
      ...record,
      survivors: record.survivors.slice(1),
      participants: record.participants.map((one) =>
        one.siteId === GHOST_1 ? { ...one, state: 'dropped' as const } : one,
      ),
      weightSurvivors: record.weightSurvivors - 10,
    });
    federation.openAttempt(1);
    const halted = await agent.until(({ event }) => event === 'study-halted');
    expect(halted.code).toBe('proof-invalid');
  });
});
