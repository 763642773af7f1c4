export {
  boxKeyPairFrom,
  boxOpen,
  boxSeal,
  generateBoxKeyPair,
  sharedSecret,
  type BoxKeyPair,
  type SealedBox,
} from './box.js';
export { CHANNEL_FRAMES, createChannel, type Channel, type ChannelRole } from './channel.js';
export {
  areWordsOf,
  fingerprintColours,
  fingerprintDigits,
  fingerprintWords,
  keyCard,
  type KeyColour,
} from './fingerprint.js';
export { parseCoseKey } from './cose-key.js';
export {
  contentHash,
  contentHashOf,
  createContentHash,
  sha256,
  type ContentHasher,
} from './hash.js';
export { hkdf } from './hkdf.js';
export { checkBoxPublicKey, checkSigningPublicKey } from './key-checks.js';
export { createKeyStream, KEY_STREAM_PIECE, type KeyStream } from './key-stream.js';
export { randomBytes } from './random.js';
export { openSecret, sealSecret } from './sealed-secret.js';
export { combineShares, splitSecret, type Sharing } from './secret-sharing.js';
export { seededRandom, type SeededRandom } from './seeded-random.js';
export { signBody, verifyBody, type Signed, type SigningDomain } from './signed-body.js';
export {
  generateSigningKeyPair,
  keyIdOf,
  signDetached,
  signingKeyPairFrom,
  verifyDetached,
  type SigningKeyPair,
} from './signing.js';
export {
  chunkSizes,
  openChunk,
  sealUpdate,
  UPDATE_CIPHER,
  type ChunkToOpen,
  type UpdateContext,
  type UpdateToSeal,
} from './update-cipher.js';
export { verifyAssertion, type Assertion } from './webauthn.js';
