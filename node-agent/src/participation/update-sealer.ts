/**
 * From a delta on disk to an encrypted update on disk: quantise, encrypt, hash. Pure but for the two files, so the same function
 * runs in a worker thread when the update is large. docs/protocol/v1.md section 4, quantisation and encryption.
 */
import { readFile } from 'node:fs/promises';
import { contentHash, sealUpdate, type UpdateContext } from '@consilium/shared/crypto';
import { concatBytes } from '@consilium/shared/encoding';
import { leafHash, rootOf } from '@consilium/shared/log';
import {
  encodeVector,
  quantise,
  readSafetensors,
  type TensorSchema,
} from '@consilium/shared/tensors';
import type { ContentHash } from '@consilium/shared/vocabulary';
import { writeUpdate } from './update-file.js';

export interface SealOrder {
  readonly deltaFile: string;
  readonly updateFile: string;
  readonly schema: TensorSchema;
  readonly weight: number;
  readonly weightTotal: number;
  /** n: the adverts of the attempt. */
  readonly sites: number;
  /** 32 random bytes that seal nothing else. */
  readonly contentKey: Uint8Array;
  readonly context: UpdateContext;
}

export interface SealedUpdate {
  readonly plaintextBytes: number;
  readonly chunkCount: number;
  /** RFC 6962 root over the chunks. */
  readonly chunkRoot: Uint8Array;
  readonly vectorHash: ContentHash;
  readonly cut: number;
}

/** Seals in this thread or in another. */
export type UpdateSealer = (order: SealOrder) => Promise<SealedUpdate>;

/** The chunks stand in the file one after another. @throws ConsiliumError 'non-finite', 'bad-tensor-schema', 'disk-full' */
export async function sealUpdateFile(order: SealOrder): Promise<SealedUpdate> {
  const { schema, weight, weightTotal, sites, contentKey, context } = order;
  const delta = readSafetensors(await readFile(order.deltaFile));
  const { vector, cut } = quantise({ delta, schema, weight, weightTotal, sites });
  const plaintext = encodeVector(vector);
  const chunks = sealUpdate({ plaintext, contentKey, context });
  const written = writeUpdate(order.updateFile, concatBytes(...chunks));
  // Hashes are taken while the disk writes.
  const sealed = {
    plaintextBytes: plaintext.length,
    chunkCount: chunks.length,
    chunkRoot: rootOf(chunks.map(leafHash)),
    vectorHash: contentHash(plaintext),
    cut,
  };
  await written;
  return sealed;
}
