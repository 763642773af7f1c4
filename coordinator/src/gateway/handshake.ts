/**
 * Authenticates a site by its signed hello and answers with the coordinator's own, which binds both ephemeral keys: from then
 * on the channel is open. Every failure looks the same from outside. docs/protocol/v1.md section 2.
 */
import {
  createChannel,
  generateBoxKeyPair,
  generateSigningKeyPair,
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
import {
  signedSiteHelloSchema,
  type CoordinatorHello,
  type SiteHello,
} from '@consilium/shared/protocol';
import {
  ConsiliumError,
  isConsiliumError,
  type KeyId,
  type SiteId,
} from '@consilium/shared/vocabulary';
import type { Challenges } from './challenges.js';

/** What the handshake needs to know of an enrolled site. */
export interface KnownSite {
  readonly siteId: SiteId;
  /** Ed25519, 32 bytes. */
  readonly identityKey: Uint8Array;
}

export interface Welcome {
  readonly siteId: SiteId;
  readonly agentVersion: string;
  /** Of the key that was proven. */
  readonly keyId: KeyId;
  /** Under which the site reached this coordinator. */
  readonly url: string;
  /** SHA-256 of both hellos, in base64: names this channel in later proofs. */
  readonly transcriptHash: string;
  /** Goes out in clear, as the first event. */
  readonly hello: Signed<CoordinatorHello>;
  readonly channel: Channel;
}

/** Signatures of unknown keys are checked with this one, so that they take the time of known ones. */
const NOBODY: KnownSite = {
  siteId: 'nobody' as SiteId,
  identityKey: generateSigningKeyPair().publicKey,
};

const STALE = 'the challenge is foreign, expired or used';

export class Handshake {
  private readonly keyId: KeyId;

  constructor(
    private readonly identity: SigningKeyPair,
    private readonly challenges: Challenges,
    private readonly findSite: (keyId: KeyId) => Promise<KnownSite | undefined>,
    /** Whether an origin is one under which this coordinator is reached. */
    private readonly isOwnOrigin: (url: string) => boolean,
  ) {
    this.keyId = keyIdOf(identity.publicKey);
  }

  /**
   * @param auth attacker-controlled: the auth payload of a Socket.IO connect packet.
   * @throws ConsiliumError 'handshake-failed', one message for every reason; the reason is its cause.
   */
  async accept(auth: unknown): Promise<Welcome> {
    try {
      return this.welcome(await this.verify(auth));
    } catch (cause) {
      if (isConsiliumError(cause) && cause.code !== 'database-busy' && cause.code !== 'internal') {
        throw new ConsiliumError('handshake-failed', 'the handshake failed', { cause });
      }
      throw cause;
    }
  }

  private async verify(auth: unknown): Promise<Signed<SiteHello>> {
    const parsed = signedSiteHelloSchema.safeParse(auth);
    if (!parsed.success) {
      throw new ConsiliumError('bad-message', 'the auth payload is no signed site hello');
    }
    const known = await this.findSite(parsed.data.keyId);
    // Every check is made whatever the one before it said, so that the time tells nobody which of them failed.
    const failures = [
      this.signatureFault(parsed.data, known ?? NOBODY),
      this.addressFault(parsed.data.body, known ?? NOBODY),
      this.challenges.isFresh(parsed.data.body.challenge) ? '' : STALE,
    ].filter((failure) => failure !== '');
    if (known === undefined || failures.length > 0) {
      throw new ConsiliumError('bad-message', failures.join(', '));
    }
    if (!this.challenges.consume(parsed.data.body.challenge)) {
      throw new ConsiliumError('bad-message', STALE);
    }
    return parsed.data;
  }

  private signatureFault(hello: Signed<SiteHello>, { identityKey }: KnownSite): string {
    const keyId = keyIdOf(identityKey);
    try {
      // Under the id of the key that is tried, so that the signature is verified for a stranger as well.
      verifyBody('handshake-site', { ...hello, keyId }, identityKey);
    } catch (error) {
      if (!isConsiliumError(error, 'bad-signature')) {
        throw error;
      }
      return 'the signature does not hold';
    }
    return hello.keyId === keyId ? '' : 'the key is not known';
  }

  private addressFault(hello: SiteHello, { siteId }: KnownSite): string {
    const isMeant = hello.siteId === siteId && hello.coordinatorKeyId === this.keyId;
    // A look-alike under another name would pass on what it was sent.
    return this.isOwnOrigin(hello.url) && isMeant
      ? ''
      : 'the hello is meant for another site, coordinator or address';
  }

  private welcome(theirs: Signed<SiteHello>): Welcome {
    const { siteId, agentVersion, challenge, clientNonce, ephemeralKey } = theirs.body;
    const ephemeral = generateBoxKeyPair();
    const secret = sharedSecret(fromBase64(ephemeralKey), ephemeral.secretKey);
    const hello = signBody(
      'handshake-coordinator',
      {
        v: 1,
        siteId,
        challenge,
        clientNonce,
        serverNonce: toBase64(randomBytes(32)),
        siteEphemeralKey: ephemeralKey,
        ephemeralKey: toBase64(ephemeral.publicKey),
      } satisfies CoordinatorHello,
      this.identity,
    );
    const transcript = concatBytes(canonicalBytes(theirs), canonicalBytes(hello));
    return {
      siteId,
      agentVersion,
      keyId: theirs.keyId,
      url: theirs.body.url,
      transcriptHash: toBase64(sha256(transcript)),
      hello,
      channel: createChannel('coordinator', secret, transcript),
    };
  }
}
