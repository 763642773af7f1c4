/**
 * The part of CBOR (RFC 8949) that a COSE key is made of: one map of definite length whose labels are integers and whose values
 * are integers or byte strings, each length in its shortest form, each label once.
 */
import { ConsiliumError } from '../vocabulary/index.js';

export type CborValue = number | Uint8Array;

const MAJOR = { unsigned: 0, negative: 1, bytes: 2, map: 5 } as const;
/** Arguments from here on stand in the next 1, 2 or 4 bytes. */
const IN_NEXT_BYTES = 24;
/** More than any key has. */
const LARGEST_MAP = 16;

/** @throws ConsiliumError 'bad-encoding' on any other form and on bytes after the map. */
export function readIntegerMap(bytes: Uint8Array): ReadonlyMap<number, CborValue> {
  const reader = { bytes, at: 0 };
  const { major, argument: size } = readHead(reader);
  if (major !== MAJOR.map || size > LARGEST_MAP) {
    throw refuse(`expected a map of at most ${LARGEST_MAP} members`);
  }
  const map = new Map<number, CborValue>();
  for (let i = 0; i < size; i += 1) {
    const label = readValue(reader);
    if (typeof label !== 'number' || map.has(label)) {
      throw refuse('expected each label to be an integer that stands there once');
    }
    map.set(label, readValue(reader));
  }
  if (reader.at !== bytes.length) {
    throw refuse(`${bytes.length - reader.at} bytes after the map`);
  }
  return map;
}

interface Reader {
  readonly bytes: Uint8Array;
  at: number;
}

function readValue(reader: Reader): CborValue {
  const { major, argument } = readHead(reader);
  switch (major) {
    case MAJOR.unsigned:
      return argument;
    case MAJOR.negative:
      return -1 - argument;
    case MAJOR.bytes:
      return take(reader, argument);
    default:
      throw refuse(`expected an integer or a byte string, found major type ${major}`);
  }
}

/** The type of the next item and its argument (RFC 8949 section 3). */
function readHead(reader: Reader): { readonly major: number; readonly argument: number } {
  const [first = 0] = take(reader, 1);
  const [major, short] = [first >> 5, first & 31];
  if (short < IN_NEXT_BYTES) {
    return { major, argument: short };
  }
  if (short > IN_NEXT_BYTES + 2) {
    throw refuse('a length of 8 bytes, or an indefinite one');
  }
  const width = 2 ** (short - IN_NEXT_BYTES);
  const argument = take(reader, width).reduce((sum, byte) => sum * 256 + byte, 0);
  if (argument < (width === 1 ? IN_NEXT_BYTES : 256 ** (width / 2))) {
    throw refuse('a number that is not in its shortest form');
  }
  return { major, argument };
}

function take(reader: Reader, length: number): Uint8Array {
  const end = reader.at + length;
  if (end > reader.bytes.length) {
    throw refuse(`expected ${end} bytes, got ${reader.bytes.length}`);
  }
  const taken = reader.bytes.subarray(reader.at, end);
  reader.at = end;
  return taken;
}

function refuse(what: string): ConsiliumError {
  return new ConsiliumError('bad-encoding', `COSE key: ${what}`);
}
