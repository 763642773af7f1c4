import fc from 'fast-check';

import { concatBytes, utf8 } from '../encoding/index.js';
import { LIMITS } from '../vocabulary/index.js';
import { refusal } from '../vocabulary/testing/refusal.js';
import {
  decodeTensor,
  readSafetensors,
  readSafetensorsHeader,
  safetensorsHead,
  shapeSize,
  writeSafetensors,
  type TensorSet,
} from './index.js';
import { isTensorName } from './safetensors-header.js';

/** A file with any header, true or not. */
function fileOf(header: string | Uint8Array, data: Uint8Array, length?: bigint): Uint8Array {
  const json = typeof header === 'string' ? utf8(header) : header;
  const prefix = new Uint8Array(8);
  new DataView(prefix.buffer).setBigUint64(0, length ?? BigInt(json.length), true);
  return concatBytes(prefix, json, data);
}

function entry(dtype: string, shape: readonly number[], begin: number, end: number): object {
  return { dtype, shape, data_offsets: [begin, end] };
}

function fileWith(table: object, dataBytes: number): Uint8Array {
  return fileOf(JSON.stringify(table), new Uint8Array(dataBytes));
}

const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter(isTensorName);
const shape = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });

const anySet: fc.Arbitrary<TensorSet> = fc
  .uniqueArray(fc.tuple(name, shape, fc.integer()), { selector: ([text]) => text, maxLength: 6 })
  .map((tensors) => {
    return new Map(
      tensors.map(([text, dimensions, seed]) => {
        const bits = Uint32Array.from({ length: shapeSize(dimensions) }, (_, i) =>
          Math.imul(seed + i, 0x9e3779b1),
        );
        return [text, { shape: dimensions, data: new Float32Array(bits.buffer) }];
      }),
    );
  });

const metadata = fc.dictionary(name, fc.string({ unit: 'binary' }), {
  noNullPrototype: true,
  maxKeys: 5,
});

function bitsOf(set: TensorSet): unknown {
  return [...set].map(([text, tensor]) => [
    text,
    tensor.shape,
    [...new Uint32Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.length)],
  ]);
}

const two: TensorSet = new Map([
  ['b', { shape: [2], data: Float32Array.of(1, -2) }],
  ['a', { shape: [1, 1], data: Float32Array.of(0.5) }],
]);

describe('writing safetensors', () => {
  it('writes tensors in the order of the set and metadata in that of its keys', () => {
    const file = writeSafetensors(two, { z: '12', a: 'ü' });
    const header =
      '{"__metadata__":{"a":"ü","z":"12"},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[1,1],"data_offsets":[8,12]}}';
    const padded = header + ' '.repeat(8 - (utf8(header).length % 8));
    const data = Uint8Array.of(0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 0, 0, 0, 0x3f);
    expect(file).toEqual(fileOf(padded, data));
  });

  it('gives equal bytes for equal input, whatever the order of the metadata', () => {
    expect(writeSafetensors(two, { a: '1', b: '2' })).toEqual(
      writeSafetensors(new Map(two), { b: '2', a: '1' }),
    );
  });

  it('begins the data at a multiple of eight bytes', () => {
    fc.assert(
      fc.property(anySet, metadata, (set, extra) => {
        expect(readSafetensorsHeader(writeSafetensors(set, extra)).dataOffset % 8).toBe(0);
      }),
    );
  });

  it('refuses names that it would not read, and values that do not fill their shape', () => {
    expect(() => writeSafetensors(two, { constructor: '' })).toThrow(RangeError);
    expect(() => writeSafetensors(two, { 'a\nb': '' })).toThrow(RangeError);
    const data = new Float32Array(1);
    expect(() => writeSafetensors(new Map([['__metadata__', { shape: [1], data }]]))).toThrow(
      RangeError,
    );
    expect(() => writeSafetensors(new Map([['a', { shape: [2], data }]]))).toThrow(RangeError);
  });
});

