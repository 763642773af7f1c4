/** The site's side of the handshake, made of shared functions only. */
import {
  createChannel,
  generateBoxKeyPair,
  keyIdOf,
  randomBytes,
  sha256,
  sharedSecret,
  signBody,
  verifyBody,
  type Channel,
  type Signed,
  type SigningKeyPair,
} from '@consilium/shared/crypto';
import { canonicalBytes, concatBytes, fromBase64, toBase64 } from '@consilium/shared/encoding';
import type {
  CoordinatorHello,
  SessionAnswer,
  SessionChallenge,
  SessionProof,
  SiteHello,
} from '@consilium/shared/protocol';
import type { SiteId } from '@consilium/shared/vocabulary';

export interface HelloWriter {
  readonly siteId: SiteId;
  readonly identity: SigningKeyPair;
  readonly coordinatorKey: Uint8Array;
}

export interface SiteSide {
  readonly auth: Signed<SiteHello>;
  /** Checks the coordinator's answer and opens the channel. @throws ConsiliumError 'bad-signature' */
  open(hello: Signed<CoordinatorHello>): Channel;
  /** Proves the key again over the channel that the hello opened. */
  prove(
    hello: Signed<CoordinatorHello>,
    challenge: SessionChallenge,
    changes?: Partial<SessionProof>,
  ): SessionAnswer;
}

export function siteSide(
  site: HelloWriter,
  challenge: string,
  changes: Partial<SiteHello> = {},
): SiteSide {
  const ephemeral = generateBoxKeyPair();
  const body: SiteHello = {
    v: 1,
    siteId: site.siteId,
    coordinatorKeyId: keyIdOf(site.coordinatorKey),
    url: 'http://127.0.0.1',
    challenge,
    clientNonce: toBase64(randomBytes(32)),
    ephemeralKey: toBase64(ephemeral.publicKey),
    agentVersion: '0.1.0',
    atMs: 1_764_000_000_000,
    ...changes,
  };
  const auth = signBody('handshake-site', body, site.identity);
  return {
    auth,
    open(hello) {
      const theirs = verifyBody('handshake-coordinator', hello, site.coordinatorKey);
      const secret = sharedSecret(fromBase64(theirs.ephemeralKey), ephemeral.secretKey);
      const transcript = concatBytes(canonicalBytes(auth), canonicalBytes(hello));
      return createChannel('site', secret, transcript);
    },
    prove(hello, { challenge: asked }, bent = {}) {
      const transcript = concatBytes(canonicalBytes(auth), canonicalBytes(hello));
      const { siteId, coordinatorKeyId, url } = body;
      const proof: SessionProof = {
        v: 1,
        siteId,
        coordinatorKeyId,
        url,
        challenge: asked,
        transcriptHash: toBase64(sha256(transcript)),
        ...bent,
      };
      return { kind: 'session.proof', proof: signBody('session', proof, site.identity) };
    },
  };
}
