/**
 * The way of an update's bytes from a site's memory to the coordinator's: sealed under its own key, framed, sealed for the
 * channel, and all of it undone; beside AES-256-GCM alone, which encrypts and decrypts the same bytes as often and does nothing else.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import {
  chunkSizes,
  createChannel,
  openChunk,
  randomBytes,
  sealUpdate,
  type UpdateContext,
} from '@consilium/shared/crypto';
import { decodeFrame, encodeFrame } from '@consilium/shared/protocol';
import {
  LIMITS,
  parseAttemptId,
  parseContentHash,
  parseSiteId,
} from '@consilium/shared/vocabulary';
import { figure, measured, type Figure } from '../measure/figure.js';
import { inTurn } from '../measure/statistics.js';

export interface TransportResult {
  readonly suite: 'transport';
  readonly megabytes: number;
  /** Encrypting, framing and decrypting. */
  readonly megabytesPerSecond: number;
  /** AES-256-GCM alone: two encryptions and two decryptions of the same bytes. */
  readonly bareMegabytesPerSecond: number;
  /** The site's own encryption of the update, as it is written to disk, and one bare encryption. */
  readonly sealing: {
    readonly megabytesPerSecond: number;
    readonly bareMegabytesPerSecond: number;
  };
  /** Bytes in the frames by bytes of the update. */
  readonly bytesPerByte: number;
}

const context: UpdateContext = {
  manifestHash: parseContentHash(`sha256:${'0'.repeat(64)}`),
  attemptId: parseAttemptId('0'.repeat(32)),
  siteId: parseSiteId('bench'),
};

export function measureTransport(isQuick: boolean): TransportResult {
  const megabytes = isQuick ? 2 : 50;
  const runs = isQuick ? 2 : 7;
  const update = randomBytes(megabytes * 1e6);
  let framed = 0;
  const whole = inTurn(
    () => {
      framed = travel(update);
    },
    () => {
      bare(update);
    },
    runs,
  );
  const sealing = inTurn(
    () => sealUpdate({ plaintext: update, contentKey: randomBytes(32), context }),
    () => encryptBare(update),
    runs,
  );
  const speed = (ms: number) => (megabytes / ms) * 1000;
  return {
    suite: 'transport',
    megabytes,
    megabytesPerSecond: speed(whole.workMs),
    bareMegabytesPerSecond: speed(whole.limitMs),
    sealing: {
      megabytesPerSecond: speed(sealing.workMs),
      bareMegabytesPerSecond: speed(sealing.limitMs),
    },
    bytesPerByte: framed / update.length,
  };
}

/** @returns bytes of all frames. @throws Error when what arrives is not what was sent */
function travel(plaintext: Uint8Array): number {
  const contentKey = randomBytes(32);
  const [secret, transcript] = [randomBytes(32), randomBytes(32)];
  const site = createChannel('site', secret, transcript);
  const coordinator = createChannel('coordinator', secret, transcript);
  const { total } = chunkSizes(plaintext.length);
  let framed = 0;
  let opened = 0;
  for (const [index, chunk] of sealUpdate({ plaintext, contentKey, context }).entries()) {
    const { attemptId } = context;
    const frame = site.seal(encodeFrame({ kind: 'update.chunk', attemptId, index }, chunk));
    framed += frame.length;
    const { attachment } = decodeFrame(coordinator.open(frame));
    opened += openChunk({ chunk: attachment, index, total, contentKey, context }).length;
  }
  if (opened !== plaintext.length) {
    throw new Error(`${opened} bytes arrived of ${plaintext.length}`);
  }
  return framed;
}

/** As often as `travel`: for the update, and again for the channel. */
function bare(plaintext: Uint8Array): void {
  decryptBare(encryptBare(plaintext));
  decryptBare(encryptBare(plaintext));
}

interface Encrypted {
  readonly key: Uint8Array;
  readonly pieces: readonly Uint8Array[];
  readonly tag: Uint8Array;
}

const NONCE = new Uint8Array(12);

function encryptBare(plaintext: Uint8Array): Encrypted {
  const key = randomBytes(32);
  const cipher = createCipheriv('aes-256-gcm', key, NONCE);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < plaintext.length; at += LIMITS.chunkBytes) {
    pieces.push(cipher.update(plaintext.subarray(at, at + LIMITS.chunkBytes)));
  }
  cipher.final();
  return { key, pieces, tag: cipher.getAuthTag() };
}

function decryptBare({ key, pieces, tag }: Encrypted): void {
  const decipher = createDecipheriv('aes-256-gcm', key, NONCE).setAuthTag(tag);
  pieces.forEach((piece) => decipher.update(piece));
  decipher.final();
}

export function transportFigures(result: TransportResult): Figure[] {
  const { sealing } = result;
  return [
    figure(
      'transport: an update encrypted, framed and decrypted',
      result.megabytesPerSecond,
      'MB/s',
      'more',
      [measured('AES-256-GCM alone', result.bareMegabytesPerSecond)],
    ),
    figure('transport: an update encrypted', sealing.megabytesPerSecond, 'MB/s', 'more', [
      measured('AES-256-GCM alone', sealing.bareMegabytesPerSecond),
    ]),
    figure('transport: bytes that tags and frames add', 100 * (result.bytesPerByte - 1), '%'),
  ];
}
