/** A study in words for a terminal and as one object for programs: purpose, what leaves, who takes part, what the policy says. */
import { decodeFloat } from '@consilium/shared/encoding';
import type { SitePolicy, StudyProtocol } from '@consilium/shared/protocol';
import type { StudyView } from '../participation/study-view.js';
import { updateBytes } from '../policy/study-refusals.js';

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
    ...indented(newMemberLines(members.filter(({ standing }) => standing === 'new'))),
    `What the policy ${policy.hash} says`,
    ...indented(
      refusals.length === 0 ? ['It allows the study.'] : refusals.map(({ sentence }) => sentence),
    ),
    ...indented([approvalWords(view)]),
  ];
}

/** What a person does about members that nobody here knows or approved; no lines where there are none. */
export function newMemberLines(members: StudyView['members']): readonly string[] {
  return members.length === 0
    ? []
    : [
        'Not approved by enough people here. Have each read out its six words over the telephone, and type them:',
        ...members.map(({ site }) => `  consilium-agent member trust ${site} --words "..."`),
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
    secrecy(protocol),
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

function secrecy({ privacy }: StudyProtocol): string {
  if (privacy.secureAggregation === 'off') {
    return 'It travels encrypted; the coordinator can read it while it sums the updates, nobody else can.';
  }
  const { colluders, groups } = privacy;
  const sum =
    groups === undefined
      ? 'the sum of at least three updates'
      : `sums of groups of at least ${groups.minSites} updates`;
  return `It travels masked; the coordinator learns ${sum} and no single one, as long as no more than ${colluders} of the sites help it.`;
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
