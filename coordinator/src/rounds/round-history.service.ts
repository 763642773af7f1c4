/** What happened in the rounds of a study, for operators and for evidence bundles. */
import { Injectable } from '@nestjs/common';
import type { WordTimes } from '@consilium/shared/answers';
import type { UpdateHeader } from '@consilium/shared/protocol';
import type { AttemptDocuments } from '@consilium/shared/verify';
import type { SiteId, StudyId } from '@consilium/shared/vocabulary';
import { Database } from '../database/database.js';
import { StudiesService } from '../studies/studies.service.js';
import { AttemptRepository, type PartOfRounds } from './attempt.repository.js';
import {
  awaitedOf,
  isSecure,
  peersOf,
  sharersOf,
  votesOf,
  type Attempt,
  type Participant,
} from './attempt.js';
import { PooledFigures } from './pooled-figures.js';
import { RoundTimes, type AttemptTimes } from './round-times.js';
import { travelBytes } from './round-record.js';
import type { AttemptView, ParticipantView, RoundView } from './rounds-view.js';
import { SecureAttemptRepository } from './secure-attempt.repository.js';
import { neededOf } from './secure-sum.js';

interface ViewedAttempt {
  readonly attempt: Attempt;
  readonly view: AttemptView;
}

@Injectable()
export class RoundHistoryService {
  constructor(
    private readonly database: Database,
    private readonly repository: AttemptRepository,
    private readonly secure: SecureAttemptRepository,
    private readonly studies: StudiesService,
    private readonly figures: PooledFigures,
    private readonly times: RoundTimes,
  ) {}

  /** @throws ConsiliumError 'not-found' */
  async rounds(studyId: StudyId, part?: PartOfRounds): Promise<RoundView[]> {
    const attempts = await this.ofStudy(studyId, part);
    const byRound = new Map<number, ViewedAttempt[]>();
    for (const viewed of await this.views(studyId, attempts)) {
      const { roundNo } = viewed.attempt.manifest.body;
      byRound.set(roundNo, [...(byRound.get(roundNo) ?? []), viewed]);
    }
    return [...byRound].map(([roundNo, tries]) => {
      const record = tries.find(({ attempt }) => attempt.record !== undefined)?.attempt.record;
      return {
        roundNo,
        attempts: tries.map(({ view }) => view),
        ...(record === undefined ? {} : { adapterCheckpointHash: record.adapterCheckpointHash }),
      };
    });
  }

  /** The attempts of one round, as in `rounds`. @throws ConsiliumError 'not-found' */
  async round(studyId: StudyId, roundNo: number): Promise<readonly AttemptView[]> {
    const attempts = await this.database.read((reader) =>
      this.repository.ofRound(reader, studyId, roundNo),
    );
    return (await this.views(studyId, attempts)).map(({ view }) => view);
  }

  /** Every signed document of the study's attempts, in the order in which they began. @throws ConsiliumError 'not-found' */
  async attempts(studyId: StudyId): Promise<AttemptDocuments[]> {
    return (await this.ofStudy(studyId)).map(documentsOf);
  }

  private async views(studyId: StudyId, attempts: readonly Attempt[]): Promise<ViewedAttempt[]> {
    const { protocol } = await this.studies.get(studyId);
    const answered = await this.answered(attempts);
    const ids = attempts.map(({ attemptId }) => attemptId);
    const times = await this.database.read((reader) => this.times.ofAttempts(reader, ids));
    const views: ViewedAttempt[] = [];
    for (const attempt of attempts) {
      const figures = await this.figures.of(attempt, protocol.task.classes.length);
      const view = attemptView(attempt, answered, times.get(attempt.attemptId) ?? NO_TIMES);
      views.push({ attempt, view: { ...view, ...(figures === undefined ? {} : { figures }) } });
    }
    return views;
  }

  /** Who has answered in the attempt that is being unmasked; there is one at most. */
  private async answered(attempts: readonly Attempt[]): Promise<readonly SiteId[]> {
    const open = attempts.find(({ phase }) => phase === 'unmasking');
    return open === undefined
      ? []
      : this.database.read((reader) => this.secure.answeredBy(reader, open.attemptId));
  }

  private async ofStudy(studyId: StudyId, part?: PartOfRounds): Promise<Attempt[]> {
    await this.studies.get(studyId);
    return this.database.read((reader) => this.repository.ofStudy(reader, studyId, part));
  }
}

function documentsOf(attempt: Attempt): AttemptDocuments {
  const { attemptId, manifest, record = attempt.candidate, participants } = attempt;
  return {
    attemptId,
    manifest,
    adverts: peersOf(attempt).map(({ advert }) => advert),
    headers: participants.flatMap(({ header }) => (header === undefined ? [] : [header])),
    declines: participants.flatMap(({ decline }) => (decline === undefined ? [] : [decline])),
    ...(record === undefined ? {} : { record }),
    ...(attempt.candidate === undefined ? {} : { votes: votesOf(attempt) }),
    ...secureDocumentsOf(attempt),
  };
}

