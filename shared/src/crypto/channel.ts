/**
 * The encrypted channel between a site and the coordinator above the socket, so that nobody who ends TLS for them reads along.
 * Two AES-256-GCM keys come from the secret of two ephemeral X25519 keys and the transcript of the signed handshake; nonces
 * count frames and are never sent, since the transport keeps the order. docs/protocol/v1.md section 2.
 */
import { requireBytes } from '../encoding/index.js';
import { ConsiliumError } from '../vocabulary/index.js';
import { gcmOpen, gcmSeal, KEY_BYTES, NONCE_BYTES, type GcmKey } from './aes-gcm.js';
import { sha256 } from './hash.js';
import { hkdf } from './hkdf.js';

export type ChannelRole = 'site' | 'coordinator';

export interface Channel {
  /**
   * @returns cipher text and 16 bytes of tag; the frames must reach the other end in this order.
   * @throws ConsiliumError 'wrong-state' once the channel is dead or has sealed its last frame.
   */
  seal(plain: Uint8Array): Uint8Array;
  /**
   * @param sealed attacker-controlled.
   * @throws ConsiliumError 'bad-message' if it is not the next frame of the other end, unaltered. The channel is dead then:
   * nothing is sealed or opened any more, and a new handshake is due.
   */
  open(sealed: Uint8Array): Uint8Array;
}

/** Frames in one direction; far below the bound of SP 800-38D, above what a socket lives to see. */
export const CHANNEL_FRAMES = 2 ** 32;

const NOTHING = new Uint8Array(0);

/**
 * One end of the channel.
 * @param secret 32 bytes of `sharedSecret` of the two ephemeral keys.
 * @param transcript all bytes of the handshake that both ends saw; ends that saw different ones do not understand each other.
 * @param frames for tests: frames that may pass in each direction.
 */
export function createChannel(
  role: ChannelRole,
  secret: Uint8Array,
  transcript: Uint8Array,
  frames = CHANNEL_FRAMES,
): Channel {
  requireBytes(secret, 32, 'channel secret');
  const salt = sha256(transcript);
  const toCoordinator = hkdf(secret, salt, 'consilium/v1/site-to-coordinator', KEY_BYTES);
  const toSite = hkdf(secret, salt, 'consilium/v1/coordinator-to-site', KEY_BYTES);
  const [sending, receiving] = role === 'site' ? [toCoordinator, toSite] : [toSite, toCoordinator];
  let sealed = 0;
  let opened = 0;
  let isDead = false;

  return {
    seal(plain) {
      if (isDead || sealed >= frames) {
        throw new ConsiliumError('wrong-state', 'channel is closed: a new handshake is due');
      }
      const frame = gcmSeal(plain, frameKey(sending, sealed));
      sealed += 1;
      return frame;
    },
    open(frame) {
      const plain =
        isDead || opened >= frames ? undefined : gcmOpen(frame, frameKey(receiving, opened));
      if (plain === undefined) {
        isDead = true;
        throw new ConsiliumError('bad-message', 'channel: not the next frame of the other end');
      }
      opened += 1;
      return plain;
    },
  };
}

/** Nonce: 4 zero bytes, then the frame's number as 8 bytes big endian. */
function frameKey(key: Uint8Array, counter: number): GcmKey {
  const nonce = new Uint8Array(NONCE_BYTES);
  new DataView(nonce.buffer).setBigUint64(4, BigInt(counter));
  return { key, nonce, associated: NOTHING };
}
