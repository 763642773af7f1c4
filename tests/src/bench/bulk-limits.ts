/** The heavy loops against the limit of the same machine in the same run: bare AES-GCM and a bare addition of integers. */
import { createCipheriv, randomBytes } from 'node:crypto';
import { ringAdd } from '@consilium/shared/tensors';
import { sealUpdate } from '@consilium/shared/crypto';
import type { AttemptId, ContentHash, SiteId } from '@consilium/shared/vocabulary';

const MEGABYTES = 50;
const RUNS = 7;

export interface BulkLimit {
  readonly what: string;
  readonly megabytesPerSecond: number;
  readonly limitMegabytesPerSecond: number;
  readonly ratio: number;
}

export function measureBulkLimits(): BulkLimit[] {
  const bytes = randomBytes(MEGABYTES * 1e6);
  const vector = new Uint32Array(bytes.length / 4);
  const other = new Uint32Array(bytes.buffer, bytes.byteOffset, vector.length);
  return [
    compare(
      'encrypting an update',
      () => sealOnce(bytes),
      () => encryptOnce(bytes),
    ),
    compare(
      'adding an update to the sum',
      () => ringAdd(vector, bytes),
      () => addOnce(vector, other),
    ),
  ];
}

function compare(what: string, work: () => void, limit: () => void): BulkLimit {
  const [workMs, limitMs] = [bestOf(work), bestOf(limit)];
  const speed = (ms: number) => (MEGABYTES / ms) * 1000;
  return {
    what,
    megabytesPerSecond: speed(workMs),
    limitMegabytesPerSecond: speed(limitMs),
    ratio: limitMs / workMs,
  };
}

function sealOnce(plaintext: Uint8Array): void {
  sealUpdate({
    plaintext,
    contentKey: randomBytes(32),
    context: {
      manifestHash: `sha256:${'0'.repeat(64)}` as ContentHash,
      attemptId: '0'.repeat(32) as AttemptId,
      siteId: 'bench' as SiteId,
    },
  });
}

function encryptOnce(plaintext: Uint8Array): void {
  const cipher = createCipheriv('aes-256-gcm', randomBytes(32), new Uint8Array(12));
  for (let at = 0; at < plaintext.length; at += 2 ** 20) {
    cipher.update(plaintext.subarray(at, at + 2 ** 20));
  }
  cipher.final();
}

function addOnce(into: Uint32Array, other: Uint32Array): void {
  for (let i = 0; i < into.length; i += 1) {
    into[i] = (into[i] ?? 0) + (other[i] ?? 0);
  }
}

function bestOf(work: () => void): number {
  const times = Array.from({ length: RUNS }, () => {
    const started = performance.now();
    work();
    return performance.now() - started;
  });
  return Math.min(...times);
}