describe('reading safetensors', () => {
  it('gives back every bit that was written, at any alignment', () => {
    fc.assert(
      fc.property(anySet, metadata, fc.nat({ max: 3 }), (set, extra, shift) => {
        const file = concatBytes(new Uint8Array(shift), writeSafetensors(set, extra)).subarray(
          shift,
        );
        expect(new Map(bitsOf(readSafetensors(file)) as [])).toEqual(new Map(bitsOf(set) as []));
        expect(readSafetensorsHeader(file).metadata).toEqual(extra);
      }),
    );
  });

  it('copies the values, so the file may be let go', () => {
    const file = writeSafetensors(two);
    const set = readSafetensors(file);
    file.fill(0xff);
    expect(bitsOf(set)).toEqual(bitsOf(two));
  });

  it('widens F16 and BF16', () => {
    const header = JSON.stringify({ h: entry('F16', [2], 0, 4), b: entry('BF16', [], 4, 6) });
    const set = readSafetensors(fileOf(header, Uint8Array.of(0, 0x3c, 0, 0xc0, 0x49, 0x40)));
    expect(set.get('h')?.data).toEqual(Float32Array.of(1, -2));
    expect(set.get('b')?.data).toEqual(Float32Array.of(3.140625));
  });

  it('reads tensors that the header lists in another order than their bytes', () => {
    const file = fileWith({ b: entry('F32', [1], 4, 8), a: entry('F32', [1], 0, 4) }, 8);
    expect(readSafetensorsHeader(file).tensors.map((tensor) => tensor.name)).toEqual(['a', 'b']);
  });

  it('reads a file without tensors, and tensors without values', () => {
    expect(readSafetensors(fileOf('{}', new Uint8Array())).size).toBe(0);
    const file = fileWith({ a: entry('F32', [0, 7], 0, 0), b: entry('F32', [1], 0, 4) }, 4);
    expect(readSafetensors(file).get('a')?.data).toHaveLength(0);
  });

  it('reads as many tensors as any model has, and refuses a header of more before it is parsed', () => {
    const empty = (count: number) =>
      fileWith(
        Object.fromEntries(
          Array.from({ length: count }, (_, i) => [`t${i}`, entry('F32', [0, 1, 1, 1], 0, 0)]),
        ),
        0,
      );
    expect(readSafetensorsHeader(empty(20_000)).tensors).toHaveLength(20_000);
    expect(() => readSafetensorsHeader(empty(25_000))).toThrow(
      refusal('bad-safetensors', 'the header lists more than 160000 values'),
    );
    const broken = fileOf(`{"t":[${'0,'.repeat(200_000)}`, new Uint8Array(0));
    expect(() => readSafetensorsHeader(broken)).toThrow(
      refusal('bad-safetensors', 'the header lists more than 160000 values'),
    );
  });

  it('counts no comma of a name or of the metadata, where quotes are escaped too', () => {
    const files = JSON.stringify(Array.from({ length: 100_000 }, (_, i) => `a "quoted", ${i}\\`));
    const set: TensorSet = new Map([['a,b', { shape: [1], data: Float32Array.of(2) }]]);
    const bytes = writeSafetensors(set, { files });
    expect(readSafetensorsHeader(bytes).metadata).toEqual({ files });
  });

  it('reads one tensor of a file that has others of no use', () => {
    const file = fileWith({ ids: entry('I64', [1], 0, 8), w: entry('F32', [1], 8, 12) }, 12);
    const header = readSafetensorsHeader(file);
    const [, wanted] = header.tensors;
    expect(wanted && decodeTensor(file, header, wanted).data).toEqual(new Float32Array(1));
    expect(() => readSafetensors(file)).toThrow(
      refusal('bad-safetensors', 'tensor ids is I64, not F32, F16 or BF16'),
    );
  });

  const float = entry('F32', [1], 0, 4);

  it.each([
    ['an empty file', new Uint8Array(), 'ends within the length'],
    ['seven bytes', new Uint8Array(7), 'ends within the length'],
    ['a header longer than the file', fileOf('{}', new Uint8Array(), 3n), 'ends within its header'],
    [
      'a header of 2^63 bytes',
      fileOf('{}', new Uint8Array(), 2n ** 63n),
      'the header is longer than',
    ],
    [
      'a header one byte above the limit',
      fileOf('{}', new Uint8Array(), BigInt(LIMITS.safetensorsHeaderBytes) + 1n),
      'the header is longer than',
    ],
    ['an empty header', fileOf('', new Uint8Array()), 'does not begin with a brace'],
    ['a space before the header', fileOf(' {}', new Uint8Array()), 'does not begin with a brace'],
    ['a list for a header', fileOf('[]', new Uint8Array()), 'does not begin with a brace'],
    [
      'a pickle',
      Uint8Array.from([...utf8('PK\x03\x04'), ...new Uint8Array(60)]),
      'the header is longer than',
    ],
    ['a header that is no JSON', fileOf('{"a":', new Uint8Array()), 'not a JSON table'],
    [
      'a header that is not UTF-8',
      fileOf(Uint8Array.of(0x7b, 0xff, 0x7d), new Uint8Array()),
      'not a JSON table',
    ],
    [
      'a name twice',
      fileOf(`{"a":${JSON.stringify(float)},"a":${JSON.stringify(float)}}`, new Uint8Array(4)),
      'not a JSON table',
    ],
    [
      'a name that reaches a prototype',
      fileOf(`{"__proto__":${JSON.stringify(float)}}`, new Uint8Array(4)),
      'not a JSON table',
    ],
    [
      'a header nested too deep',
      fileOf('{"a":{"shape":[[1]]}}', new Uint8Array()),
      'not a JSON table',
    ],
    ['an entry that is no object', fileWith({ a: 1 }, 0), 'tensor a is not an object'],
    ['an entry that is a list', fileWith({ a: [] }, 0), 'tensor a is not an object'],
    ['an entry that is null', fileWith({ a: null }, 0), 'tensor a is not an object'],
    ['an empty name', fileWith({ '': float }, 4), 'a tensor name is empty'],
    ['a name that would steer a terminal', fileWith({ 'a\u001b[2J': float }, 4), 'not printable'],
    ['a name of 513 characters', fileWith({ ['a'.repeat(513)]: float }, 4), 'longer than 512'],
    [
      'an unknown dtype',
      fileWith({ a: entry('F31', [1], 0, 4) }, 4),
      'tensor a has an unknown dtype',
    ],
    ['a dtype of every object', fileWith({ a: entry('toString', [1], 0, 4) }, 4), 'unknown dtype'],
    ['no dtype', fileWith({ a: { shape: [1], data_offsets: [0, 4] } }, 4), 'unknown dtype'],
    [
      'no shape',
      fileWith({ a: { dtype: 'F32', data_offsets: [0, 4] } }, 4),
      'tensor a has no valid shape',
    ],
    ['a negative shape', fileWith({ a: entry('F32', [-1, -1], 0, 4) }, 4), 'no valid shape'],
    ['a shape between two', fileWith({ a: entry('F32', [0.5, 2], 0, 4) }, 4), 'no valid shape'],
    [
      'a shape whose size overflows',
      fileWith({ a: entry('F32', [2 ** 40, 2 ** 40], 0, 4) }, 4),
      'tensor a spans',
    ],
    ['no offsets', fileWith({ a: { dtype: 'F32', shape: [1] } }, 4), 'two data_offsets'],
    [
      'three offsets',
      fileWith({ a: { ...float, data_offsets: [0, 4, 4] } }, 4),
      'two data_offsets',
    ],
    ['negative offsets', fileWith({ a: entry('F32', [1], -4, 0) }, 4), 'two data_offsets'],
    ['a key more', fileWith({ a: { ...float, stride: [1] } }, 4), 'nothing else'],
    [
      'offsets that go backwards',
      fileWith({ a: entry('F32', [1], 4, 0) }, 4),
      'tensor a spans -4 bytes',
    ],
    [
      'a span shorter than the shape',
      fileWith({ a: entry('F32', [2], 0, 4) }, 4),
      'spans 4 bytes where its shape needs 8',
    ],
    [
      'a span longer than the shape',
      fileWith({ a: entry('F16', [1], 0, 4) }, 4),
      'spans 4 bytes where its shape needs 2',
    ],
    ['two tensors on the same bytes', fileWith({ a: float, b: float }, 4), 'tensor b overlaps'],
    [
      'tensors that overlap',
      fileWith({ a: entry('F32', [2], 0, 8), b: entry('F32', [2], 4, 12) }, 12),
      'tensor b overlaps',
    ],
    [
      'a gap between tensors',
      fileWith({ a: float, b: entry('F32', [1], 8, 12) }, 12),
      'tensor b leaves a gap',
    ],
    ['a gap at the start', fileWith({ a: entry('F32', [1], 4, 8) }, 8), 'tensor a leaves a gap'],
    [
      'bytes after the last tensor',
      fileWith({ a: float }, 5),
      'holds 5 bytes of data where its tensors need 4',
    ],
    [
      'a last tensor cut short',
      fileWith({ a: float }, 3),
      'holds 3 bytes of data where its tensors need 4',
    ],
    ['data and no tensor', fileOf('{}', new Uint8Array(1)), 'holds 1 bytes of data'],
    [
      'metadata that is no object',
      fileWith({ __metadata__: 'x' }, 0),
      '__metadata__ is not an object',
    ],
    [
      'metadata that is not text',
      fileWith({ __metadata__: { a: 1 } }, 0),
      'something else than text',
    ],
  ])('refuses %s', (_, file, message) => {
    expect(() => readSafetensorsHeader(file)).toThrow(refusal('bad-safetensors', message));
    expect(() => readSafetensors(file)).toThrow(refusal('bad-safetensors', message));
  });

  it('refuses or reads any bytes, without another error', () => {
    fc.assert(
      fc.property(
        anySet,
        fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 4 }),
        (set, edits) => {
          const file = writeSafetensors(set);
          edits.forEach(([at, byte]) => {
            file[at % file.length] = byte;
          });
          expect(codeOf(() => readSafetensors(file))).toMatch(/^(read|bad-safetensors)$/);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

function codeOf(read: () => unknown): string {
  try {
    read();
    return 'read';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'other';
  }
}

describe('the head of a file that is written piece by piece', () => {
  it('is the beginning of the whole file', () => {
    const set = new Map([
      ['b', { shape: [2, 3], data: Float32Array.from([1, 2, 3, 4, 5, 6]) }],
      ['a', { shape: [0], data: new Float32Array() }],
    ]);
    const whole = writeSafetensors(set, { files: '["x.png"]' });
    const shapes = [...set].map(([name, { shape }]) => ({ name, shape }));
    const head = safetensorsHead(shapes, { files: '["x.png"]' });
    expect(whole.subarray(0, head.length)).toEqual(head);
    expect(whole.length - head.length).toBe(24);
  });
});
