import { canonicalJson, concatBytes, fromBase64, toHex } from '../encoding/index.js';
import { parseAttemptId, parseSiteId } from '../vocabulary/index.js';
import { refusal } from '../vocabulary/testing/refusal.js';
import {
  boxOpen,
  boxSeal,
  checkBoxPublicKey,
  checkSigningPublicKey,
  contentHash,
  generateBoxKeyPair,
  generateSigningKeyPair,
  keyIdOf,
  openChunk,
  openSecret,
  boxKeyPairFrom,
  randomBytes,
  sealSecret,
  sealUpdate,
  sha256,
  signBody,
  UPDATE_CIPHER,
  verifyBody,
  type UpdateContext,
} from './index.js';

const site = generateSigningKeyPair();
const transport = generateBoxKeyPair();
const kek = randomBytes(32);
const aggregation = generateBoxKeyPair();
const atRest = sealSecret(aggregation.secretKey, kek, 'aggregation key');

const context: UpdateContext = {
  manifestHash: contentHash(sha256()),
  attemptId: parseAttemptId(toHex(randomBytes(16))),
  siteId: parseSiteId('north'),
};

/** What a site sends: a signed header with the wrapped content key, then chunks. */
function send(update: Uint8Array) {
  const contentKey = randomBytes(32);
  const header = {
    ...context,
    cipher: UPDATE_CIPHER,
    vectorHash: contentHash(update),
    wrappedKey: boxSeal(contentKey, aggregation.publicKey, transport.secretKey),
  };
  return {
    header: signBody('update-header', header, site),
    chunks: sealUpdate({ plaintext: update, contentKey, context }),
  };
}

/** What the coordinator does with it once it has unsealed its aggregation key. */
function receive({ header, chunks }: ReturnType<typeof send>): Uint8Array {
  const { wrappedKey } = verifyBody('update-header', header, site.publicKey);
  const { secretKey } = boxKeyPairFrom(openSecret(atRest, kek, 'aggregation key'));
  const contentKey = boxOpen(wrappedKey, transport.publicKey, secretKey);
  const total = chunks.length;
  return concatBytes(
    ...chunks.map((chunk, index) => openChunk({ chunk, index, total, contentKey, context })),
  );
}

describe('an update on its way from a site to the coordinator', () => {
  const update = randomBytes(2_500_000);
  const sent = send(update);

  it('arrives as it was', () => {
    expect(contentHash(receive(sent))).toBe(contentHash(update));
    expect(sent.header.keyId).toBe(keyIdOf(site.publicKey));
  });

  it('was made with keys that pass the checks of enrolment', () => {
    expect(() => {
      checkSigningPublicKey(site.publicKey);
      checkBoxPublicKey(transport.publicKey);
      checkBoxPublicKey(aggregation.publicKey);
    }).not.toThrow();
  });

  it('does not open once its key at rest is gone and another stands in its place', () => {
    const { wrappedKey } = sent.header.body;
    const other = generateBoxKeyPair();
    expect(() => boxOpen(wrappedKey, transport.publicKey, other.secretKey)).toThrow(
      refusal('bad-message'),
    );
  });

  it('is refused under the header of another update', () => {
    const other = send(randomBytes(2_500_000));
    expect(() => receive({ header: other.header, chunks: sent.chunks })).toThrow(
      refusal('bad-chunk', 'chunk 0 of 3 does not open'),
    );
  });

  it('is refused when somebody swaps the wrapped key in its header', () => {
    const { wrappedKey } = send(randomBytes(10)).header.body;
    const forged = { ...sent.header, body: { ...sent.header.body, wrappedKey } };
    expect(() => receive({ header: forged, chunks: sent.chunks })).toThrow(
      refusal('bad-signature'),
    );
  });

  it('shows no stretch of itself in what is sent', () => {
    const wire = Buffer.concat([Buffer.from(canonicalJson(sent.header)), ...sent.chunks]);
    for (let offset = 0; offset + 8 <= update.length; offset += 100_003) {
      expect(wire.includes(Buffer.from(update.subarray(offset, offset + 8)))).toBe(false);
    }
    expect(fromBase64(sent.header.body.wrappedKey.box)).toHaveLength(48);
  });
});
