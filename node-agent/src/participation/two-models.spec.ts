/** Threat: a coordinator that shows another model to some of the sites, so that their masks hide a sum of its choice. Case 23. */
import { signBody } from '@consilium/shared/crypto';
import type { Advert, Shares } from '@consilium/shared/protocol';
import type { ContentHash, SiteId } from '@consilium/shared/vocabulary';
import { given } from './testing/attempt-in-progress.js';
import { SecureSite } from './testing/secure-site.js';

const GHOST_1 = 'ghost-1' as SiteId;
const OTHER = `sha256:${'5a'.repeat(32)}` as ContentHash;

describe('a site whose coordinator shows two models (case 23)', () => {
  let site: SecureSite;

  beforeEach(async () => {
    site = await SecureSite.joined({ ghosts: 3 });
  });
  afterEach(() => site.end());

  const ghost = () => given(site.federation.ghosts.find(({ siteId }) => siteId === GHOST_1));

  it('deals no shares to a site whose advert follows another manifest', async () => {
    site.federation.alterPeers = (adverts) =>
      adverts.map((advert) => {
        const { body } = advert;
        const other: Advert = { ...body, manifestHash: OTHER };
        return body.siteId === GHOST_1 ? signBody('advert', other, ghost().key) : advert;
      });
    site.federation.openAttempt(1);
    expect(await site.refusal('declined-round')).toBe('bad-message');
    expect(site.asked()).not.toContain('round.shares');
  });

  it('masks nothing for a site that dealt under another manifest', async () => {
    site.federation.alterDealt = (dealt) =>
      dealt.map((one) => {
        const { body } = one.shares;
        const other: Shares = { ...body, manifestHash: OTHER };
        const shares = signBody('shares', other, ghost().key);
        return body.siteId === GHOST_1 ? { ...one, shares } : one;
      });
    site.federation.openAttempt(1);
    expect(await site.refusal('declined-round')).toBe('bad-message');
    expect(site.asked()).not.toContain('update.open');
  });
});
