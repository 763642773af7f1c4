/** Reads a blob by its hash in pieces of at most 1 MiB and believes it only when the hash of the whole is right. */
import { contentHash } from '@consilium/shared/crypto';
import {
  ConsiliumError,
  isErrorCode,
  LIMITS,
  type ContentHash,
} from '@consilium/shared/vocabulary';
import type { Requests } from './coordinator-link.js';

export interface BlobOrder {
  readonly hash: ContentHash;
  /** Refused unread when it is longer. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** @throws ConsiliumError 'proof-invalid' when the bytes are not those of the hash, or the code of the coordinator's problem */
export async function readBlob(link: Requests, order: BlobOrder): Promise<Uint8Array> {
  const first = await readPiece(link, order, 0, Math.min(order.maxBytes, LIMITS.chunkBytes));
  if (first.size > order.maxBytes) {
    throw new ConsiliumError('message-too-large', `a blob of ${first.size} bytes was not expected`);
  }
  const bytes = new Uint8Array(first.size);
  let offset = place(bytes, first.piece, 0);
  while (offset < bytes.length) {
    const length = Math.min(LIMITS.chunkBytes, bytes.length - offset);
    const { piece } = await readPiece(link, order, offset, length);
    offset = place(bytes, piece, offset);
  }
  if (contentHash(bytes) !== order.hash) {
    throw new ConsiliumError('proof-invalid', `a blob does not have the hash ${order.hash}`);
  }
  return bytes;
}

async function readPiece(
  link: Requests,
  { hash, signal }: BlobOrder,
  offset: number,
  length: number,
): Promise<{ readonly size: number; readonly piece: Uint8Array }> {
  const { reply, attachment } = await link.request(
    { kind: 'blob.read', hash, offset, length },
    { signal },
  );
  if (reply.kind === 'blob') {
    return { size: reply.size, piece: attachment };
  }
  const code = reply.kind === 'problem' && isErrorCode(reply.code) ? reply.code : 'bad-message';
  throw new ConsiliumError(code, `the coordinator does not hand out ${hash}`);
}

/** @returns where the next piece begins. */
function place(bytes: Uint8Array, piece: Uint8Array, offset: number): number {
  const end = offset + piece.length;
  if (end > bytes.length || (piece.length === 0 && bytes.length > 0)) {
    throw new ConsiliumError('bad-message', 'a piece of a blob does not fit');
  }
  bytes.set(piece, offset);
  return end;
}
