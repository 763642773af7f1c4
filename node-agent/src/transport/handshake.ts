/**
 * The site's half of the handshake: it proves its identity key over a fresh challenge and accepts only a coordinator that
 * answers with the pinned key over the same nonces. A look-alike learns a signature that is good for nothing else.
 * docs/protocol/v1.md section 2.
 */
import {
  createChannel,
  generateBoxKeyPair,
  keyIdOf,
  randomBytes,
  sha256,
  sharedSecret,
  signBody,
  verifyBody,
  type BoxKeyPair,
  type Channel,
  type Signed,
  type SigningKeyPair,
} from '@consilium/shared/crypto';
import {
  canonicalBytes,
  concatBytes,
  fromBase64,
  parseJson,
  toBase64,
} from '@consilium/shared/encoding';
import {
  challengeSchema,
  signedCoordinatorHelloSchema,
  type CoordinatorHello,
  type SessionAnswer,
  type SessionChallenge,
  type SessionProof,
  type SiteHello,
} from '@consilium/shared/protocol';
import { ConsiliumError, PROTOCOL_VERSION, type SiteId } from '@consilium/shared/vocabulary';
import { AGENT_VERSION } from '../config/version.js';
import { readReplyText } from '../identity/reply-text.js';
import type { Network } from '../network/network.js';

export interface HandshakeParties {
  /** Origin of the coordinator. */
  readonly url: string;
  readonly siteId: SiteId;
  readonly identity: SigningKeyPair;
  /** Pinned at enrolment. */
  readonly coordinatorKey: Uint8Array;
}

export interface OpenHandshake {
  /** The auth payload of the connect packet. */
  readonly hello: Signed<SiteHello>;
  /** Turns the coordinator's answer into the session. @throws ConsiliumError 'handshake-failed' */
  complete(answer: unknown): Session;
}

/** An open channel, and how this site proves later that it still holds its key. */
export interface Session {
  readonly channel: Channel;
  /** Good for this channel alone. */
  readonly prove: (challenge: SessionChallenge) => SessionAnswer;
}

const CHALLENGE_BYTES = 4096;

/** @throws ConsiliumError 'coordinator-unreachable' or 'handshake-failed' */
export async function fetchChallenge(
  url: string,
  network: Network,
  signal: AbortSignal,
): Promise<string> {
  let text: string;
  try {
    const response = await network.fetch(new URL('/v1/handshake/challenge', url), {
      redirect: 'error',
      signal,
    });
    text = await readReplyText(response, CHALLENGE_BYTES);
    if (!response.ok) {
      throw new Error(`it answers with status ${response.status}${detailOf(text)}`);
    }
  } catch (cause) {
    const reason = network.explain(cause);
    throw new ConsiliumError('coordinator-unreachable', `no challenge from ${url}: ${reason}`, {
      cause,
    });
  }
  try {
    return challengeSchema.parse(parseJson(text, { maxBytes: CHALLENGE_BYTES })).challenge;
  } catch (cause) {
    throw new ConsiliumError('handshake-failed', `${url} gives no challenge`, { cause });
  }
}

/** What a problem (RFC 9457) says; nothing where somebody else than a coordinator answers. */
function detailOf(text: string): string {
  const detail = /"detail":"([^"\\]{1,300})"/.exec(text)?.[1];
  return detail === undefined ? '' : `: ${detail}`;
}

/** @param atMs the wall clock, recorded by the coordinator and never judged. */
export function openHandshake(
  parties: HandshakeParties,
  challenge: string,
  atMs: number,
): OpenHandshake {
  const ephemeral = generateBoxKeyPair();
  const hello = signBody(
    'handshake-site',
    {
      v: PROTOCOL_VERSION,
      siteId: parties.siteId,
      coordinatorKeyId: keyIdOf(parties.coordinatorKey),
      url: parties.url,
      challenge,
      clientNonce: toBase64(randomBytes(32)),
      ephemeralKey: toBase64(ephemeral.publicKey),
      agentVersion: AGENT_VERSION,
      atMs,
    } satisfies SiteHello,
    parties.identity,
  );
  return { hello, complete: (answer) => complete(parties, ephemeral, hello, answer) };
}

function complete(
  parties: HandshakeParties,
  ephemeral: BoxKeyPair,
  hello: Signed<SiteHello>,
  answer: unknown,
): Session {
  try {
    const signed = signedCoordinatorHelloSchema.parse(answer);
    const body = verifyBody('handshake-coordinator', signed, parties.coordinatorKey);
    requireEcho(body, hello.body);
    const secret = sharedSecret(fromBase64(body.ephemeralKey), ephemeral.secretKey);
    const transcript = concatBytes(canonicalBytes(hello), canonicalBytes(signed));
    const transcriptHash = toBase64(sha256(transcript));
    return {
      channel: createChannel('site', secret, transcript),
      prove: (challenge) => proofOf(parties, transcriptHash, challenge),
    };
  } catch (cause) {
    throw new ConsiliumError(
      'handshake-failed',
      `${parties.url} does not prove that it is the coordinator of the enrolment`,
      { cause },
    );
  }
}

function proofOf(
  { siteId, coordinatorKey, url, identity }: HandshakeParties,
  transcriptHash: string,
  { challenge }: SessionChallenge,
): SessionAnswer {
  const body: SessionProof = {
    v: PROTOCOL_VERSION,
    siteId,
    coordinatorKeyId: keyIdOf(coordinatorKey),
    url,
    challenge,
    transcriptHash,
  };
  return { kind: 'session.proof', proof: signBody('session', body, identity) };
}

/** An answer to another hello would be a replay. */
function requireEcho(answer: CoordinatorHello, hello: SiteHello): void {
  const isEcho =
    answer.siteId === hello.siteId &&
    answer.challenge === hello.challenge &&
    answer.clientNonce === hello.clientNonce &&
    answer.siteEphemeralKey === hello.ephemeralKey;
  if (!isEcho) {
    throw new ConsiliumError('bad-message', 'the hello answers another handshake');
  }
}
