/**
 * What must hold of the documents that only a secure attempt has, beyond what holds of every document. All of it is
 * attacker-controlled. docs/protocol/v1.md section 4.1.
 */
import { checkBoxPublicKey } from '@consilium/shared/crypto';
import { fromBase64 } from '@consilium/shared/encoding';
import {
  signedHash,
  type Advert,
  type Dealt,
  type Endorsement,
  type Roster,
  type SecretKind,
  type Unmasking,
} from '@consilium/shared/protocol';
import { requireDealt } from '@consilium/shared/secagg';
import { ConsiliumError, type SiteId } from '@consilium/shared/vocabulary';
import { isSecure, peersOf, sharersOf, type Attempt, type Participant } from './attempt.js';
import { requireMember } from './document-checks.js';

/** @throws ConsiliumError 'wrong-state' in a plain attempt, which has no such document */
export function requireSecure(attempt: Attempt): void {
  if (!isSecure(attempt)) {
    throw new ConsiliumError('wrong-state', 'the attempt is a plain one: it has no shares');
  }
}

/**
 * The keys of an advert, which nobody may have used before. A secure attempt needs the secure part, a plain one must not have it.
 * @throws ConsiliumError 'bad-message' | 'weak-key' | 'duplicate' when one key stands for both
 */
export function advertKeys(attempt: Attempt, { transportKey, secure }: Advert): string[] {
  if (isSecure(attempt) !== (secure !== undefined)) {
    const rule = isSecure(attempt) ? 'needs a mask key' : 'has no mask keys';
    throw new ConsiliumError('bad-message', `the advert does not fit: the attempt ${rule}`);
  }
  const keys = secure === undefined ? [transportKey] : [transportKey, secure.maskKey];
  for (const key of keys) {
    checkBoxPublicKey(fromBase64(key));
  }
  if (new Set(keys).size < keys.length) {
    throw new ConsiliumError('duplicate', 'the mask key is the transport key: each is for one use');
  }
  return keys;
}

/** @throws ConsiliumError 'not-permitted' outside U2, 'wrong-state' before there are survivors, 'bad-message' of another leaf */
export function requireLeaf(
  { survivorsLeaf }: Attempt,
  { isSharer }: Participant,
  named: Pick<Endorsement, 'leafHash'> & Partial<Pick<Endorsement, 'leafIndex'>>,
): void {
  if (survivorsLeaf === undefined) {
    throw new ConsiliumError('wrong-state', 'the survivors are not in the log yet');
  }
  if (!isSharer) {
    throw new ConsiliumError('not-permitted', 'the site dealt no shares in this attempt');
  }
  const { index, hash } = survivorsLeaf;
  if (named.leafHash !== hash || (named.leafIndex ?? index) !== index) {
    throw new ConsiliumError('bad-message', `the survivors of the attempt are in leaf ${index}`);
  }
}

/**
 * One share for each site of U2: of the self seed of a survivor, of the mask key of another; never both, nothing else.
 * @throws ConsiliumError 'bad-message'
 */
export function requireAnswer(attempt: Attempt, { shares }: Unmasking): void {
  const asked = sharersOf(attempt).map(({ siteId }) => `${siteId} ${kindAskedOf(attempt, siteId)}`);
  const given = shares.map(({ dealer, kind }) => `${dealer} ${kind}`).sort();
  if (asked.length !== given.length || asked.sort().some((name, i) => name !== given[i])) {
    throw new ConsiliumError(
      'bad-message',
      `the answer must have one share for each of ${asked.length} sites: of the self seed of a survivor, of the mask key of another`,
    );
  }
}

/**
 * A complaint of the site about what was relayed to it: the very entry of a dealer of U2 for this site, as the dealer signed it.
 * Whether its box opens only the two of them can tell, so one of them is at fault and both are named.
 * @throws ConsiliumError 'wrong-state' before there are sharers, 'bad-message', 'bad-signature', 'proof-invalid'
 */
export function requireComplaint(
  attempt: Attempt,
  complaint: Dealt,
  { holder, roster }: Holder,
): void {
  requireSecure(attempt);
  const { peersHash, sharersHash } = attempt;
  if (peersHash === undefined || sharersHash === undefined) {
    throw new ConsiliumError('wrong-state', 'no shares were relayed yet');
  }
  const peers = peersOf(attempt).map(({ siteId }) => {
    const { identityKey } = requireMember(roster, siteId);
    return { siteId, identityKey: fromBase64(identityKey) };
  });
  const dealer = requireDealt({
    dealt: complaint,
    holder,
    attempt: { ...attempt, peersHash },
    peers,
  });
  const relayed = sharersOf(attempt).find(({ siteId }) => siteId === dealer.siteId);
  const isRelayed =
    relayed !== undefined && signedHash(relayed.shares) === signedHash(complaint.shares);
  if (!isRelayed || dealer.siteId === holder) {
    const what = `nothing of the kind from site ${dealer.siteId} was relayed to site ${holder}`;
    throw new ConsiliumError('bad-message', what);
  }
}

interface Holder {
  readonly holder: SiteId;
  /** Of the attempt. */
  readonly roster: Roster;
}

function kindAskedOf({ survivors = [] }: Attempt, siteId: SiteId): SecretKind {
  return survivors.includes(siteId) ? 'self-seed' : 'mask-key';
}
