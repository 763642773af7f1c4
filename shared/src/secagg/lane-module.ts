/**
 * Assembles a WebAssembly module that adds words in lanes of 128 bits, four at once, which loops over typed arrays are not made
 * into by V8. Op codes: WebAssembly core specification 2.0, sections 5.4.1 to 5.4.9; sections of a module: 5.5.
 */

/** How many streams one call adds, and whether it takes them off. */
export interface LaneFunction {
  readonly name: string;
  readonly streams: number;
  readonly sign: 1 | -1;
}

const MAGIC_AND_VERSION = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const PAGE_BYTES = 65_536;
const LANE_BYTES = 16;

const I32 = 0x7f;
const NO_VALUE = 0x40;
const LOOP = 0x03;
const END = 0x0b;
const BR_IF = 0x0d;
const LOCAL_GET = 0x20;
const LOCAL_TEE = 0x22;
const I32_CONST = 0x41;
const I32_LT_U = 0x49;
const I32_ADD = 0x6a;
const V128_LOAD = [0xfd, 0x00];
const V128_STORE = [0xfd, 0x0b];
const I32X4_ADD = [0xfd, 0xae, 0x01];
const I32X4_SUB = [0xfd, 0xb1, 0x01];
/** As a power of two. */
const ALIGNMENT = 0x04;

const BYTES = 0;
const OFFSET = 1;

/**
 * Memory `memory`: the sum in the first slot, a stream in each further one. A function of it takes the bytes to add, which it
 * rounds up to whole lanes, and adds its streams to the sum, or takes them off it, modulo 2^32.
 * @param slotBytes a multiple of 16
 */
export function laneModule(functions: readonly LaneFunction[], slotBytes: number): Uint8Array {
  const slots = 1 + Math.max(...functions.map(({ streams }) => streams));
  const pages = Math.ceil((slots * slotBytes) / PAGE_BYTES);
  const exported = functions.map(({ name }, i) => [...text(name), 0x00, ...unsigned(i)]);
  return Uint8Array.from([
    ...MAGIC_AND_VERSION,
    ...section(1, [[0x60, ...list([[I32]]), ...list([])]]),
    ...section(
      3,
      functions.map(() => [0x00]),
    ),
    ...section(5, [[0x00, ...unsigned(pages)]]),
    ...section(7, [[...text('memory'), 0x02, 0x00], ...exported]),
    ...section(
      10,
      functions.map((one) => sized(bodyOf(one, slotBytes))),
    ),
  ]);
}

/** do { sum[offset] += streams[offset] } while ((offset += 16) < bytes) */
function bodyOf({ streams, sign }: LaneFunction, slotBytes: number): number[] {
  const operation = sign === 1 ? I32X4_ADD : I32X4_SUB;
  const added = Array.from({ length: streams }, (_, i) => [
    ...load((i + 1) * slotBytes),
    ...operation,
  ]);
  return [
    ...list([[0x01, I32]]),
    ...[LOOP, NO_VALUE, LOCAL_GET, OFFSET],
    ...load(0),
    ...added.flat(),
    ...[...V128_STORE, ALIGNMENT, 0x00],
    ...[LOCAL_GET, OFFSET, I32_CONST, LANE_BYTES, I32_ADD, LOCAL_TEE, OFFSET],
    ...[LOCAL_GET, BYTES, I32_LT_U, BR_IF, 0x00, END, END],
  ];
}

function load(slotBegin: number): number[] {
  return [LOCAL_GET, OFFSET, ...V128_LOAD, ALIGNMENT, ...unsigned(slotBegin)];
}

function section(id: number, items: readonly (readonly number[])[]): number[] {
  return [id, ...sized(list(items))];
}

function list(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

function sized(bytes: readonly number[]): number[] {
  return [...unsigned(bytes.length), ...bytes];
}

function text(ascii: string): number[] {
  return sized(Array.from(ascii, (letter) => letter.charCodeAt(0)));
}

/** LEB128. */
function unsigned(value: number): number[] {
  const low = value & 0x7f;
  return value < 0x80 ? [low] : [low | 0x80, ...unsigned(value >>> 7)];
}
