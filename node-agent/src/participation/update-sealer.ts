/**
 * From a delta on disk to an update on disk that the coordinator cannot read: quantise, encrypt or mask, hash. Pure but for the two
 * files, so the same function runs in a worker thread when the work is large. docs/protocol/v1.md section 4, quantisation and
 * encryption, and section 4.1 step 4.
 */
import { readFile } from 'node:fs/promises';
import { contentHash, sealUpdate, type UpdateContext } from '@consilium/shared/crypto';
import { leafHash, rootOf } from '@consilium/shared/log';
import { maskUpdate, type SiteMasks } from '@consilium/shared/secagg';
import {
  encodeVector,
  quantise,
  readSafetensors,
  type TensorSchema,
} from '@consilium/shared/tensors';
import { LIMITS, type ContentHash } from '@consilium/shared/vocabulary';
import { writeUpdate } from './update-file.js';

export interface SealOrder {
  readonly deltaFile: string;
  readonly updateFile: string;
  readonly schema: TensorSchema;
  readonly weight: number;
  readonly weightTotal: number;
  /** n: the adverts of the attempt. */
  readonly sites: number;
  readonly protection: Protection;
}

/** A plain update is encrypted to the coordinator; a masked one can be read in the sum alone. */
export type Protection =
  | {
      readonly kind: 'encrypted';
      /** 32 random bytes that seal nothing else. */
      readonly contentKey: Uint8Array;
      readonly context: UpdateContext;
    }
  | {
      readonly kind: 'masked';
      /** Summed behind the parameters. */
      readonly metricWords: Uint32Array;
      readonly masks: SiteMasks;
    };

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
  const { schema, weight, weightTotal, sites, protection } = order;
  const delta = readSafetensors(await readFile(order.deltaFile));
  const { vector, cut } = quantise({ delta, schema, weight, weightTotal, sites });
  const { summed, chunks } = protect(vector, protection);
  const written = writeUpdate(order.updateFile, chunks);
  // Hashes are taken while the disk writes.
  const sealed = {
    plaintextBytes: summed.length,
    chunkCount: chunks.length,
    chunkRoot: rootOf(chunks.map(leafHash)),
    vectorHash: contentHash(summed),
    cut,
  };
  await written;
  return sealed;
}

/** The vector as it is summed, and the chunks that travel. */
function protect(
  vector: Uint32Array,
  protection: Protection,
): { readonly summed: Uint8Array; readonly chunks: readonly Uint8Array[] } {
  switch (protection.kind) {
    case 'encrypted': {
      const { contentKey, context } = protection;
      const plaintext = encodeVector(vector);
      return { summed: plaintext, chunks: sealUpdate({ plaintext, contentKey, context }) };
    }
    case 'masked': {
      const { metricWords, masks } = protection;
      const whole = new Uint32Array(vector.length + metricWords.length);
      whole.set(vector);
      whole.set(metricWords, vector.length);
      maskUpdate(whole, masks);
      const summed = encodeVector(whole);
      return { summed, chunks: piecesOf(summed) };
    }
  }
}

function piecesOf(bytes: Uint8Array): readonly Uint8Array[] {
  const pieces = Math.ceil(bytes.length / LIMITS.chunkBytes);
  return Array.from({ length: pieces }, (_, index) =>
    bytes.subarray(index * LIMITS.chunkBytes, (index + 1) * LIMITS.chunkBytes),
  );
}
