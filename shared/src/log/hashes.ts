/** The two hashes of the log's tree (RFC 6962 section 2.1): the prefixes keep a leaf from passing for a node. */
import { sha256 } from '../crypto/index.js';
import { fromHex, requireBytes } from '../encoding/index.js';

export const HASH_BYTES = 32;

const LEAF_PREFIX = Uint8Array.of(0);
const NODE_PREFIX = Uint8Array.of(1);

/** The root of the tree without leaves: SHA-256 of nothing. */
export const EMPTY_ROOT: Uint8Array = fromHex(
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
);

/** The hash of a leaf's bytes. */
export function leafHash(leaf: Uint8Array): Uint8Array {
  return sha256(LEAF_PREFIX, leaf);
}

/** The hash of a node from those of its children. @throws ConsiliumError 'bad-encoding' unless both have 32 bytes */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  requireBytes(left, HASH_BYTES, 'left hash');
  requireBytes(right, HASH_BYTES, 'right hash');
  return sha256(NODE_PREFIX, left, right);
}
