/**
 * What people sign with keys of their own: approvals and statements, each with its meaning in words, and the proof that a key is
 * held when it is registered. The coordinator has none of these keys, so it can neither make nor alter such a signature.
 * docs/protocol/v1.md section 5.
 */
import { z } from 'zod';
import {
  keyIdOf,
  sha256,
  signBody,
  verifyAssertion,
  verifyBody,
  type SigningKeyPair,
} from '../crypto/index.js';
import { canonicalBytes, fromBase64, toHex, utf8, type Json } from '../encoding/index.js';
import { ConsiliumError, type KeyId } from '../vocabulary/index.js';
import { personKeyKindSchema, personKeySchema, type PersonKeyKind } from './leaves.js';
import {
  contentHashSchema,
  countSchema,
  hash32Schema,
  keyIdSchema,
  operatorIdSchema,
  positiveSchema,
  signatureSchema,
  studyIdSchema,
  versionSchema,
} from './scalars.js';

/** Characters of a statement. */
export const STATEMENT_LENGTH = 2000;

const common = {
  v: versionSchema,
  operatorId: operatorIdSchema,
  /** What the person was shown: `meaningOf` of the act. */
  meaning: z.string().min(1).max(400),
  /** When the coordinator prepared it. */
  atMs: countSchema,
  /** Random, of the coordinator; used once. */
  challenge: hash32Schema,
};

/** Domain `act`. */
export const actSchema = z.discriminatedUnion('act', [
  z.strictObject({
    ...common,
    act: z.literal('study-approved'),
    /** `hash`: of the study protocol. */
    subject: z.strictObject({ studyId: studyIdSchema, hash: contentHashSchema }),
  }),
  z.strictObject({
    ...common,
    act: z.literal('adapter-accepted'),
    /** `hash`: of the adapter checkpoint that the round made. */
    subject: z.strictObject({
      studyId: studyIdSchema,
      roundNo: positiveSchema,
      hash: contentHashSchema,
    }),
  }),
  z.strictObject({
    ...common,
    act: z.literal('statement'),
    /** The log as the person could know it: what came later is not meant. */
    subject: z.strictObject({ studyId: studyIdSchema, size: positiveSchema, root: hash32Schema }),
    text: z.string().min(1).max(STATEMENT_LENGTH),
  }),
]);
export type Act = z.infer<typeof actSchema>;

/** A person asks that a key counts as its own. Domain `person-key`. */
export const personKeyClaimSchema = z.strictObject({
  v: versionSchema,
  operatorId: operatorIdSchema,
  kind: personKeyKindSchema,
  publicKey: personKeySchema,
  challenge: hash32Schema,
});
export type PersonKeyClaim = z.infer<typeof personKeyClaimSchema>;

/** A signature as `signBody` makes it, or the assertion of a passkey whose challenge is the hash of the same bytes. */
export const personProofSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ed25519'), signature: signatureSchema }),
  z.strictObject({
    kind: z.literal('webauthn'),
    /** The domain that the passkey is bound to. */
    rpId: z.string().min(1).max(253),
    authenticatorData: z.base64().min(52).max(2048),
    clientDataJson: z.base64().max(10_924),
    signature: z.base64().max(1024),
  }),
]);
export type PersonProof = z.infer<typeof personProofSchema>;

function personSignedSchema<T extends z.ZodType>(body: T) {
  return z.strictObject({ body, keyId: keyIdSchema, proof: personProofSchema });
}
export const signedActSchema = personSignedSchema(actSchema);
export type SignedAct = z.infer<typeof signedActSchema>;
export const signedPersonKeyClaimSchema = personSignedSchema(personKeyClaimSchema);
export type SignedPersonKeyClaim = z.infer<typeof signedPersonKeyClaimSchema>;

export interface PersonSigned<T> {
  readonly body: T;
  readonly keyId: KeyId;
  readonly proof: PersonProof;
}

export interface PersonKey {
  readonly kind: PersonKeyKind;
  /** Ed25519: 32 bytes; a passkey: its COSE key. */
  readonly publicKey: Uint8Array;
}

export type PersonDomain = 'act' | 'person-key';

/** The text that a person is shown and signs, for each kind of act. A statement's own text follows it. */
export function meaningOf(act: Act): string {
  switch (act.act) {
    case 'study-approved': {
      const { studyId, hash } = act.subject;
      return `I have read the protocol ${hash} of the study ${studyId} and approve it.`;
    }
    case 'adapter-accepted': {
      const { studyId, roundNo, hash } = act.subject;
      return `I accept the adapter checkpoint ${hash} of round ${roundNo} of the study ${studyId}.`;
    }
    case 'statement': {
      const { studyId, size, root } = act.subject;
      return `On the study ${studyId}, as the log had it at size ${size} with root ${root}, I state:`;
    }
  }
}

/** The short name of a person's key. @throws ConsiliumError 'bad-encoding' for an Ed25519 key of another length than 32 */
export function personKeyId({ kind, publicKey }: PersonKey): KeyId {
  switch (kind) {
    case 'ed25519':
      return keyIdOf(publicKey);
    case 'webauthn':
      return toHex(sha256(utf8('consilium/v1/webauthn-key\0'), publicKey).subarray(0, 8)) as KeyId;
  }
}

/** 32 bytes: what a passkey is asked to sign in place of the document. */
export function passkeyChallenge(domain: PersonDomain, body: Json): Uint8Array {
  return sha256(utf8(`consilium/v1/${domain}\0`), canonicalBytes(body));
}

export function signAsPerson<T extends Json>(
  domain: PersonDomain,
  body: T,
  key: SigningKeyPair,
): PersonSigned<T> {
  const { keyId, signature } = signBody(domain, body, key);
  return { body, keyId, proof: { kind: 'ed25519', signature } };
}

/**
 * Returns the body if the person's key has signed it in this domain.
 * @param signed attacker-controlled.
 * @param origins the addresses of the pages on which passkeys may be used.
 * @throws ConsiliumError 'bad-signature', 'bad-encoding', 'weak-key'
 */
export function verifyByPerson<T extends Json>(
  domain: PersonDomain,
  { body, keyId, proof }: PersonSigned<T>,
  key: PersonKey,
  origins: readonly string[],
): T {
  if (proof.kind !== key.kind || keyId !== personKeyId(key)) {
    throw new ConsiliumError('bad-signature', `${domain}: signed by another key than ${keyId}`);
  }
  if (proof.kind === 'ed25519') {
    return verifyBody(domain, { body, keyId, signature: proof.signature }, key.publicKey);
  }
  const assertion = {
    authenticatorData: fromBase64(proof.authenticatorData),
    clientDataJson: fromBase64(proof.clientDataJson),
    signature: fromBase64(proof.signature),
  };
  verifyAssertion(key.publicKey, assertion, {
    challenge: passkeyChallenge(domain, body),
    rpId: proof.rpId,
    origins: origins.filter((origin) => isWithin(origin, proof.rpId)),
  });
  return body;
}

/** A page may use the passkeys of its own host and of the domains above it (WebAuthn Level 2 section 5.1.4.1 step 6). */
function isWithin(origin: string, rpId: string): boolean {
  const host = URL.canParse(origin) ? new URL(origin).hostname : '';
  return host === rpId || host.endsWith(`.${rpId}`);
}
