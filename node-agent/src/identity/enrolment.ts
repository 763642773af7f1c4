/**
 * Enrolment: an invite is turned into a place in the roster for a key that was made here. What the coordinator answers is
 * checked and pinned; nothing that differs is believed later. docs/protocol/v1.md section 2.
 */
import { checkSigningPublicKey, sha256, signBody } from '@consilium/shared/crypto';
import { fromBase64, parseJson, requireBytes, toBase64 } from '@consilium/shared/encoding';
import { parseCheckpoint, verifyNote } from '@consilium/shared/log';
import {
  enrolmentReplySchema,
  type EnrolmentReply,
  type EnrolmentRequest,
} from '@consilium/shared/protocol';
import { ConsiliumError, PROTOCOL_VERSION, type SiteId } from '@consilium/shared/vocabulary';
import type { Response } from 'undici';
import type { Home } from '../config/home.js';
import { AGENT_VERSION } from '../config/version.js';
import type { Network } from '../network/network.js';
import { ensureIdentity } from './keystore.js';
import { readPinned, writePinned } from './pinned-coordinator.js';
import { readReplyText } from './reply-text.js';

export interface EnrolmentOrder {
  readonly home: Home;
  /** Origin of the coordinator. */
  readonly url: string;
  readonly network: Network;
  readonly siteId: SiteId;
  /** 32 bytes in base64, as the invite shows them. */
  readonly invite: string;
}

export interface Enrolled {
  readonly siteId: SiteId;
  /** To be read out to the study coordinator. */
  readonly publicKey: Uint8Array;
  /** To be compared with what the coordinator publishes. */
  readonly coordinatorKey: Uint8Array;
  readonly status: EnrolmentReply['status'];
}

const TIMEOUT_MS = 20_000;
const LARGEST_REPLY = 65_536;

/**
 * @throws ConsiliumError 'bad-invite' when it is refused, 'conflict' when this home is enrolled already,
 * 'coordinator-unreachable', 'enrolment-failed' when the answer is not to be trusted
 */
export async function enrol({
  home,
  url,
  network,
  siteId,
  invite,
}: EnrolmentOrder): Promise<Enrolled> {
  if ((await readPinned(home.coordinatorFile)) !== undefined) {
    throw new ConsiliumError('conflict', `${home.folder} is enrolled already`);
  }
  const inviteBytes = parseInvite(invite);
  const key = await ensureIdentity(home.identityFile);
  const reply = await postEnrolment(url, network, {
    invite: toBase64(inviteBytes),
    enrolment: signBody(
      'enrolment',
      {
        v: PROTOCOL_VERSION,
        siteId,
        identityKey: toBase64(key.publicKey),
        inviteHash: toBase64(sha256(inviteBytes)),
        agentVersion: AGENT_VERSION,
      },
      key,
    ),
  });
  requireTrustworthy(reply, siteId);
  const { status, ...pinned } = reply;
  await writePinned(home.coordinatorFile, { url, ...pinned });
  return {
    siteId,
    publicKey: key.publicKey,
    coordinatorKey: fromBase64(reply.coordinatorKey),
    status,
  };
}

function parseInvite(text: string): Uint8Array {
  try {
    return requireBytes(fromBase64(text.trim()), 32, 'invite');
  } catch (cause) {
    throw new ConsiliumError('bad-invite', 'the invite is not the 44 characters that were shown', {
      cause,
    });
  }
}

async function postEnrolment(
  url: string,
  network: Network,
  request: EnrolmentRequest,
): Promise<EnrolmentReply> {
  const response = await reach(url, network, request);
  const text = await textOf(response);
  if (response.status === 401) {
    throw new ConsiliumError(
      'bad-configuration',
      'the coordinator asks for a client certificate of this site: name its files in agent.yaml under network.clientCertificateFile and network.clientKeyFile',
    );
  }
  if (!response.ok) {
    const code = response.status >= 500 ? 'enrolment-failed' : 'bad-invite';
    throw new ConsiliumError(code, `the coordinator refused the enrolment (${response.status})`);
  }
  return parseReply(text);
}

async function textOf(response: Response): Promise<string> {
  try {
    return await readReplyText(response, LARGEST_REPLY);
  } catch (cause) {
    throw new ConsiliumError('enrolment-failed', 'the coordinator gave no whole answer', { cause });
  }
}

async function reach(url: string, network: Network, request: EnrolmentRequest): Promise<Response> {
  try {
    return await network.fetch(new URL('/v1/enrolments', url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (cause) {
    const reason = network.explain(cause);
    throw new ConsiliumError('coordinator-unreachable', `${url} was not reached: ${reason}`, {
      cause,
    });
  }
}

function parseReply(text: string): EnrolmentReply {
  try {
    return enrolmentReplySchema.parse(parseJson(text));
  } catch (cause) {
    throw new ConsiliumError('enrolment-failed', 'the answer is not that of a coordinator', {
      cause,
    });
  }
}

/** The first checkpoint is what every later one must extend, so it is verified before it is pinned. */
function requireTrustworthy(reply: EnrolmentReply, siteId: SiteId): void {
  const logKey = fromBase64(reply.logKey);
  checkSigningPublicKey(fromBase64(reply.coordinatorKey));
  checkSigningPublicKey(logKey);
  const { body } = verifyNote(reply.checkpoint, { name: reply.origin, publicKey: logKey });
  const checkpoint = parseCheckpoint(body);
  if (reply.siteId !== siteId || checkpoint.origin !== reply.origin || checkpoint.size === 0) {
    throw new ConsiliumError('enrolment-failed', 'the answer is about another site or log');
  }
}
