/** What goes on in a study at this moment, of what the coordinator answers, as data and as one sentence. */
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { z } from 'zod';
import { roundViewSchema, type AttemptView } from '../rounds/rounds-view.js';
import { studyViewSchema, type StudyView } from '../studies/study-view.js';
import { printable } from './words.js';

export interface StudyNow {
  readonly studyId: string;
  readonly phase: 'recruiting' | 'running' | 'completed' | 'failed';
  /** Why it failed; empty otherwise. */
  readonly reason: string;
  /** Of a running study that people paused. */
  readonly pause?: NonNullable<StudyView['pause']>;
  readonly rounds: { readonly committed: number; readonly total: number };
  readonly attempt?: {
    readonly roundNo: number;
    readonly attemptNo: number;
    readonly phase: AttemptView['phase'];
    readonly awaited: readonly string[];
    readonly needed: number;
    readonly reason?: string;
    readonly participants: readonly Participant[];
  };
}

interface Participant {
  readonly siteId: string;
  readonly state: string;
  /** The dealer whose shares it declined as bad ones. */
  readonly refusedSharesOf?: string;
  /** On what the round would come to. */
  readonly vote?: NonNullable<AttemptView['participants'][number]['vote']>;
}

/** @throws ConsiliumError 'bad-message' when the coordinator answers in another form */
export function parseNow(study: unknown, rounds: unknown): StudyNow {
  const { studyId, phase, reason, pause, rounds: count } = parsed(studyViewSchema, study);
  const [last] = parsed(z.array(roundViewSchema), rounds).slice(-1);
  const attempt = last?.attempts.at(-1);
  const paused = pause === undefined ? {} : { pause };
  const now = { studyId, phase, reason, ...paused, rounds: count };
  if (last === undefined || attempt === undefined) {
    return now;
  }
  return {
    ...now,
    attempt: {
      roundNo: last.roundNo,
      attemptNo: attempt.attemptNo,
      phase: attempt.phase,
      awaited: attempt.awaited,
      needed: attempt.needed,
      ...(attempt.reason === undefined ? {} : { reason: attempt.reason }),
      participants: attempt.participants.map(({ siteId, state, refusedSharesOf, vote }) => ({
        siteId,
        state,
        ...(refusedSharesOf === undefined ? {} : { refusedSharesOf }),
        ...(vote === undefined ? {} : { vote }),
      })),
    },
  };
}

export function sentenceOf(now: StudyNow): string {
  const { studyId, phase, reason, rounds } = now;
  const done = `${rounds.committed} of ${rounds.total} rounds`;
  switch (phase) {
    case 'recruiting':
      return `${studyId} waits for sites.`;
    case 'completed':
      return `${studyId} is completed: ${done}.`;
    case 'failed':
      return printable(`${studyId} failed after ${done}: ${reason}`);
    case 'running':
      return [...pauseWords(now), runningWords(now)].join(' ');
  }
}

/** What people are told first, as nothing begins before they do something about it. */
function pauseWords({ studyId, pause }: StudyNow): string[] {
  return pause === undefined ? [] : [printable(`${studyId} is ${pausedBy(pause)}.`)];
}

export function pausedBy({ by, reason }: NonNullable<StudyNow['pause']>): string {
  return `paused by ${by}: ${reason}`;
}

function runningWords({ studyId, rounds, attempt }: StudyNow): string {
  return attempt === undefined
    ? `${studyId} runs: ${rounds.committed} of ${rounds.total} rounds.`
    : printable(`Round ${attempt.roundNo} of ${rounds.total}, ${attemptWords(attempt)}`);
}

function attemptWords(attempt: NonNullable<StudyNow['attempt']>): string {
  const { attemptNo, phase, awaited, needed, reason, participants } = attempt;
  const states = participants.map(stateWords).join(', ');
  const waits = awaited.length === 0 ? '' : `; waits for ${awaited.join(', ')}`;
  const enough = awaited.length === 0 ? '' : ` (${needed} must answer)`;
  const why = reason === undefined ? '' : ` (${reason})`;
  return `attempt ${attemptNo}: ${phase}${why}${states === '' ? '' : `; ${states}`}${waits}${enough}`;
}

function stateWords({ siteId, state, refusedSharesOf, vote }: Participant): string {
  const verdict = vote === undefined ? '' : ` and voted ${vote.verdict} (${vote.code})`;
  const why = refusedSharesOf === undefined ? '' : ` over the shares of ${refusedSharesOf}`;
  return `${siteId} ${state}${why}${verdict}`;
}

function parsed<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (!result.success) {
    const message = 'the coordinator answers in another form than expected';
    throw new ConsiliumError('bad-message', message);
  }
  return result.data;
}
