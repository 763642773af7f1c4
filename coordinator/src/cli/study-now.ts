/** What goes on in a study at this moment, of what the coordinator answers, as data and as one sentence. */
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { z } from 'zod';
import { roundViewSchema, type AttemptView } from '../rounds/rounds-view.js';
import { studyViewSchema } from '../studies/study-view.js';
import { printable } from './words.js';

export interface StudyNow {
  readonly studyId: string;
  readonly phase: 'recruiting' | 'running' | 'completed' | 'failed';
  /** Why it failed; empty otherwise. */
  readonly reason: string;
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
  const { studyId, phase, reason, rounds: count } = parsed(studyViewSchema, study);
  const [last] = parsed(z.array(roundViewSchema), rounds).slice(-1);
  const attempt = last?.attempts.at(-1);
  const now = { studyId, phase, reason, rounds: count };
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

export function sentenceOf({ studyId, phase, reason, rounds, attempt }: StudyNow): string {
  const done = `${rounds.committed} of ${rounds.total} rounds`;
  switch (phase) {
    case 'recruiting':
      return `${studyId} waits for sites.`;
    case 'completed':
      return `${studyId} is completed: ${done}.`;
    case 'failed':
      return printable(`${studyId} failed after ${done}: ${reason}`);
    case 'running':
      return attempt === undefined
        ? `${studyId} runs: ${done}.`
        : printable(`Round ${attempt.roundNo} of ${rounds.total}, ${attemptWords(attempt)}`);
  }
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
