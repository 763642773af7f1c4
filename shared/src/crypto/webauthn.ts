/**
 * Assertions of passkeys (WebAuthn Level 2 section 7.2, from step 11 on), checked without a server: what the browser says it
 * was asked, what the authenticator says it did, and the signature over both. Counters are the server's affair.
 */
import { concatBytes, equalBytes, fromUtf8, parseJson, toBase64, utf8 } from '../encoding/index.js';
import { ConsiliumError } from '../vocabulary/index.js';
import { parseCoseKey, verifyCose } from './cose-key.js';
import { sha256 } from './hash.js';

export interface Assertion {
  readonly authenticatorData: Uint8Array;
  /** The bytes as the browser made them: they are hashed, not parsed and written anew. */
  readonly clientDataJson: Uint8Array;
  readonly signature: Uint8Array;
}

export interface ExpectedAssertion {
  /** What the passkey was asked to sign. */
  readonly challenge: Uint8Array;
  /** The domain that the passkey is bound to. */
  readonly rpId: string;
  /** The addresses whose pages may have asked, e.g. `https://coordinator.example`. */
  readonly origins: readonly string[];
}

/** Section 6.1: SHA-256 of the rpId, flags, counter; extensions may follow. */
const AUTHENTICATOR_DATA = { rpIdHash: 32, least: 37 } as const;
const FLAG = { present: 0x01, verified: 0x04, backupEligible: 0x08, backedUp: 0x10, more: 0xc0 };
const CLIENT_DATA_BYTES = 8192;

/**
 * @param publicKey COSE key.
 * @param assertion attacker-controlled.
 * @throws ConsiliumError 'bad-signature' naming the step that fails; 'bad-encoding' or 'weak-key' for the key.
 */
export function verifyAssertion(
  publicKey: Uint8Array,
  assertion: Assertion,
  expected: ExpectedAssertion,
): void {
  checkClientData(assertion.clientDataJson, expected);
  checkAuthenticatorData(assertion.authenticatorData, expected.rpId);
  const message = concatBytes(assertion.authenticatorData, sha256(assertion.clientDataJson));
  requireThat(verifyCose(parseCoseKey(publicKey), message, assertion.signature), 'signature');
}

/** Steps 11 to 14; a page within a page of somebody else (`crossOrigin`) is refused. */
function checkClientData(bytes: Uint8Array, { challenge, origins }: ExpectedAssertion): void {
  const data = readClientData(bytes);
  requireThat(data['type'] === 'webauthn.get', 'type of the client data');
  requireThat(data['challenge'] === base64Url(challenge), 'challenge');
  const { origin } = data;
  requireThat(typeof origin === 'string' && origins.includes(origin), 'origin');
  requireThat(data['crossOrigin'] !== true && data['topOrigin'] === undefined, 'crossOrigin');
}

function readClientData(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  let data: unknown;
  try {
    data = parseJson(fromUtf8(bytes), { maxBytes: CLIENT_DATA_BYTES });
  } catch (cause) {
    throw refuse('form of the client data', cause);
  }
  requireThat(typeof data === 'object' && data !== null && !Array.isArray(data), 'client data');
  return data as Readonly<Record<string, unknown>>;
}

/** Steps 15 to 17: for this domain, by a person who was there and whom the authenticator knew. */
function checkAuthenticatorData(data: Uint8Array, rpId: string): void {
  const { rpIdHash, least } = AUTHENTICATOR_DATA;
  requireThat(data.length >= least, 'length of the authenticator data');
  requireThat(equalBytes(data.subarray(0, rpIdHash), sha256(utf8(rpId))), 'rpIdHash');
  const flags = data[rpIdHash] ?? 0;
  requireThat((flags & FLAG.present) !== 0, 'user presence');
  requireThat((flags & FLAG.verified) !== 0, 'user verification');
  const isPossible = (flags & FLAG.backedUp) === 0 || (flags & FLAG.backupEligible) !== 0;
  requireThat(isPossible, 'backup state');
  requireThat((flags & FLAG.more) !== 0 || data.length === least, 'end of the authenticator data');
}

/** RFC 4648 section 5, without padding. */
function base64Url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function requireThat(holds: boolean, what: string): void {
  if (!holds) {
    throw refuse(what);
  }
}

function refuse(what: string, cause?: unknown): ConsiliumError {
  return new ConsiliumError('bad-signature', `passkey: the ${what} does not hold`, { cause });
}
