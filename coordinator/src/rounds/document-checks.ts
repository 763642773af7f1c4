/**
 * What must hold of a signed document before the rules of a round look at it. Everything here is attacker-controlled: an
 * enrolled site may send whatever it likes, also in the name of others. docs/protocol/v1.md section 4.
 */
import { verifyBody, type Signed, type SigningDomain } from '@consilium/shared/crypto';
import { canonicalJson, fromBase64, type Json } from '@consilium/shared/encoding';
import type { Manifest, Roster } from '@consilium/shared/protocol';
import {
  ConsiliumError,
  type AttemptId,
  type ContentHash,
  type SiteId,
  type StudyId,
} from '@consilium/shared/vocabulary';
import type { Attempt, Participant } from './attempt.js';

/** What the documents of a site in an attempt have in common. */
export interface AttemptDocument {
  readonly studyId: StudyId;
  readonly roundNo: number;
  readonly attemptId: AttemptId;
  readonly siteId: SiteId;
  /** Not in documents that name what follows from the manifest. */
  readonly manifestHash?: ContentHash;
}

/**
 * The participant whose document this is.
 * @param siteId of the channel that the document came through.
 * @throws ConsiliumError 'not-permitted' in another site's name or from outside the cohort, 'bad-signature', 'bad-message'
 * when it names another study, round or manifest than the attempt has.
 */
export function requireDocument<T extends AttemptDocument & Json>(
  attempt: Attempt,
  roster: Roster,
  siteId: SiteId,
  domain: SigningDomain,
  signed: Signed<T>,
): Participant {
  const { body } = signed;
  const member = requireMember(roster, siteId);
  const participant = attempt.participants.find((row) => row.siteId === siteId);
  if (body.siteId !== siteId || participant === undefined) {
    throw notForSite(siteId);
  }
  verifyBody(domain, signed, fromBase64(member.identityKey));
  requireManifest(attempt, body);
  return participant;
}

/** The site's entry in the roster of the attempt. @throws ConsiliumError 'not-permitted' */
export function requireMember(roster: Roster, siteId: SiteId): Roster['sites'][number] {
  const member = roster.sites.find((site) => site.siteId === siteId);
  if (member === undefined) {
    throw notForSite(siteId);
  }
  return member;
}

function notForSite(siteId: SiteId): ConsiliumError {
  return new ConsiliumError('not-permitted', `this is not for site ${siteId} to say`);
}

/** Whether the site's place or key changed since the attempt was opened: whatever it says comes too late. */
export function hasLeft({ participants }: Attempt, siteId: SiteId): boolean {
  return participants.some((row) => row.siteId === siteId && row.state === 'left');
}

function requireManifest(attempt: Attempt, body: AttemptDocument): void {
  const manifest: Manifest = attempt.manifest.body;
  if (
    body.studyId !== manifest.studyId ||
    body.roundNo !== manifest.roundNo ||
    (body.manifestHash ?? attempt.manifestHash) !== attempt.manifestHash
  ) {
    throw new ConsiliumError('bad-message', 'the document names another study, round or manifest');
  }
}

/** Whether a document was there before, to the byte. @throws ConsiliumError 'conflict' if another one was. */
export function isReplay<T extends Json>(
  present: Signed<T> | undefined,
  arrived: Signed<T>,
): boolean {
  if (present === undefined) {
    return false;
  }
  if (canonicalJson(present) !== canonicalJson(arrived)) {
    throw new ConsiliumError('conflict', 'another document of this kind was accepted before');
  }
  return true;
}
