/** Model folders of specs: copies of vectors to be spoilt, and weight files of any dtype, true or not. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { concatBytes, utf8 } from '@consilium/shared/encoding';

const folders: string[] = [];

/** An empty folder, or a copy of one. */
export function modelFolder(source?: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'model-folder-'));
  folders.push(folder);
  if (source !== undefined) {
    cpSync(source, folder, { recursive: true });
  }
  return folder;
}

/** Removes every folder that was made. */
export function removeModelFolders(): void {
  folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true }));
}

export interface FileTensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** A safetensors file, the tensors one after the other. */
export function weightFile(tensors: readonly FileTensor[]): Uint8Array {
  let end = 0;
  const entries = tensors.map(({ name, dtype, shape, bytes }) => {
    const begin = end;
    end += bytes.length;
    return [name, { dtype, shape, data_offsets: [begin, end] }] as const;
  });
  const head = headed(JSON.stringify(Object.fromEntries(entries)));
  return concatBytes(head, ...tensors.map(({ bytes }) => bytes));
}

/** A header of any text after its length, true or not. */
export function headed(json: string, length = utf8(json).length): Uint8Array {
  const prefix = new Uint8Array(8);
  new DataView(prefix.buffer).setBigUint64(0, BigInt(length), true);
  return concatBytes(prefix, utf8(json));
}

/** Little-endian float32 values. */
export function floats(name: string, ...values: readonly number[]): FileTensor {
  const bytes = new Uint8Array(Float32Array.from(values).buffer);
  return { name, dtype: 'F32', shape: [values.length], bytes };
}

export function writeWeights(folder: string, file: string, tensors: readonly FileTensor[]): void {
  writeFileSync(join(folder, file), weightFile(tensors));
}

export function writeJson(folder: string, file: string, value: unknown): void {
  writeFileSync(join(folder, file), JSON.stringify(value));
}
