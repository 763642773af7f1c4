/**
 * Scalars as TensorBoard reads them from a file: records of TensorFlow (tensorflow/core/lib/io/record_writer.cc) that each hold one
 * message `Event` (tensorflow/core/util/event.proto) in the protobuf wire format.
 */
import { utf8 } from '@consilium/shared/encoding';

export interface ScalarEvent {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly step: number;
  readonly tag: string;
  /** Kept as float32. */
  readonly value: number;
}

/** Fields of the messages as protobuf tags them: number times 8 plus wire type. */
const FIELD = {
  wallTime: 0x09,
  step: 0x10,
  fileVersion: 0x1a,
  summary: 0x2a,
  summaryValue: 0x0a,
  valueTag: 0x0a,
  valueSimple: 0x15,
} as const;

const FILE_VERSION = 'brain.Event:2';

/** A whole file. @param events in the order in which TensorBoard is to see them */
export function eventFile(events: readonly ScalarEvent[]): Uint8Array {
  const version = [
    ...wallTime(events[0]?.atMs ?? 0),
    ...lengthDelimited(FIELD.fileVersion, utf8(FILE_VERSION)),
  ];
  return joined([version, ...events.map(scalarMessage)].map(record));
}

function scalarMessage({ atMs, step, tag, value }: ScalarEvent): number[] {
  const simple = new Uint8Array(new Float32Array([value]).buffer);
  const scalar = [...lengthDelimited(FIELD.valueTag, utf8(tag)), FIELD.valueSimple, ...simple];
  const summary = lengthDelimited(FIELD.summaryValue, scalar);
  return [...wallTime(atMs), ...stepField(step), ...lengthDelimited(FIELD.summary, summary)];
}

/** Fields that hold their default are left out (proto3). */
function wallTime(atMs: number): number[] {
  return atMs === 0
    ? []
    : [FIELD.wallTime, ...new Uint8Array(new Float64Array([atMs / 1000]).buffer)];
}

function stepField(step: number): number[] {
  return step === 0 ? [] : [FIELD.step, ...varint(step)];
}

function lengthDelimited(field: number, bytes: ArrayLike<number>): number[] {
  return [field, ...varint(bytes.length), ...Array.from(bytes)];
}

/** @param value a whole number from 0 to 2^53 - 1 */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) {
    bytes.push((rest % 0x80) + 0x80);
  }
  return [...bytes, rest];
}

/** u64 length, masked CRC-32C of the length, data, masked CRC-32C of the data, all little-endian. */
function record(data: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(12 + data.length + 4);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, masked(bytes.subarray(0, 8)), true);
  bytes.set(data, 12);
  view.setUint32(12 + data.length, masked(bytes.subarray(12, 12 + data.length)), true);
  return bytes;
}

/** A checksum of data that may hold checksums itself (tensorflow/core/lib/hash/crc32c.h). */
function masked(data: Uint8Array): number {
  const sum = crc32c(data);
  return (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0;
}

/** x^32 + x^28 + ... of RFC 3720 appendix B.4, reversed. */
const CASTAGNOLI = 0x82f63b78;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit += 1) {
    sum = sum & 1 ? (sum >>> 1) ^ CASTAGNOLI : sum >>> 1;
  }
  return sum;
});

/** CRC-32C (RFC 3720 section 12.1). */
export function crc32c(data: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of data) {
    sum = (sum >>> 8) ^ (TABLE[(sum ^ byte) & 0xff] ?? 0);
  }
  return (sum ^ 0xffffffff) >>> 0;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
