/** A study as the people of the hospital decide on it: what the offer says, what the policy has against it, who takes part. */
import { verifyBody } from '@consilium/shared/crypto';
import { decodeFloat, fromBase64, parseCanonicalJson, utf8 } from '@consilium/shared/encoding';
import {
  signedRosterSchema,
  studyProtocolHash,
  type SitePolicy,
  type StudyProtocol,
} from '@consilium/shared/protocol';
import { schemaSize } from '@consilium/shared/tensors';
import { ConsiliumError, type ContentHash, type SiteId } from '@consilium/shared/vocabulary';
import { studyFolder, type Home } from '../config/home.js';
import { fingerprintOf } from '../identity/fingerprint.js';
import type { PinnedCoordinator } from '../identity/pinned-coordinator.js';
import { requireSchema } from '../participation/acceptance.js';
import type { StudyState } from '../participation/agent-state.js';
import { readJournal } from '../participation/journal.js';
import {
  readApprovals,
  standingOf,
  type Standing,
  type StudyApprovals,
} from '../policy/approvals.js';
import { readPolicy, readPolicyText, type EffectivePolicy } from '../policy/policy-file.js';
import type { Refusal } from '../policy/refusal.js';
import { membersOf, strangersAmong, type Member } from '../policy/round-refusals.js';
import { offeredBy, refusalsOfStudy, updateBytes } from '../policy/study-refusals.js';
import { requireEnrolled } from './run.js';

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

/** One JSON object for programs. */
export function studyJson({ state, protocol, hash, policy, ...view }: StudyView): object {
  return {
    study: state.studyId,
    title: protocol.title,
    studyProtocolHash: hash,
    policyHash: policy.hash,
    approval: {
      ...policy.policy.approval,
      state: view.standing.state,
      by: view.standing.approvers,
    },
    rounds: protocol.training.rounds,
    parameters: view.parameters,
    updateBytes: updateBytes(view.parameters),
    members: view.members,
    refusals: view.refusals,
  };
}

/** Sentences for people, one a line. */
export function studySentences(view: StudyView): readonly string[] {
  const { state, protocol, hash, policy, members, refusals } = view;
  return [
    `study ${state.studyId}: ${protocol.title}`,
    `protocol ${hash}`,
    '',
    'What it is for',
    ...indented(purpose(protocol)),
    'What leaves this hospital',
    ...indented(leaving(view)),
    'Who takes part',
    ...indented(
      members.length === 0
        ? [
            `At least ${protocol.participation.minSites} sites; their keys come with the first round.`,
          ]
        : members.map(
            (m) => `${m.site}, key ${m.fingerprint}${m.standing === 'new' ? ' (new)' : ''}`,
          ),
    ),
    `What the policy ${policy.hash} says`,
    ...indented(
      refusals.length === 0 ? ['It allows the study.'] : refusals.map(({ sentence }) => sentence),
    ),
    ...indented([approvalWords(view)]),
  ];
}

function purpose({ task, backbone, adapter, training, participation }: StudyProtocol): string[] {
  const { classes } = task;
  return [
    `The sites train one classifier together, for ${classes.length} classes: ${classes.join(', ')}.`,
    `The model ${backbone.model ?? backbone.hash} stays as it is; an adapter of the kind ${adapter.kind} is trained.`,
    `${training.rounds} rounds of ${training.localEpochs} passes over the training pictures, with ${participation.minSites} sites or more in each.`,
  ];
}

function leaving({ protocol, parameters, policy }: StudyView): string[] {
  const bytes = updateBytes(parameters);
  const { rounds, clipNorm } = protocol.training;
  return [
    `In each round one update of ${parameters} parameters, ${bytes} bytes: ${bytes * rounds} bytes in ${rounds} rounds, and as much again for each repeated attempt.`,
    protocol.privacy.secureAggregation === 'off'
      ? 'It travels encrypted; the coordinator can read it while it sums the updates, nobody else can.'
      : `It travels masked; the coordinator learns the sum of at least three updates and no single one, as long as no more than ${protocol.privacy.colluders} of the sites help it.`,
    clipNorm === undefined
      ? 'The study does not clip updates.'
      : `Updates are clipped to an L2 norm of ${decodeFloat(clipNorm)}.`,
    'How many pictures there are, how many are used, left out and trained on.',
    figures(policy.policy),
    'No picture, no file name, no label and no patient ever leaves.',
    ...(protocol.privateAdapter === undefined
      ? []
      : ['The private adapter that is trained beside it stays here.']),
  ];
}

function figures({ share, data }: SitePolicy): string {
  return share.metrics === 'none'
    ? 'No figures on how well the model does here.'
    : `Loss, accuracy and confusion counts on the splits in which no class has fewer than ${data.minCell} pictures.`;
}

function approvalWords({ standing, policy }: StudyView): string {
  const { mode, people } = policy.policy.approval;
  const by = standing.approvers.length === 0 ? '' : ` (${standing.approvers.join(', ')})`;
  switch (standing.state) {
    case 'approved':
      return `It is approved${by}.`;
    case 'refused':
      return 'A person of this hospital refused it.';
    case 'open':
      return mode === 'automatic'
        ? 'Nobody has to approve it: the policy does.'
        : `${standing.approvers.length} of ${people} ${people === 1 ? 'person has' : 'people have'} approved it${by}.`;
  }
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
