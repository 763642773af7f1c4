/** One journal entry applied to the state. Pure, so that a replay after a crash gives what stood before it. */
import type { OwedMessage } from '@consilium/shared/protocol';
import { isOver } from '@consilium/shared/rounds';
import { summedTrainings } from '@consilium/shared/secagg';
import type { AttemptId, StudyId } from '@consilium/shared/vocabulary';
import type { AgentState, AttemptState, JournalEntry, Move, StudyState } from './agent-state.js';

/** Deliveries come one at a time and in order, so a repeated one is among the latest. */
const SEEN_KEPT = 256;

export function applyEntry(state: AgentState, entry: JournalEntry): AgentState {
  switch (entry.kind) {
    case 'delivered':
      return applyDelivery(
        { ...state, seen: [...state.seen, entry.id].slice(-SEEN_KEPT) },
        entry.message,
      );
    case 'log-checkpoint':
      return { ...state, logCheckpoint: entry.note };
    case 'join-signed':
      return withStudy(state, entry.studyId, (study) => ({
        ...study,
        join: entry.join,
        joinAtMs: entry.atMs,
        joinAnswer: undefined,
        ...(entry.adapterCheckpointHash === undefined
          ? {}
          : { adapter: { roundNo: 0, hash: entry.adapterCheckpointHash } }),
      }));
    case 'join-answered':
      return withStudy(state, entry.studyId, (study) => ({ ...study, joinAnswer: entry.answer }));
    case 'attempt-moved':
      return withStudy(state, entry.studyId, (study) => moveAttempt(study, entry));
    case 'evaluation-signed':
      return withStudy(state, entry.studyId, (study) => ({
        ...study,
        evaluations: [...study.evaluations, { evaluation: entry.evaluation, answered: false }],
      }));
    case 'evaluation-answered':
      return withStudy(state, entry.studyId, (study) => ({
        ...study,
        evaluations: study.evaluations.map((item) =>
          item.evaluation.body.split === entry.split ? { ...item, answered: true } : item,
        ),
      }));
    case 'study-withdrawn':
      return withStudy(state, entry.studyId, (study) => ({
        ...study,
        attempts: [],
        withdrawn: { withdrawal: entry.withdrawal, answered: false },
      }));
    case 'withdrawal-answered':
      return withStudy(state, entry.studyId, (study) =>
        study.withdrawn === undefined
          ? study
          : { ...study, withdrawn: { ...study.withdrawn, answered: true } },
      );
    case 'study-halted':
      return withStudy(state, entry.studyId, (study) => ({ ...study, halted: entry.code }));
    case 'study-closed':
      return withStudy(state, entry.studyId, (study) => ({ ...study, attempts: [], closed: true }));
  }
}

/** The first message of its kind counts; what comes later for the same thing changes nothing. */
function applyDelivery(state: AgentState, message: OwedMessage): AgentState {
  switch (message.kind) {
    case 'study.offer':
      return offer(state, message);
    case 'round.manifest':
      return withStudy(state, message.manifest.body.studyId, (study) => begin(study, message));
    case 'round.peers':
      return withAttempt(state, message.studyId, message.attemptId, (attempt) => ({
        peers: message.adverts,
        ...attempt,
      }));
    case 'round.relay':
      return withAttempt(state, message.studyId, message.attemptId, (attempt) => ({
        dealt: message.dealt,
        ...attempt,
      }));
    case 'round.survivors':
      return withAttempt(state, message.studyId, message.attemptId, (attempt) => ({
        survivors: { leafIndex: message.leafIndex, headers: message.headers },
        ...attempt,
      }));
    case 'round.quorum':
      return withAttempt(state, message.studyId, message.attemptId, (attempt) => ({
        quorum: message.endorsements,
        ...attempt,
      }));
    case 'round.candidate':
      return withAttempt(state, message.record.studyId, message.record.attemptId, (attempt) => ({
        candidate: { record: message.record, leafIndex: message.leafIndex },
        ...attempt,
      }));
    case 'round.result':
      return withAttempt(state, message.record.studyId, message.record.attemptId, (attempt) => ({
        result: resultOf(message),
        ...attempt,
      }));
    case 'round.aborted':
      return withAttempt(state, message.studyId, message.attemptId, (attempt) => ({
        aborted: { reason: message.reason, leafIndex: message.leafIndex },
        ...attempt,
      }));
    case 'study.completed': {
      const { studyId, roundNo, adapterCheckpointHash, leafIndex } = message;
      return withStudy(state, studyId, (study) => ({
        end: { kind: 'completed', roundNo, adapterCheckpointHash, leafIndex },
        ...study,
      }));
    }
    case 'study.failed': {
      const { studyId, reason, leafIndex } = message;
      return withStudy(state, studyId, (study) => ({
        end: { kind: 'failed', reason, leafIndex },
        ...study,
      }));
    }
  }
}

