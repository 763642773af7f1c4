/** Threat: a dealer whose shares open no secret; the numbers are those of the security tests. */
import { setTimeout as pause } from 'node:timers/promises';
import { randomBytes, signBody } from '@consilium/shared/crypto';
import { canonicalBytes, toBase64 } from '@consilium/shared/encoding';
import { leafHash, rootOf } from '@consilium/shared/log';
import type { Dealt, Decline, ShareEntry } from '@consilium/shared/protocol';
import { dealtTo } from '@consilium/shared/secagg';
import type { SiteId } from '@consilium/shared/vocabulary';
import { given } from './testing/attempt-in-progress.js';
import { SecureSite } from './testing/secure-site.js';

const GHOST_1 = 'ghost-1' as SiteId;

describe('a site that is dealt shares which are none (case 35)', () => {
  let site: SecureSite;

  beforeEach(async () => {
    site = await SecureSite.joined({ ghosts: 3 });
  });
  afterEach(() => site.end());

  /** As ghost-1 would sign it, with another entry for the site. */
  function dealtWith(dealt: Dealt, change: Partial<ShareEntry>): Dealt {
    const { ghosts, siteId } = site.federation;
    const { key } = given(ghosts.find((ghost) => ghost.siteId === GHOST_1));
    const own = { ...dealt.entry, ...change };
    const entries = [GHOST_1, 'ghost-2', 'ghost-3', siteId].map((holder) =>
      holder === siteId ? own : { ...own, holder: holder as SiteId },
    );
    const root = rootOf(entries.map((entry) => leafHash(canonicalBytes(entry))));
    const body = { ...dealt.shares.body, entriesRoot: toBase64(root) };
    return dealtTo(siteId, signBody('shares', body, key), entries);
  }

  function alterDealtBy1(alter: (dealt: Dealt) => Dealt): void {
    site.federation.alterDealt = (all) =>
      all.map((dealt) => (dealt.shares.body.siteId === GHOST_1 ? alter(dealt) : dealt));
  }

  /** What the site said when it would not go on. */
  async function decline(): Promise<Decline> {
    const sent = (): Decline[] =>
      site.coordinator.asked.flatMap(({ request }) =>
        request.kind === 'round.decline' ? [request.decline.body] : [],
      );
    while (sent().length === 0) {
      await pause(10);
    }
    return given(sent()[0]);
  }

  it.each<[string, Partial<ShareEntry>]>([
    ['that do not fit their commitments', { selfSeed: toBase64(randomBytes(32)) }],
    [
      'in a box that does not open',
      { box: { nonce: toBase64(randomBytes(24)), box: toBase64(randomBytes(114)) } },
    ],
  ])('declines over shares %s with what their dealer signed', async (_, change) => {
    const sent: Dealt[] = [];
    alterDealtBy1((dealt) => {
      sent.push(dealtWith(dealt, change));
      return given(sent[0]);
    });
    site.federation.openAttempt(1);
    const { code, complaint } = await decline();
    expect(code).toBe('bad-shares');
    expect(complaint).toEqual(sent[0]);
    expect(site.asked()).not.toContain('update.open');
  });

  it('complains of nobody over an entry that the coordinator changed', async () => {
    alterDealtBy1((dealt) => ({
      ...dealt,
      entry: { ...dealt.entry, selfSeed: toBase64(randomBytes(32)) },
    }));
    site.federation.openAttempt(1);
    expect(await decline()).toMatchObject({ code: 'proof-invalid' });
    expect(await decline()).not.toHaveProperty('complaint');
  });
});
