/** How a site enrols and opens its channel. Both ends sign; both ephemeral keys are under the signatures. docs/protocol/v1.md section 2. */
import { z } from 'zod';
import {
  base64Schema,
  countSchema,
  keyIdSchema,
  publicKeySchema,
  signedSchema,
  siteIdSchema,
  versionSchema,
} from './scalars.js';

export const enrolmentSchema = z.strictObject({
  v: versionSchema,
  siteId: siteIdSchema,
  identityKey: publicKeySchema,
  /** SHA-256 of the invite, so that the signature binds it without repeating it. */
  inviteHash: base64Schema(32),
  agentVersion: z.string().min(1).max(64),
});
export type Enrolment = z.infer<typeof enrolmentSchema>;

export const enrolmentRequestSchema = z.strictObject({
  /** 32 random bytes, shown once to the person who was invited. */
  invite: base64Schema(32),
  enrolment: signedSchema(enrolmentSchema),
});
export type EnrolmentRequest = z.infer<typeof enrolmentRequestSchema>;

export const enrolmentReplySchema = z.strictObject({
  siteId: siteIdSchema,
  coordinatorKey: publicKeySchema,
  logKey: publicKeySchema,
  origin: z.string().min(1).max(200),
  /** Signed note of the log as it is: the site trusts no smaller log from now on. */
  checkpoint: z.string().min(1).max(4096),
  /** A pending site is let in once a second person has compared its fingerprint. */
  status: z.enum(['pending', 'active']),
});
export type EnrolmentReply = z.infer<typeof enrolmentReplySchema>;

export const challengeSchema = z.strictObject({
  challenge: base64Schema(32),
  expiresInMs: countSchema,
});
export type Challenge = z.infer<typeof challengeSchema>;

/** What the site signs: the auth payload of the Socket.IO connect packet. */
export const siteHelloSchema = z.strictObject({
  v: versionSchema,
  siteId: siteIdSchema,
  coordinatorKeyId: keyIdSchema,
  url: z.string().min(1).max(500),
  challenge: base64Schema(32),
  clientNonce: base64Schema(32),
  ephemeralKey: publicKeySchema,
  agentVersion: z.string().min(1).max(64),
  /** Recorded, never judged: clocks differ. */
  atMs: countSchema,
});
export type SiteHello = z.infer<typeof siteHelloSchema>;
export const signedSiteHelloSchema = signedSchema(siteHelloSchema);

/** What the coordinator answers as the first event, so that a look-alike fails. */
export const coordinatorHelloSchema = z.strictObject({
  v: versionSchema,
  siteId: siteIdSchema,
  challenge: base64Schema(32),
  clientNonce: base64Schema(32),
  serverNonce: base64Schema(32),
  siteEphemeralKey: publicKeySchema,
  ephemeralKey: publicKeySchema,
});
export type CoordinatorHello = z.infer<typeof coordinatorHelloSchema>;
export const signedCoordinatorHelloSchema = signedSchema(coordinatorHelloSchema);

/** A site proves over the live channel that it still holds its key. Domain `session`. */
export const sessionProofSchema = z.strictObject({
  v: versionSchema,
  siteId: siteIdSchema,
  coordinatorKeyId: keyIdSchema,
  url: z.string().min(1).max(500),
  challenge: base64Schema(32),
  /** SHA-256 of both hellos, so of both nonces and both ephemeral keys: a proof is good for one channel. */
  transcriptHash: base64Schema(32),
});
export type SessionProof = z.infer<typeof sessionProofSchema>;

/** What the coordinator asks in a frame of its own, beside the deliveries. */
export const sessionChallengeSchema = z.strictObject({
  kind: z.literal('session.challenge'),
  challenge: base64Schema(32),
});
export type SessionChallenge = z.infer<typeof sessionChallengeSchema>;

/** The acknowledgement of a `session.challenge`. */
export const sessionAnswerSchema = z.strictObject({
  kind: z.literal('session.proof'),
  proof: signedSchema(sessionProofSchema),
});
export type SessionAnswer = z.infer<typeof sessionAnswerSchema>;

/** How long a site may take for the proof. */
export const SESSION_PROOF_MS = 10_000;

/** Socket.IO namespace, path and event names. */
export const SOCKET = {
  path: '/v1/socket',
  hello: 'hello',
  frame: 'frame',
} as const;
