/**
 * The head of a safetensors file: eight bytes of length (little-endian), a JSON table of tensors, then their bytes. The file may
 * come from a stranger, so all of the format's rules are checked before a tensor byte is touched: tensors lie end to end from
 * the start of the data to the end of the file, without overlap or gap, each as long as its shape and dtype say.
 */
import { fromUtf8, parseJson } from '../encoding/index.js';
import { ConsiliumError, isConsiliumError, LIMITS } from '../vocabulary/index.js';
import { shapeSize } from './tensor-schema.js';

/** Bytes of one value. */
const DTYPE_BYTES = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
} as const;

export type Dtype = keyof typeof DTYPE_BYTES;

export interface TensorEntry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Where the tensor's bytes begin and end, counted from the header's `dataOffset`. */
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  /** In the order of their bytes. */
  readonly tensors: readonly TensorEntry[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Where the tensors' bytes begin in the file. */
  readonly dataOffset: number;
}

export const SAFETENSORS_LENGTH_BYTES = 8;
export const METADATA_KEY = '__metadata__';
/** The table, the metadata or an entry, and its shape and offsets. */
const HEADER_DEPTH = 3;
/** The last three are keys that the JSON reader refuses. */
const RESERVED: ReadonlySet<string> = new Set([
  METADATA_KEY,
  '__proto__',
  'constructor',
  'prototype',
]);
const PRINTABLE_NAME = /^\P{C}{1,512}$/u;
const SHORT_WORD = /^\w{1,16}$/;
const OPENING_BRACE = 0x7b;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/**
 * Of a header: an entry of four axes has seven, the one behind it included. The largest vision transformers have some thousand
 * tensors; 200,000 empty ones fit into the bytes of a header and would take seconds to read.
 */
const MOST_COMMAS = 160_000;

/**
 * @param bytes the whole file
 * @throws ConsiliumError 'bad-safetensors', naming the tensor where there is one
 */
export function readSafetensorsHeader(bytes: Uint8Array): SafetensorsHeader {
  const length = safetensorsHeaderLength(bytes, bytes.length);
  return parseSafetensorsHeader(
    bytes.subarray(SAFETENSORS_LENGTH_BYTES, SAFETENSORS_LENGTH_BYTES + length),
    bytes.length,
  );
}

/**
 * Length in bytes of the JSON table, for a file that is read piece by piece.
 * @param head the first eight bytes of the file, or more
 * @param fileBytes length of the whole file
 * @throws ConsiliumError 'bad-safetensors' when the table would be too long or end behind the file
 */
export function safetensorsHeaderLength(head: Uint8Array, fileBytes: number): number {
  if (head.length < SAFETENSORS_LENGTH_BYTES) {
    throw badSafetensors('the file ends within the length of its header');
  }
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const length = view.getBigUint64(0, true);
  if (length > BigInt(LIMITS.safetensorsHeaderBytes)) {
    throw badSafetensors(`the header is longer than ${LIMITS.safetensorsHeaderBytes} bytes`);
  }
  if (SAFETENSORS_LENGTH_BYTES + Number(length) > fileBytes) {
    throw badSafetensors(
      `the file ends within its header: ${fileBytes} bytes where the header alone takes ${SAFETENSORS_LENGTH_BYTES + Number(length)}`,
    );
  }
  return Number(length);
}

/**
 * @param json the bytes of the JSON table alone
 * @param fileBytes length of the whole file
 * @throws ConsiliumError 'bad-safetensors', naming the tensor where there is one
 */
export function parseSafetensorsHeader(json: Uint8Array, fileBytes: number): SafetensorsHeader {
  const dataOffset = SAFETENSORS_LENGTH_BYTES + json.length;
  requireFewValues(json);
  const table = parseTable(json);
  const metadata = parseMetadata(table[METADATA_KEY]);
  const tensors = Object.entries(table)
    .filter(([name]) => name !== METADATA_KEY)
    .map(([name, value]) => parseEntry(name, value))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  requireEndToEnd(tensors, fileBytes - dataOffset);
  return { tensors, metadata, dataOffset };
}

/** Whether a tensor may bear the name: those of a stranger's file are shown in messages and logs as they are. */
export function isTensorName(name: string): boolean {
  return PRINTABLE_NAME.test(name) && !RESERVED.has(name);
}

