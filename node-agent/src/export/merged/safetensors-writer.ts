/** A safetensors file written piece by piece: the table first, then tensors in any order, so that memory never holds the model. */
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { concatBytes, utf8 } from '@consilium/shared/encoding';
import { shapeSize, type Dtype } from '@consilium/shared/tensors';
import { ConsiliumError } from '@consilium/shared/vocabulary';

export interface OutputTensor {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly bytes: number;
}

const LENGTH_BYTES = 8;
const ALIGNMENT = 8;
/** Wider values come first, as the reference implementation orders them, so that all stay aligned. */
const VALUE_BYTES = {
  F64: 8,
  I64: 8,
  U64: 8,
  F32: 4,
  I32: 4,
  U32: 4,
  F16: 2,
  BF16: 2,
  I16: 2,
  U16: 2,
  F8_E4M3: 1,
  F8_E5M2: 1,
  I8: 1,
  U8: 1,
  BOOL: 1,
} as const satisfies Readonly<Record<Dtype, number>>;

export function outputTensor(name: string, dtype: Dtype, shape: readonly number[]): OutputTensor {
  return { name, dtype, shape, bytes: VALUE_BYTES[dtype] * shapeSize(shape) };
}

export class SafetensorsWriter {
  /** Where each tensor begins, and how many bytes of it are still to come. */
  private readonly starts = new Map<string, number>();
  private readonly missing = new Map<string, number>();
  private readonly descriptor: number;

  /** @param tensors each name once */
  constructor(path: string, tensors: readonly OutputTensor[]) {
    const ordered = [...tensors].sort(
      (a, b) => VALUE_BYTES[b.dtype] - VALUE_BYTES[a.dtype] || (a.name < b.name ? -1 : 1),
    );
    const head = headBytes(ordered);
    let start = head.length;
    for (const { name, bytes } of ordered) {
      this.starts.set(name, start);
      this.missing.set(name, bytes);
      start += bytes;
    }
    this.descriptor = openSync(path, 'wx', 0o600);
    writeSync(this.descriptor, head);
  }

  /** Writes bytes of a tensor, from a place within it. */
  write(name: string, bytes: Uint8Array, offset = 0): void {
    const start = this.starts.get(name);
    if (start === undefined) {
      throw new ConsiliumError('internal', `tensor ${name} was not announced`);
    }
    let written = 0;
    while (written < bytes.length) {
      const position = start + offset + written;
      written += writeSync(this.descriptor, bytes, written, bytes.length - written, position);
    }
    this.missing.set(name, (this.missing.get(name) ?? 0) - bytes.length);
  }

  /** Makes the file last. @throws ConsiliumError 'internal' unless every byte of every tensor was written once */
  finish(): void {
    const astray = [...this.missing].find(([, bytes]) => bytes !== 0);
    if (astray !== undefined) {
      throw new ConsiliumError('internal', `tensor ${astray[0]} was not written whole`);
    }
    fsyncSync(this.descriptor);
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

function headBytes(tensors: readonly OutputTensor[]): Uint8Array {
  let begin = 0;
  const entries = tensors.map(({ name, dtype, shape, bytes }) => {
    const end = begin + bytes;
    const entry = `${JSON.stringify(name)}:{"dtype":"${dtype}","shape":[${shape.join(',')}],"data_offsets":[${begin},${end}]}`;
    begin = end;
    return entry;
  });
  const json = `{"__metadata__":{"format":"pt"},${entries.join(',')}}`;
  const padding = (ALIGNMENT - (utf8(json).length % ALIGNMENT)) % ALIGNMENT;
  const table = utf8(json + ' '.repeat(padding));
  const length = new Uint8Array(LENGTH_BYTES);
  new DataView(length.buffer).setBigUint64(0, BigInt(table.length), true);
  return concatBytes(length, table);
}
