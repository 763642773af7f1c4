/** Threat: a coordinator that shows two models to the sites of one secure attempt, each with a manifest of its own. Case 23. */
import { signBody, type Signed, type SigningDomain } from '../crypto/index.js';
import type { JsonObject } from '../encoding/index.js';
import type { ContentHash, SiteId } from '../vocabulary/index.js';
import { failuresOf, withAttempt } from './testing/forged-bundle.js';
import { playSecureStudy } from './testing/sample-secure-study.js';
import type { SampleStudy } from './testing/sample-study.js';

describe('a coordinator that shows two models (case 23)', () => {
  let study: SampleStudy;

  beforeAll(async () => {
    study = await playSecureStudy();
  });

  /** As northgate would have signed it under the other manifest, which is named here by the hash of another document. */
  function underAnother<T extends { readonly siteId: SiteId; readonly manifestHash: ContentHash }>(
    domain: SigningDomain,
    documents: readonly Signed<T>[],
  ): Signed<T>[] {
    const site = study.sites.find(({ siteId }) => siteId === 'northgate');
    return documents.map((document) => {
      const body = { ...document.body, manifestHash: OTHER };
      return document.body.siteId === site?.siteId
        ? (signBody(domain, body as unknown as JsonObject, site.key) as unknown as Signed<T>)
        : document;
    });
  }

  const OTHER = `sha256:${'5a'.repeat(32)}` as ContentHash;

  it('is found in what a site that was shown the other one signed: advert, shares and header', () => {
    const files = withAttempt(study, ({ adverts, shares = [], headers }) => ({
      adverts: underAnother('advert', adverts),
      shares: underAnother('shares', shares),
      headers: underAnother('update-header', headers),
    }));
    const told = failuresOf(files).filter(
      ({ what, found }) => what === 'manifestHash' && found === OTHER,
    );
    expect(told.map(({ check }) => check).sort()).toEqual(['adverts', 'headers', 'shares']);
  });
});
