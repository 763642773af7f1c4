/** A study as the people of the hospital decide on it: what the offer says, what the policy has against it, who takes part. */
import { verifyBody } from '@consilium/shared/crypto';
import { fromBase64, parseCanonicalJson, utf8 } from '@consilium/shared/encoding';
import {
  signedRosterSchema,
  studyProtocolHash,
  type StudyProtocol,
} from '@consilium/shared/protocol';
import { schemaSize } from '@consilium/shared/tensors';
import { ConsiliumError, type ContentHash, type SiteId } from '@consilium/shared/vocabulary';
import { studyFolder, type Home } from '../config/home.js';
import { requireEnrolled } from '../identity/enrolled.js';
import { fingerprintOf } from '../identity/fingerprint.js';
import type { PinnedCoordinator } from '../identity/pinned-coordinator.js';
import {
  readApprovals,
  standingOf,
  type Standing,
  type StudyApprovals,
} from '../policy/approvals.js';
import { readPolicy, readPolicyText, type EffectivePolicy } from '../policy/policy-file.js';
import type { Refusal } from '../policy/refusal.js';
import { membersOf, strangersAmong, type Member } from '../policy/round-refusals.js';
import { offeredBy, refusalsOfStudy } from '../policy/study-refusals.js';
import { requireSchema } from './acceptance.js';
import type { StudyState } from './agent-state.js';
import { readJournal } from './journal.js';

export interface SeenMember extends Member {
  readonly fingerprint: string;
  /** `new`: neither approved nor listed as known. */
  readonly standing: 'trusted' | 'new';
}

export interface StudyView {
  readonly state: StudyState;
  readonly protocol: StudyProtocol;
  readonly hash: ContentHash;
  readonly policy: EffectivePolicy;
  readonly approvals: StudyApprovals | undefined;
  readonly standing: Standing;
  /** Of the last roster that was believed, without this site; empty before the first manifest. */
  readonly members: readonly SeenMember[];
  readonly refusals: readonly Refusal[];
  readonly parameters: number;
}

/** Every study that was offered. @throws ConsiliumError 'enrolment-failed', 'bad-configuration', 'bad-encoding' */
export async function readStudies(home: Home): Promise<readonly StudyView[]> {
  const { pinned } = await requireEnrolled(home);
  const policy = await readPolicy(home.policyFile);
  const { studies } = readJournal(home.journalFolder).state;
  return Promise.all(Object.values(studies).map((state) => view(home, pinned, policy, state)));
}

/** @throws ConsiliumError 'not-found' for a study that nobody offered, and as above */
export async function readStudy(home: Home, study: string): Promise<StudyView> {
  const studies = await readStudies(home);
  const found = studies.find(({ state }) => state.studyId === study);
  if (found === undefined) {
    const known = studies.map(({ state }) => state.studyId).join(', ') || 'none yet';
    throw new ConsiliumError('not-found', `no study ${study} was offered to this site: ${known}`);
  }
  return found;
}

async function view(
  home: Home,
  { coordinatorKey, siteId }: PinnedCoordinator,
  policy: EffectivePolicy,
  state: StudyState,
): Promise<StudyView> {
  const protocol = verifyBody('study', state.offer.protocol, coordinatorKey);
  const parameters = schemaSize(requireSchema(protocol));
  const hash = studyProtocolHash(protocol);
  const approvals = await readApprovals(home, state.studyId);
  const standing = standingOf(approvals, hash, policy.policy.approval.people);
  const members = await readMembers(home, state, coordinatorKey, siteId);
  const strangers = new Set(strangersAmong(policy.policy, members, standing.members));
  return {
    state,
    protocol,
    hash,
    policy,
    approvals,
    standing,
    members: members.map((member) => ({
      ...member,
      fingerprint: fingerprintOf(fromBase64(member.key)),
      standing: strangers.has(member) ? 'new' : 'trusted',
    })),
    refusals: refusalsOfStudy(policy.policy, offeredBy(protocol, coordinatorKey, parameters)),
    parameters,
  };
}

async function readMembers(
  home: Home,
  { studyId }: StudyState,
  coordinatorKey: Uint8Array,
  own: SiteId,
): Promise<readonly Member[]> {
  const text = await readPolicyText(studyFolder(home, studyId).rosterFile);
  if (text === undefined) {
    return [];
  }
  const roster = signedRosterSchema.parse(parseCanonicalJson(utf8(text)));
  return membersOf(verifyBody('roster', roster, coordinatorKey), own);
}
