import { createDecipheriv } from 'node:crypto';
import fc from 'fast-check';
import { canonicalBytes, concatBytes, utf8 } from '../encoding/index.js';
import { LIMITS, parseAttemptId, parseSiteId } from '../vocabulary/index.js';
import { gcmSeal } from './aes-gcm.js';
import { contentHash } from './hash.js';
import { randomBytes } from './random.js';
import { chunkSizes, openChunk, sealUpdate, type UpdateContext } from './update-cipher.js';
import { refusal } from '../vocabulary/testing/refusal.js';

const PLAIN_BYTES = LIMITS.chunkBytes - 16;
const context: UpdateContext = {
  manifestHash: contentHash(utf8('manifest')),
  attemptId: parseAttemptId('5'.repeat(32)),
  siteId: parseSiteId('north'),
};

const refused = refusal('bad-chunk');

/** An update of three chunks, the last one short. */
const plaintext = randomBytes(2 * PLAIN_BYTES + 1000);
const contentKey = randomBytes(32);
const chunks = sealUpdate({ plaintext, contentKey, context });
const [first, second, last] = chunks as [Uint8Array, Uint8Array, Uint8Array];
const open = (chunk: Uint8Array, index: number, total = 3): Uint8Array =>
  openChunk({ chunk, index, total, contentKey, context });

describe('the sizes of chunks', () => {
  it.each([
    [0, [16]],
    [1, [17]],
    [PLAIN_BYTES - 1, [LIMITS.chunkBytes - 1]],
    [PLAIN_BYTES, [LIMITS.chunkBytes]],
    [PLAIN_BYTES + 1, [LIMITS.chunkBytes, 17]],
    [2 * PLAIN_BYTES, [LIMITS.chunkBytes, LIMITS.chunkBytes]],
  ])('of %d bytes are known beforehand', (bytes, sizes) => {
    expect(chunkSizes(bytes)).toEqual({ total: sizes.length, sizes });
    const sealed = sealUpdate({
      plaintext: new Uint8Array(bytes),
      contentKey: randomBytes(32),
      context,
    });
    expect(sealed.map((chunk) => chunk.length)).toEqual(sizes);
  });

  it('cost 16 bytes a chunk', () => {
    fc.assert(
      fc.property(fc.nat(LIMITS.adapterBytes), (bytes) => {
        const { total, sizes } = chunkSizes(bytes);
        return sizes.reduce((sum, size) => sum + size, 0) === bytes + 16 * total;
      }),
    );
  });

  it.each([-1, 0.5, Number.NaN, Infinity, 2 ** 53, PLAIN_BYTES * 2 ** 32])(
    'of %p bytes do not exist',
    (bytes) => {
      expect(() => chunkSizes(bytes)).toThrow(refusal('bad-update'));
    },
  );
});

describe('a sealed update', () => {
  it('opens chunk by chunk in any order', () => {
    const opened = [open(last, 2), open(first, 0), open(second, 1)];
    expect(Buffer.compare(concatBytes(...opened.slice(1), ...opened.slice(0, 1)), plaintext)).toBe(
      0,
    );
  });

  it('has nonces and associated data as documented, so that others can open it', () => {
    const nonce = Buffer.from('0000000000000000000000' + '00', 'hex');
    nonce.writeUInt32BE(2, 7);
    nonce.writeUInt8(1, 11);
    const decipher = createDecipheriv('aes-256-gcm', contentKey, nonce);
    decipher.setAAD(
      utf8(
        `{"attemptId":"${context.attemptId}","index":2,"manifestHash":"${context.manifestHash}","siteId":"north","total":3}`,
      ),
    );
    decipher.setAuthTag(last.subarray(-16));
    const plain = Buffer.concat([decipher.update(last.subarray(0, -16)), decipher.final()]);
    expect(plain.equals(plaintext.subarray(2 * PLAIN_BYTES))).toBe(true);
  });

  it('shows nothing of what it holds', () => {
    const zeros = sealUpdate({
      plaintext: new Uint8Array(PLAIN_BYTES),
      contentKey: randomBytes(32),
      context,
    });
    const counts = new Uint32Array(256);
    for (const byte of zeros[0] as Uint8Array) {
      counts[byte] = (counts[byte] as number) + 1;
    }
    const expected = LIMITS.chunkBytes / 256;
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(chiSquare).toBeLessThan(400); // 255 degrees of freedom: p < 1e-7
  });

  it('is not sealed twice under one content key, be it the same bytes elsewhere (case 39)', () => {
    const again = { plaintext: randomBytes(10), contentKey: contentKey.slice(), context };
    expect(() => sealUpdate(again)).toThrow(
      refusal('internal', 'a content key must seal one update only'),
    );
  });

  it('remembers the latest content keys only, in bounded memory', () => {
    const firstKey = randomBytes(32);
    const empty = new Uint8Array(0);
    sealUpdate({ plaintext: empty, contentKey: firstKey, context });
    const latest = Array.from({ length: 4096 }, () => randomBytes(32));
    latest.forEach((key) => sealUpdate({ plaintext: empty, contentKey: key, context }));
    expect(() => sealUpdate({ plaintext: empty, contentKey: firstKey, context })).not.toThrow();
    expect(() =>
      sealUpdate({ plaintext: empty, contentKey: latest.at(-1) ?? firstKey, context }),
    ).toThrow('a content key must seal one update only');
  });

  it('asks for a content key of 32 bytes', () => {
    const short = new Uint8Array(16);
    expect(() => sealUpdate({ plaintext, contentKey: short, context })).toThrow(
      'content key: expected 32 bytes, got 16 bytes',
    );
    expect(() =>
      openChunk({ chunk: first, index: 0, total: 3, contentKey: short, context }),
    ).toThrow('content key: expected 32');
  });
});

