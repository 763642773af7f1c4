/** A hospital that enrols: a name, a key of its own, and the request that it sends. */
import {
  generateSigningKeyPair,
  sha256,
  signBody,
  type SigningKeyPair,
} from '@consilium/shared/crypto';
import { fromBase64, toBase64 } from '@consilium/shared/encoding';
import type { Enrolment, EnrolmentRequest } from '@consilium/shared/protocol';
import { parseSiteId, type SiteId } from '@consilium/shared/vocabulary';

export interface TestSite {
  readonly siteId: SiteId;
  readonly keys: SigningKeyPair;
}

export function testSite(name: string): TestSite {
  return { siteId: parseSiteId(name), keys: generateSigningKeyPair() };
}

/** @param changes bend the body before it is signed. */
export function enrolmentOf(
  { siteId, keys }: TestSite,
  invite: string,
  changes: Partial<Enrolment> = {},
): EnrolmentRequest {
  const body: Enrolment = {
    v: 1,
    siteId,
    identityKey: toBase64(keys.publicKey),
    inviteHash: toBase64(sha256(fromBase64(invite))),
    agentVersion: '0.1.0',
    ...changes,
  };
  return { invite, enrolment: signBody('enrolment', body, keys) };
}
