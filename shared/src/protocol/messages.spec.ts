import fc from 'fast-check';
import { concatBytes, utf8 } from '../encoding/index.js';
import { isConsiliumError, LIMITS } from '../vocabulary/index.js';
import { refusal } from '../vocabulary/testing/refusal.js';
import { decodeFrame, encodeFrame, siteRequestSchema } from './messages.js';
import { REQUESTS } from './testing/sample-messages.js';

/** What the channel adds to a plaintext, with room to spare. */
const LARGEST_PLAINTEXT = LIMITS.frameBytes - 64;

function frame(announced: number, rest: Uint8Array): Uint8Array {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, announced);
  return concatBytes(length, rest);
}

describe('a frame', () => {
  it('is the length of its JSON in four bytes, the JSON, and the attachment', () => {
    const encoded = encodeFrame({ a: 'é' }, new Uint8Array([1, 2]));
    expect(encoded).toEqual(
      concatBytes(new Uint8Array([0, 0, 0, 10]), utf8('{"a":"é"}'), new Uint8Array([1, 2])),
    );
  });

  it('gives back every message and every attachment', () => {
    const requests = fc.constantFrom(...Object.values(REQUESTS));
    fc.assert(
      fc.property(requests, fc.uint8Array(), (request, attachment) => {
        const decoded = decodeFrame(encodeFrame(request, attachment));
        expect(siteRequestSchema.parse(decoded.json)).toEqual(request);
        expect(decoded.attachment).toEqual(attachment);
      }),
    );
  });

  it('may be a view into larger memory', () => {
    const memory = concatBytes(new Uint8Array(7), encodeFrame({ a: 1 }), new Uint8Array(0));
    expect(decodeFrame(memory.subarray(7)).json).toEqual({ a: 1 });
  });

  it('holds a chunk of an update beside its request', () => {
    const chunk = new Uint8Array(LIMITS.chunkBytes);
    expect(decodeFrame(encodeFrame(REQUESTS['update.chunk'], chunk)).attachment).toHaveLength(
      LIMITS.chunkBytes,
    );
  });

  it('leaves room for what the channel adds to it', () => {
    const largest = new Uint8Array(LARGEST_PLAINTEXT - 6);
    expect(encodeFrame({}, largest)).toHaveLength(LARGEST_PLAINTEXT);
    expect(() => encodeFrame({}, new Uint8Array(LARGEST_PLAINTEXT - 5))).toThrow(
      refusal('message-too-large', `this one has ${LARGEST_PLAINTEXT + 1}`),
    );
  });
});

describe('a frame from outside', () => {
  it.each([
    ['no bytes', new Uint8Array(0), 'bad-message', 'at least 4 bytes, got 0'],
    ['half a length', new Uint8Array(3), 'bad-message', 'at least 4 bytes, got 3'],
    ['more than it holds', frame(3, utf8('{}')), 'bad-message', 'announces 3 bytes of JSON'],
    ['4 GiB of JSON', frame(2 ** 32 - 1, utf8('{}')), 'bad-message', 'holds 2'],
    ['no JSON', frame(0, utf8('{}')), 'bad-encoding', 'expected a value'],
    ['cut JSON', frame(1, utf8('{}')), 'bad-encoding', 'JSON at character 1'],
    ['no UTF-8', frame(1, new Uint8Array([0xff])), 'bad-encoding', 'expected UTF-8 text'],
    ['a repeated member', frame(13, utf8('{"a":1,"a":1}')), 'bad-encoding', 'repeated key'],
    ['a prototype', frame(16, utf8('{"__proto__":{}}')), 'bad-encoding', 'forbidden key'],
    ['33 levels', frame(33, utf8('['.repeat(33))), 'bad-encoding', 'nested deeper than 32'],
  ] as const)('is refused with %s', (_, bytes, code, message) => {
    expect(() => decodeFrame(bytes)).toThrow(refusal(code, message));
  });

  it('throws nothing but coded errors, whatever the bytes', () => {
    const anyBytes = fc.uint8Array({ maxLength: 200 });
    const json = fc.constantFrom(...Object.values(REQUESTS)).map((item) => encodeFrame(item));
    const bent = fc
      .tuple(json, fc.nat(), fc.nat(255))
      .map(([bytes, at, value]) =>
        bytes.map((byte, i) => (i === at % bytes.length ? value : byte)),
      );
    const announced = fc.tuple(fc.nat(40), anyBytes).map(([n, rest]) => frame(n, rest));
    fc.assert(
      fc.property(fc.oneof(anyBytes, announced, bent), (bytes) => isReadOrRefused(bytes)),
      { numRuns: 2000 },
    );
  });
});

function isReadOrRefused(bytes: Uint8Array): boolean {
  try {
    const { attachment } = decodeFrame(bytes);
    return attachment.length <= bytes.length - 4;
  } catch (error) {
    return isConsiliumError(error);
  }
}
