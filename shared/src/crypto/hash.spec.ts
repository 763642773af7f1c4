import fc from 'fast-check';
import { toHex, utf8 } from '../encoding/index.js';
import { contentHash, contentHashOf, createContentHash, sha256 } from './hash.js';

const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

describe('SHA-256', () => {
  it('has the vectors of FIPS 180-4 for "abc" and for nothing', () => {
    expect(toHex(sha256(utf8('abc')))).toBe(ABC);
    expect(toHex(sha256())).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
  });

  it('takes its parts as one byte string', () => {
    expect(sha256(utf8('a'), utf8(''), utf8('bc'))).toEqual(sha256(utf8('abc')));
  });

  it('gives plain bytes, whose slices are copies', () => {
    expect(sha256().constructor).toBe(Uint8Array);
  });
});

describe('a content hash', () => {
  it('names bytes', () => {
    expect(contentHash(utf8('abc'))).toBe(`sha256:${ABC}`);
  });

  it('names a document by its canonical bytes', () => {
    expect(contentHashOf({ b: 1, a: [] })).toBe(contentHash(utf8('{"a":[],"b":1}')));
  });

  it('is the same however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), (pieces) => {
        const hash = createContentHash();
        pieces.forEach((piece) => hash.update(piece));
        return hash.digest() === contentHash(Buffer.concat(pieces));
      }),
    );
  });
});
