/** The head in a file of its own, where the library's class has no classifier for it: `weight`, `bias`, and the pool that it reads. */
import { poolSchema, type BackboneGeometry, type Pool } from '@consilium/shared/protocol';
import {
  readSafetensors,
  readSafetensorsHeader,
  writeSafetensors,
  type TensorSet,
} from '@consilium/shared/tensors';
import type { LinearHead } from '../libraries/classifier.js';

export interface HeadFile {
  readonly tensors: TensorSet;
  /** Absent in a file of another origin. */
  readonly pool?: Pool;
}

export function writeHeadFile(head: LinearHead, geometry: BackboneGeometry): Uint8Array {
  const tensors = new Map(Object.entries(head));
  return geometry.architecture === 'vit'
    ? writeSafetensors(tensors, { format: 'pt', pool: geometry.pool })
    : writeSafetensors(tensors, { format: 'pt' });
}

/** @throws ConsiliumError 'bad-safetensors' */
export function readHeadFile(bytes: Uint8Array): HeadFile {
  const pool = poolSchema.safeParse(readSafetensorsHeader(bytes).metadata.pool);
  return { tensors: readSafetensors(bytes), ...(pool.success ? { pool: pool.data } : {}) };
}