/** An error about a safetensors file, at a tensor if one is to blame. */
export function badSafetensors(fault: string, tensor?: string): ConsiliumError {
  return tensor === undefined
    ? new ConsiliumError('bad-safetensors', `safetensors: ${fault}`)
    : new ConsiliumError('bad-safetensors', `safetensors: tensor ${tensor} ${fault}`, {
        detail: { tensor },
      });
}

/** Counted before anything is parsed. */
function requireFewValues(json: Uint8Array): void {
  if (countCommas(json) > MOST_COMMAS) {
    throw badSafetensors(
      `the header lists more than ${MOST_COMMAS} values, some 20000 tensors: far more than any model that is read here`,
    );
  }
}

/** Those outside of strings. */
function countCommas(json: Uint8Array): number {
  let commas = 0;
  let isInString = false;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at];
    if (byte === QUOTE) {
      isInString = !isInString;
    } else if (isInString) {
      at += byte === BACKSLASH ? 1 : 0;
    } else if (byte === COMMA) {
      commas += 1;
    }
  }
  return commas;
}

function parseTable(json: Uint8Array): Readonly<Record<string, unknown>> {
  if (json[0] !== OPENING_BRACE) {
    throw badSafetensors('the header does not begin with a brace');
  }
  try {
    const limits = { maxDepth: HEADER_DEPTH, maxBytes: LIMITS.safetensorsHeaderBytes };
    return requireRecord(parseJson(fromUtf8(json), limits), 'the header');
  } catch (cause) {
    const reason = isConsiliumError(cause) ? `: ${cause.message}` : '';
    throw new ConsiliumError(
      'bad-safetensors',
      `safetensors: the header is not a JSON table${reason}`,
      { cause },
    );
  }
}

function parseMetadata(value: unknown): Readonly<Record<string, string>> {
  if (value === undefined) {
    return {};
  }
  const record = requireRecord(value, METADATA_KEY);
  const entries = Object.entries(record).map(([key, text]): [string, string] => {
    if (typeof text !== 'string') {
      throw badSafetensors(`${METADATA_KEY} holds something else than text`);
    }
    return [key, text];
  });
  return Object.fromEntries(entries);
}

function parseEntry(name: string, value: unknown): TensorEntry {
  if (!isTensorName(name)) {
    throw badSafetensors('a tensor name is empty, longer than 512 characters or not printable');
  }
  const { dtype, shape, data_offsets: offsets, ...rest } = requireRecord(value, name);
  if (!isDtype(dtype)) {
    throw badSafetensors(`has an unknown dtype${shown(dtype)}`, name);
  }
  if (!isWholeNumbers(shape)) {
    throw badSafetensors('has no valid shape', name);
  }
  if (!isWholeNumbers(offsets) || offsets.length !== 2 || Object.keys(rest).length > 0) {
    throw badSafetensors('must have dtype, shape and two data_offsets, nothing else', name);
  }
  const [begin = 0, end = 0] = offsets;
  const size = shapeSize(shape) * DTYPE_BYTES[dtype];
  if (!Number.isSafeInteger(size) || end - begin !== size) {
    throw badSafetensors(`spans ${end - begin} bytes where its shape needs ${size}`, name);
  }
  return { name, dtype, shape, begin, end };
}

function requireEndToEnd(tensors: readonly TensorEntry[], dataBytes: number): void {
  let position = 0;
  for (const { name, begin, end } of tensors) {
    if (begin !== position) {
      const fault = begin < position ? 'overlaps the tensor before it' : 'leaves a gap before it';
      throw badSafetensors(`${fault}: it begins at byte ${begin}, not at ${position}`, name);
    }
    position = end;
  }
  if (position !== dataBytes) {
    throw badSafetensors(`holds ${dataBytes} bytes of data where its tensors need ${position}`);
  }
}

function requireRecord(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badSafetensors('is not an object', name);
  }
  return value as Readonly<Record<string, unknown>>;
}

/** What stands in place of a dtype, if it can be shown. */
function shown(dtype: unknown): string {
  return typeof dtype === 'string' && SHORT_WORD.test(dtype) ? ` ${dtype}` : '';
}

function isDtype(value: unknown): value is Dtype {
  return typeof value === 'string' && Object.hasOwn(DTYPE_BYTES, value);
}

function isWholeNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}
