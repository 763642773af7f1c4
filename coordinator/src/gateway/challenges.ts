/**
 * Handshake challenges: 32 bytes, 60 s, one use. A challenge proves its own origin and age, so asking for many of them costs
 * the coordinator no memory; only those that an enrolled site used are remembered, until they have expired.
 */
import { hkdf, randomBytes } from '@consilium/shared/crypto';
import {
  concatBytes,
  equalBytes,
  fromBase64,
  requireBytes,
  toBase64,
} from '@consilium/shared/encoding';
import type { Challenge } from '@consilium/shared/protocol';

export const CHALLENGE_LIFETIME_MS = 60_000;

const NONCE_BYTES = 8;
const TIME_BYTES = 8;
const MAC_BYTES = 16;

export class Challenges {
  /** Dies with the process: challenges do not outlive a restart. */
  private readonly key = randomBytes(32);
  /** Used ones and when they expire, oldest use first. */
  private readonly used = new Map<string, number>();

  /** @param nowMs a clock that never runs backwards. */
  constructor(private readonly nowMs: () => number) {}

  issue(): Challenge {
    const head = concatBytes(
      randomBytes(NONCE_BYTES),
      encodeTime(this.nowMs() + CHALLENGE_LIFETIME_MS),
    );
    return {
      challenge: toBase64(concatBytes(head, this.mac(head))),
      expiresInMs: CHALLENGE_LIFETIME_MS,
    };
  }

  /** Whether the challenge was issued here, is young enough and unused. */
  isFresh(challenge: string): boolean {
    const { isOurs, expiresAtMs } = this.read(challenge);
    return isOurs && expiresAtMs > this.nowMs() && !this.used.has(challenge);
  }

  /** Whether the challenge was fresh; it is used from now on. */
  consume(challenge: string): boolean {
    if (!this.isFresh(challenge)) {
      return false;
    }
    this.forgetExpired();
    this.used.set(challenge, this.read(challenge).expiresAtMs);
    return true;
  }

  private read(challenge: string): { readonly isOurs: boolean; readonly expiresAtMs: number } {
    const bytes = requireBytes(
      fromBase64(challenge),
      NONCE_BYTES + TIME_BYTES + MAC_BYTES,
      'challenge',
    );
    const head = bytes.subarray(0, NONCE_BYTES + TIME_BYTES);
    return {
      isOurs: equalBytes(this.mac(head), bytes.subarray(head.length)),
      expiresAtMs: decodeTime(head.subarray(NONCE_BYTES)),
    };
  }

  /** HKDF is a pseudo-random function of its salt, too. */
  private mac(head: Uint8Array): Uint8Array {
    return hkdf(this.key, head, 'challenge', MAC_BYTES);
  }

  private forgetExpired(): void {
    const nowMs = this.nowMs();
    for (const [challenge, expiresAtMs] of this.used) {
      if (expiresAtMs <= nowMs) {
        this.used.delete(challenge);
      }
    }
  }
}

function encodeTime(atMs: number): Uint8Array {
  const bytes = new Uint8Array(TIME_BYTES);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(Math.floor(atMs)));
  return bytes;
}

function decodeTime(bytes: Uint8Array): number {
  return Number(new DataView(bytes.buffer, bytes.byteOffset, TIME_BYTES).getBigUint64(0));
}