type Result = Extract<OwedMessage, { kind: 'round.result' }>;

function resultOf({ record, leafIndex, votes }: Result): AttemptState['result'] {
  return { record, leafIndex, ...(votes === undefined ? {} : { votes }) };
}

type Offer = Extract<OwedMessage, { kind: 'study.offer' }>;
type ManifestMessage = Extract<OwedMessage, { kind: 'round.manifest' }>;

function offer(state: AgentState, { protocol, leafIndex }: Offer): AgentState {
  const { studyId } = protocol.body;
  if (state.studies[studyId] !== undefined) {
    return state;
  }
  const study: StudyState = {
    studyId,
    offer: { protocol, leafIndex },
    attempts: [],
    endorsed: [],
    namedIn: [],
    endedAttempts: [],
    cohorts: [],
    evaluations: [],
    closed: false,
  };
  return { ...state, studies: { ...state.studies, [studyId]: study } };
}

/** A second manifest for an attempt, begun or over, never replaces the first. */
function begin(study: StudyState, { manifest, leafIndex }: ManifestMessage): StudyState {
  const { attemptId, roundNo } = manifest.body;
  const isKnown =
    study.endedAttempts.includes(attemptId) ||
    study.attempts.some((attempt) => attempt.attemptId === attemptId);
  if (isKnown || study.closed || study.withdrawn !== undefined) {
    return study;
  }
  const attempt: AttemptState = {
    attemptId,
    roundNo,
    phase: 'idle',
    manifest,
    manifestLeafIndex: leafIndex,
  };
  return { ...study, attempts: [...study.attempts, attempt] };
}

type AttemptMoved = Extract<JournalEntry, { kind: 'attempt-moved' }>;

function moveAttempt(study: StudyState, { attemptId, to, move }: AttemptMoved): StudyState {
  const attempt = study.attempts.find((item) => item.attemptId === attemptId);
  if (attempt === undefined) {
    return study;
  }
  if (!isOver(to)) {
    const moved: AttemptState = { ...attempt, phase: to, ...madeBy(move) };
    return {
      ...study,
      endorsed: [...study.endorsed, ...endorsedBy(move, attempt)],
      attempts: study.attempts.map((item) => (item === attempt ? moved : item)),
    };
  }
  const attempts = study.attempts.filter((item) => item !== attempt);
  if (move.kind !== 'result-verified') {
    const isNamed = move.kind === 'attempt-aborted' && move.isNamed === true;
    return {
      ...study,
      attempts,
      endedAttempts: [...study.endedAttempts, attemptId],
      cohorts: [...study.cohorts, attempt.manifest.body.cohort],
      namedIn: isNamed ? [...study.namedIn, attempt.roundNo] : study.namedIn,
    };
  }
  // Attempts of this round and earlier ones are refused by their round number from now on.
  return {
    ...study,
    attempts,
    endedAttempts: [],
    cohorts: [],
    adapter: { roundNo: attempt.roundNo, hash: move.adapterCheckpointHash },
  };
}

function endorsedBy(
  move: Move,
  { manifest, roundNo, survivors: shown }: AttemptState,
): StudyState['endorsed'] {
  if (move.kind !== 'endorsement-journaled') {
    return [];
  }
  const { adapterCheckpointHash } = manifest.body;
  const { leafIndex } = move.endorsement.body;
  const trainings = [...summedTrainings(shown?.headers.map(({ body }) => body) ?? [])];
  return [{ roundNo, adapterCheckpointHash, leafIndex, survivors: move.survivors, trainings }];
}

function madeBy(move: Move): Partial<AttemptState> {
  switch (move.kind) {
    case 'advert-journaled':
      return { advert: move.advert };
    case 'shares-journaled':
      return { shares: { signed: move.shares, entries: move.entries } };
    case 'update-journaled':
      return { header: move.header };
    case 'endorsement-journaled':
      return { endorsed: { endorsement: move.endorsement, survivors: move.survivors } };
    case 'answer-journaled':
      return { unmaskingHash: move.unmaskingHash };
    case 'vote-journaled':
      return { vote: move.vote };
    case 'decline-journaled':
      return { decline: move.decline };
    case 'peers-accepted':
    case 'sharers-accepted':
    case 'result-verified':
    case 'attempt-aborted':
      return {};
  }
}

function withStudy(
  state: AgentState,
  studyId: StudyId,
  change: (study: StudyState) => StudyState,
): AgentState {
  const study = state.studies[studyId];
  return study === undefined
    ? state
    : { ...state, studies: { ...state.studies, [studyId]: change(study) } };
}

function withAttempt(
  state: AgentState,
  studyId: StudyId,
  attemptId: AttemptId,
  change: (attempt: AttemptState) => AttemptState,
): AgentState {
  return withStudy(state, studyId, (study) => ({
    ...study,
    attempts: study.attempts.map((item) => (item.attemptId === attemptId ? change(item) : item)),
  }));
}
