/**
 * Encryption of an update, cut into chunks as they travel: the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizar 2015)
 * over AES-256-GCM. Nonce and associated data name the place of each chunk, so a chunk that was moved, repeated, dropped from
 * the end or taken from another update fails its tag.
 */
import { canonicalBytes, requireBytes, toHex } from '../encoding/index.js';
import {
  ConsiliumError,
  LIMITS,
  type AttemptId,
  type ContentHash,
  type SiteId,
} from '../vocabulary/index.js';
import { gcmOpen, gcmSeal, KEY_BYTES, NONCE_BYTES, TAG_BYTES, type GcmKey } from './aes-gcm.js';
import { sha256 } from './hash.js';

/** The name of this cipher in a signed header. */
export const UPDATE_CIPHER = 'aes256gcm-stream';

/** What the chunks are bound to. */
export interface UpdateContext {
  readonly manifestHash: ContentHash;
  readonly attemptId: AttemptId;
  readonly siteId: SiteId;
}

export interface UpdateToSeal {
  readonly plaintext: Uint8Array;
  /** 32 random bytes, made for this update alone. */
  readonly contentKey: Uint8Array;
  readonly context: UpdateContext;
}

export interface ChunkToOpen {
  /** Cipher text and tag. */
  readonly chunk: Uint8Array;
  /** From 0. */
  readonly index: number;
  readonly total: number;
  readonly contentKey: Uint8Array;
  readonly context: UpdateContext;
}

const PLAIN_BYTES = LIMITS.chunkBytes - TAG_BYTES;
const MAX_CHUNKS = 2 ** 32 - 1;

/**
 * How long the sealed chunks of an update are: all `LIMITS.chunkBytes` but the last. An empty update is one chunk, its tag.
 * @throws ConsiliumError 'bad-update' unless a whole number of bytes that 2^32 - 1 chunks hold.
 */
export function chunkSizes(plaintextBytes: number): {
  readonly total: number;
  readonly sizes: readonly number[];
} {
  const total = Math.max(1, Math.ceil(plaintextBytes / PLAIN_BYTES));
  if (!Number.isSafeInteger(plaintextBytes) || plaintextBytes < 0 || total > MAX_CHUNKS) {
    throw new ConsiliumError('bad-update', `update of ${plaintextBytes} bytes has no chunks`);
  }
  const sizes = new Array<number>(total).fill(LIMITS.chunkBytes);
  sizes[total - 1] = plaintextBytes - (total - 1) * PLAIN_BYTES + TAG_BYTES;
  return { total, sizes };
}

/**
 * Seals an update under a key of its own.
 * @returns chunks of `chunkSizes(plaintext.length)`.
 * @throws ConsiliumError 'internal' if this process has sealed with the key before: the nonces would repeat, which shows the
 * difference of the two updates and lets anybody forge tags.
 */
export function sealUpdate({ plaintext, contentKey, context }: UpdateToSeal): Uint8Array[] {
  claimKey(requireBytes(contentKey, KEY_BYTES, 'content key'));
  const { total } = chunkSizes(plaintext.length);
  const chunks: Uint8Array[] = [];
  for (let index = 0; index < total; index += 1) {
    const piece = plaintext.subarray(index * PLAIN_BYTES, (index + 1) * PLAIN_BYTES);
    chunks.push(gcmSeal(piece, chunkKey({ index, total, contentKey, context })));
  }
  return chunks;
}

/**
 * Opens one chunk, in any order.
 * @param opened.chunk attacker-controlled, as are index and total.
 * @throws ConsiliumError 'bad-chunk' naming the index, if it is not this chunk of this update, whole and unaltered.
 */
export function openChunk(opened: ChunkToOpen): Uint8Array {
  const { chunk, index, total, contentKey } = opened;
  requireBytes(contentKey, KEY_BYTES, 'content key');
  if (!isPlace(index, total)) {
    throw new ConsiliumError('bad-chunk', `chunk ${index} of ${total}: no such place`);
  }
  if (!isSizeOfPlace(chunk.length, index, total)) {
    throw new ConsiliumError(
      'bad-chunk',
      `chunk ${index} of ${total}: ${chunk.length} bytes long`,
      {
        detail: { index, total, bytes: chunk.length },
      },
    );
  }
  const plain = gcmOpen(chunk, chunkKey(opened));
  if (plain === undefined) {
    throw new ConsiliumError('bad-chunk', `chunk ${index} of ${total} does not open`, {
      detail: { index, total },
    });
  }
  return plain;
}

function isPlace(index: number, total: number): boolean {
  return (
    Number.isInteger(index) &&
    Number.isInteger(total) &&
    0 <= index &&
    index < total &&
    total <= MAX_CHUNKS
  );
}

/** As `chunkSizes` cuts: a site must not choose where its chunks begin, since they are summed as they come. */
function isSizeOfPlace(bytes: number, index: number, total: number): boolean {
  if (index < total - 1) {
    return bytes === LIMITS.chunkBytes;
  }
  const isEmpty = bytes === TAG_BYTES;
  return bytes >= TAG_BYTES && bytes <= LIMITS.chunkBytes && (!isEmpty || total === 1);
}

/** Nonce: 7 zero bytes, the index as 4 bytes big endian, 1 for the last chunk and else 0. */
function chunkKey({ index, total, contentKey, context }: Omit<ChunkToOpen, 'chunk'>): GcmKey {
  const nonce = new Uint8Array(NONCE_BYTES);
  const view = new DataView(nonce.buffer);
  view.setUint32(7, index);
  view.setUint8(11, index === total - 1 ? 1 : 0);
  const { attemptId, manifestHash, siteId } = context;
  const associated = canonicalBytes({ attemptId, index, manifestHash, siteId, total });
  return { key: contentKey, nonce, associated };
}

/** Fingerprints of the latest content keys that sealed an update here, oldest first. */
const claimed = new Set<string>();
const CLAIMS_KEPT = 4096;

function claimKey(contentKey: Uint8Array): void {
  const fingerprint = toHex(sha256(contentKey));
  if (claimed.has(fingerprint)) {
    throw new ConsiliumError('internal', 'a content key must seal one update only');
  }
  claimed.add(fingerprint);
  if (claimed.size > CLAIMS_KEPT) {
    const [oldest = ''] = claimed;
    claimed.delete(oldest);
  }
}