describe('a chunk does not open', () => {
  it('at the place of another (reordered)', () => {
    expect(() => open(second, 0)).toThrow('chunk 0 of 3 does not open');
    expect(() => open(first, 1)).toThrow(refused);
    expect(() => open(first, 2)).toThrow(refused);
  });

  it('a second time in the place of the next one (duplicated)', () => {
    expect(() => open(second, 2)).toThrow(refused);
  });

  it('as the last one when more belong after it (truncated)', () => {
    expect(() => open(first, 0, 1)).toThrow(refused);
    expect(() => open(second, 1, 2)).toThrow(refused);
  });

  it('as an earlier one when it was the last (extended)', () => {
    expect(() => open(last, 2, 4)).toThrow(refused);
    expect(() => open(last, 3, 4)).toThrow(refused);
  });

  it.each<[string, Partial<UpdateContext>]>([
    ['site', { siteId: parseSiteId('south') }],
    ['attempt', { attemptId: parseAttemptId('6'.repeat(32)) }],
    ['manifest', { manifestHash: contentHash(utf8('other manifest')) }],
  ])('within the update of another %s (spliced)', (_, change) => {
    const other = { ...context, ...change };
    expect(() =>
      openChunk({ chunk: first, index: 0, total: 3, contentKey, context: other }),
    ).toThrow(refused);
  });

  it('within another update of the same site', () => {
    const other = { plaintext, contentKey: randomBytes(32), context };
    const [foreign] = sealUpdate(other) as [Uint8Array];
    expect(() => open(foreign, 0)).toThrow(refused);
  });

  it('with any bit of cipher text or tag changed, or its end cut off', () => {
    fc.assert(
      fc.property(fc.nat(8 * last.length - 1), (bit) => {
        const changed = last.slice();
        changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
        expect(() => open(changed, 2)).toThrow(refused);
      }),
    );
    for (const length of [0, 15, 16, 17, last.length - 1]) {
      expect(() => open(last.subarray(0, length), 2)).toThrow(refused);
    }
  });

  it('when the site that sealed it has cut the update elsewhere', () => {
    const total = 2;
    const seal = (index: number, bytes: number): Uint8Array => {
      const nonce = new Uint8Array(12);
      nonce.set([index, index === total - 1 ? 1 : 0], 10);
      const { attemptId, manifestHash, siteId } = context;
      const associated = canonicalBytes({ attemptId, index, manifestHash, siteId, total });
      return gcmSeal(new Uint8Array(bytes), { key: contentKey, nonce, associated });
    };
    expect(open(seal(0, PLAIN_BYTES), 0, total)).toHaveLength(PLAIN_BYTES);
    expect(open(seal(1, 1), 1, total)).toHaveLength(1);
    for (const bytes of [0, PLAIN_BYTES - 1, PLAIN_BYTES + 1]) {
      expect(() => open(seal(0, bytes), 0, total)).toThrow('chunk 0 of 2:');
    }
    for (const bytes of [0, PLAIN_BYTES + 1]) {
      expect(() => open(seal(1, bytes), 1, total)).toThrow('chunk 1 of 2:');
    }
  });

  it.each([
    [-1, 3],
    [3, 3],
    [0.5, 3],
    [Number.NaN, 3],
    [0, 0],
    [0, 2.5],
    [0, Infinity],
    [0, 2 ** 32],
  ])('at the place %p of %p, which does not exist', (index, total) => {
    expect(() => open(first, index, total)).toThrow('no such place');
  });
});