/** What shows that the sum of a secure attempt was made as its survivors agreed; from the leaf that names them on. */
function secureDocumentsOf(
  attempt: Attempt,
): Pick<AttemptDocuments, 'shares' | 'endorsements' | 'revealed'> {
  if (attempt.survivorsLeaf === undefined) {
    return {};
  }
  const sharers = sharersOf(attempt);
  return {
    shares: sharers.map(({ shares }) => shares),
    endorsements: sharers.flatMap(({ endorsement }) => endorsement ?? []),
    ...(attempt.revealed === undefined ? {} : { revealed: attempt.revealed }),
  };
}

const NO_TIMES: AttemptTimes = { phases: [], words: new Map() };

/** @param answered whose shares for unmasking are there, if this is the attempt that waits for them */
function attemptView(
  attempt: Attempt,
  answered: readonly SiteId[],
  { phases, words }: AttemptTimes,
): AttemptView {
  const deadlineMs = deadlineOf(attempt);
  const ringSumHash = (attempt.record ?? attempt.candidate)?.ringSumHash;
  const { manifest, phase, phaseSinceMs, reason, endedAtMs, participants } = attempt;
  return {
    attemptId: attempt.attemptId,
    attemptNo: manifest.body.attemptNo,
    aggregation: isSecure(attempt) ? 'secure' : 'plain',
    phase,
    phaseSinceMs,
    phases,
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
    awaited: awaitedOf(attempt, answered),
    needed: neededOf(attempt),
    openedAtMs: attempt.openedAtMs,
    manifestHash: attempt.manifestHash,
    ...(ringSumHash === undefined ? {} : { ringSumHash }),
    participants: participants.map((participant) =>
      participantView(attempt, participant, words.get(participant.siteId)),
    ),
    ...groupsIn(attempt),
    ...(reason === undefined ? {} : { reason }),
    ...(endedAtMs === undefined ? {} : { endedAtMs }),
  };
}

function groupsIn({ manifest }: Attempt): Pick<AttemptView, 'groups'> {
  const { aggregation } = manifest.body;
  return aggregation.kind === 'secure' && aggregation.groups !== undefined
    ? { groups: aggregation.groups }
    : {};
}

function participantView(
  attempt: Attempt,
  participant: Participant,
  times: WordTimes = {},
): ParticipantView {
  const { siteId, advert, header } = participant;
  return {
    siteId,
    state: stateOf(attempt, participant),
    weight: advert?.body.weight ?? 0,
    bytes: header === undefined ? 0 : travelBytes(header.body),
    trainMs: header?.body.trainMs ?? 0,
    ...(header === undefined ? {} : figuresOf(header.body)),
    times,
    ...wordsOf(participant),
    ...(header?.body.evaluation === undefined ? {} : { evaluation: header.body.evaluation }),
  };
}

function figuresOf({ vectorHash, cut }: UpdateHeader): Pick<ParticipantView, 'vectorHash' | 'cut'> {
  return { vectorHash, cut };
}

/** Once there is a sum, what its record says. */
function stateOf(
  { record, candidate }: Attempt,
  { siteId, state }: Participant,
): ParticipantView['state'] {
  const recorded = (record ?? candidate)?.participants.find((entry) => entry.siteId === siteId);
  return recorded?.state ?? state;
}

/** What it said of others: whose shares it refused, how it voted. */
function wordsOf({
  decline,
  vote,
}: Participant): Pick<ParticipantView, 'vote' | 'refusedSharesOf'> {
  const dealer = decline?.body.complaint?.shares.body.siteId;
  return {
    ...(vote === undefined ? {} : { vote: { verdict: vote.body.verdict, code: vote.body.code } }),
    ...(dealer === undefined ? {} : { refusedSharesOf: dealer }),
  };
}

/** When the phase is given up; a secure attempt whose survivors are endorsed waits until an operator abandons it. */
function deadlineOf({ phase, phaseSinceMs, manifest }: Attempt): number | undefined {
  const { issuedAtMs, advertDeadlineMs, roundDeadlineMs, aggregation } = manifest.body;
  const endMs = issuedAtMs + roundDeadlineMs;
  switch (phase) {
    case 'advertising':
      return issuedAtMs + advertDeadlineMs;
    case 'sharing':
      return Math.min(endMs, phaseSinceMs + advertDeadlineMs);
    case 'collecting':
      return endMs;
    case 'sealing':
      return aggregation.kind === 'secure' ? phaseSinceMs + advertDeadlineMs : undefined;
    case 'voting':
      return phaseSinceMs + roundDeadlineMs;
    case 'unmasking':
    case 'committed':
    case 'aborted':
      return undefined;
  }
}
