import { toBase64, utf8, type Json } from '../encoding/index.js';
import { generateSigningKeyPair, keyIdOf, signDetached } from './signing.js';
import { signBody, verifyBody, type Signed, type SigningDomain } from './signed-body.js';
import { refusal } from '../vocabulary/testing/refusal.js';

const key = generateSigningKeyPair();
const body = { weight: 3, site: 'north' };
const signed = signBody('join', body, key);

const refused = refusal('bad-signature', 'join: the signature does not hold');

describe('a signed document', () => {
  it('is verified and handed back', () => {
    expect(verifyBody('join', signed, key.publicKey)).toBe(body);
    expect(signed.keyId).toBe(keyIdOf(key.publicKey));
  });

  it('is signed over its domain, a zero byte and its canonical bytes', () => {
    const bytes = utf8('consilium/v1/join\0{"site":"north","weight":3}');
    expect(signed.signature).toBe(toBase64(signDetached(bytes, key.secretKey)));
  });

  it('stays valid whatever the order of its keys', () => {
    const reordered = { ...signed, body: { site: 'north', weight: 3 } };
    expect(verifyBody('join', reordered, key.publicKey)).toEqual(body);
  });

  it('may itself be signed within another document', () => {
    const outer = signBody('roster', { members: [signed] }, key);
    expect(verifyBody('roster', outer, key.publicKey).members).toEqual([signed]);
  });

  it.each<SigningDomain>(['advert', 'decline', 'handshake-site', 'study'])(
    'of one kind never passes for another (%s)',
    (domain) => {
      expect(() => verifyBody(domain, signed, key.publicKey)).toThrow(
        `${domain}: the signature does not hold`,
      );
    },
  );

  it.each<[string, Partial<Signed<Json>>]>([
    ['a changed value', { body: { weight: 4, site: 'north' } }],
    ['a key more', { body: { ...body, extra: true } }],
    ['a body without canonical form', { body: { ...body, weight: 0.5 } }],
    ['another key id', { keyId: keyIdOf(generateSigningKeyPair().publicKey) }],
    ['another signature', { signature: toBase64(new Uint8Array(64)) }],
    ['a short signature', { signature: toBase64(new Uint8Array(63)) }],
    ['no base64', { signature: '?' }],
    ['base64 with loose padding bits', { signature: signed.signature.replace(/.==$/, 'h==') }],
  ])('is refused with %s, in the same words', (_, change) => {
    const changed: Signed<Json> = { ...signed, ...change };
    expect(() => verifyBody('join', changed, key.publicKey)).toThrow(refused);
  });

  it('is refused under another key', () => {
    const other = generateSigningKeyPair();
    expect(() => verifyBody('join', signed, other.publicKey)).toThrow(refused);
    const relabelled = { ...signed, keyId: keyIdOf(other.publicKey) };
    expect(() => verifyBody('join', relabelled, other.publicKey)).toThrow(refused);
  });

  it('without canonical form is not signed', () => {
    expect(() => signBody('join', { weight: 0.5 }, key)).toThrow(refusal('bad-encoding'));
  });
});
