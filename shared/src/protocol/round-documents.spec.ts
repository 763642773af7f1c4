import { parseAttemptId, parseSiteId } from '../vocabulary/index.js';
import { contentHashOf } from '../crypto/index.js';
import { headersHash, peersHash, signedHash } from './round-documents.js';
import { ADVERT, signed, UPDATE_HEADER } from './testing/sample-round.js';
import { ATTEMPT_ID, bytes } from './testing/sample-scalars.js';

const SITES = ['a', 'a-1', 'a0', 'b', '9'].map(parseSiteId);
const adverts = SITES.map((siteId) => signed({ ...ADVERT, siteId }));
const headers = SITES.map((siteId) => signed({ ...UPDATE_HEADER, siteId }));

describe('the hash of a signed document', () => {
  it('covers the signature', () => {
    const document = signed(ADVERT);
    expect(signedHash(document)).toBe(contentHashOf(document));
    expect(signedHash({ ...document, signature: bytes(64, 8) })).not.toBe(signedHash(document));
  });
});

describe.each([
  ['adverts', (attemptId = ATTEMPT_ID, list = adverts) => peersHash(attemptId, list), adverts],
  [
    'update headers',
    (attemptId = ATTEMPT_ID, list = headers) => headersHash(attemptId, list),
    headers,
  ],
] as const)('the hash of a set of %s', (_, hashOf, documents) => {
  it('does not depend on their order, and leaves the order as it was', () => {
    const reversed = [...documents].reverse();
    expect(hashOf(ATTEMPT_ID, reversed as never)).toBe(hashOf());
    expect(reversed).toEqual([...documents].reverse());
  });

  it('changes with the attempt, and with each document that is missing', () => {
    const others = documents.map((document) =>
      hashOf(ATTEMPT_ID, documents.filter((item) => item !== document) as never),
    );
    const elsewhere = hashOf(parseAttemptId('0'.repeat(32)));
    expect(new Set([hashOf(), elsewhere, ...others]).size).toBe(documents.length + 2);
  });
});

describe('the set of adverts', () => {
  it('is hashed as the attempt and the adverts by site', () => {
    const [a, a1, a0, b, nine] = adverts.map((advert) => signedHash(advert));
    const sorted = [nine, a, a1, a0, b].map(String);
    expect(peersHash(ATTEMPT_ID, adverts)).toBe(
      contentHashOf({ attemptId: ATTEMPT_ID, adverts: sorted }),
    );
  });

  it('has another hash when an advert was signed anew', () => {
    const [first, ...rest] = adverts;
    const anew = first === undefined ? [] : [{ ...first, signature: bytes(64, 9) }];
    expect(peersHash(ATTEMPT_ID, [...anew, ...rest])).not.toBe(peersHash(ATTEMPT_ID, adverts));
  });

  it('is never that of headers', () => {
    expect(peersHash(ATTEMPT_ID, [])).not.toBe(headersHash(ATTEMPT_ID, []));
  });
});
