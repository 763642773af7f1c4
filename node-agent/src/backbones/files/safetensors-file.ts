/** One safetensors file on disk, read piece by piece: its header alone, then tensor by tensor. */
import type { FileHandle } from 'node:fs/promises';
import {
  floatBytes,
  isFloatDtype,
  parseSafetensorsHeader,
  SAFETENSORS_LENGTH_BYTES,
  safetensorsHeaderLength,
  shapeSize,
  widenFloats,
  type Dtype,
  type FloatDtype,
  type Tensor,
} from '@consilium/shared/tensors';
import { ConsiliumError, isConsiliumError } from '@consilium/shared/vocabulary';
import type { TensorHeading } from '../layouts/layout.js';
import { badConfiguration } from './configuration.js';
import { openFile } from './open-file.js';
import { howToConvert, isPickle, PICKLE_HEAD_BYTES } from './pickles.js';

/** A tensor in a weight file of the folder. */
export interface StoredTensor extends TensorHeading {
  readonly dtype: Dtype;
  readonly file: string;
  /** Where its bytes begin in the file. */
  readonly offset: number;
}

/** Bytes that are read at once: large enough for the disk, small beside a tensor. A multiple of every value's bytes. */
const CHUNK_BYTES = 4 * 1024 * 1024;

/**
 * Every tensor of the file, in the order of their bytes.
 * @throws ConsiliumError 'bad-backbone' naming the file, and the tensor where there is one, on whatever the format forbids
 */
export async function readHeader(folder: string, file: string): Promise<StoredTensor[]> {
  return withFile(folder, file, async (handle) => {
    const { size } = await handle.stat();
    const head = await readUpTo(handle, 0, Math.max(PICKLE_HEAD_BYTES, SAFETENSORS_LENGTH_BYTES));
    if (isPickle(head)) {
      throw badConfiguration(file, `is not what its name says: ${howToConvert(file)}`);
    }
    const length = namingFile(file, () => safetensorsHeaderLength(head, size));
    const json = await readUpTo(handle, SAFETENSORS_LENGTH_BYTES, length);
    const { tensors, dataOffset } = namingFile(file, () => parseSafetensorsHeader(json, size));
    return tensors.map(({ name, shape, dtype, begin }) => ({
      ...{ name, shape, dtype, file },
      offset: dataOffset + begin,
    }));
  });
}

/**
 * Reads tensors of one file one after the other, widened to float32; the values are the visitor's to keep.
 * @param tensors of this file; they are read in the order of their bytes
 * @throws ConsiliumError 'bad-backbone' for a dtype other than F32, F16 or BF16, or when the file ends too early
 */
export async function readTensors<T extends StoredTensor>(
  folder: string,
  file: string,
  tensors: readonly T[],
  visit: (stored: T, tensor: Tensor) => void,
): Promise<void> {
  const chunk = new Uint8Array(CHUNK_BYTES);
  await withFile(folder, file, async (handle) => {
    for (const stored of [...tensors].sort((a, b) => a.offset - b.offset)) {
      const data = await readValues(handle, stored, requireFloats(stored), chunk);
      visit(stored, { shape: stored.shape, data });
    }
  });
}

/** @throws ConsiliumError 'bad-backbone' naming tensor and dtype */
export function requireFloats({ name, dtype, file }: StoredTensor): FloatDtype {
  if (!isFloatDtype(dtype)) {
    throw badConfiguration(file, `tensor ${name} is ${dtype}, not F32, F16 or BF16`);
  }
  return dtype;
}

async function readValues(
  handle: FileHandle,
  { name, file, shape, offset }: StoredTensor,
  dtype: FloatDtype,
  chunk: Uint8Array,
): Promise<Float32Array> {
  const data = new Float32Array(shapeSize(shape));
  const width = floatBytes(dtype);
  const perChunk = chunk.length / width;
  for (let at = 0; at < data.length; at += perChunk) {
    const target = data.subarray(at, at + perChunk);
    const bytes = chunk.subarray(0, target.length * width);
    if (!(await fill(handle, offset + at * width, bytes))) {
      throw badConfiguration(file, `ends within tensor ${name}`);
    }
    widenFloats(dtype, bytes, target);
  }
  return data;
}

async function withFile<T>(
  folder: string,
  file: string,
  use: (handle: FileHandle) => Promise<T>,
): Promise<T> {
  const handle = await openFile(folder, file);
  if (handle === undefined) {
    throw badConfiguration(file, 'cannot be read');
  }
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}

/** Fewer bytes where the file ends. */
async function readUpTo(handle: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  const { bytesRead } = await handle.read(bytes, 0, length, offset);
  return bytes.subarray(0, bytesRead);
}

/** @returns whether the file had as many bytes */
async function fill(handle: FileHandle, offset: number, bytes: Uint8Array): Promise<boolean> {
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, offset + filled);
    if (bytesRead === 0) {
      return false;
    }
    filled += bytesRead;
  }
  return true;
}

function namingFile<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (isConsiliumError(cause)) {
      throw new ConsiliumError('bad-backbone', `backbone: ${file}: ${cause.message}`, { cause });
    }
    throw cause;
  }
}
