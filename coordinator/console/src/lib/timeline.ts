/** Rounds as bars on a time axis whose idle stretches are compressed: what stands where, without a word on how it is drawn. */
import type { AttemptView, ParticipantView, RoundView } from '@consilium/shared/answers';
import { isEnded } from './rounds-now.js';

export type SiteWork = 'wait' | 'share' | 'train' | 'upload' | 'endorse' | 'answer' | 'vote';
export type PhaseWork = Exclude<AttemptView['phase'], 'committed' | 'aborted'>;

export interface Bar {
  readonly key: string;
  readonly round: RoundView;
  readonly attempt: AttemptView;
  /** Absent in the row of the coordinator. */
  readonly participant?: ParticipantView;
  readonly work: SiteWork | PhaseWork;
  readonly fromMs: number;
  readonly toMs: number;
  /** It goes on. */
  readonly isOpen: boolean;
}

/** In the order of time, first the phases of each attempt, then what each of its sites did. */
export function barsOf(rounds: readonly RoundView[], nowMs: number): Bar[] {
  return rounds.flatMap((round) =>
    round.attempts.flatMap((attempt) => [
      ...phaseBars(round, attempt, nowMs),
      ...attempt.participants.flatMap((participant) =>
        siteBars(round, attempt, participant, nowMs),
      ),
    ]),
  );
}

function phaseBars(round: RoundView, attempt: AttemptView, nowMs: number): Bar[] {
  return attempt.phases.flatMap(({ phase, atMs }, i) => {
    if (phase === 'committed' || phase === 'aborted') {
      return [];
    }
    const next = attempt.phases[i + 1]?.atMs;
    return [
      {
        key: `${attempt.attemptId}/${phase}`,
        round,
        attempt,
        work: phase,
        fromMs: atMs,
        toMs: next ?? attempt.endedAtMs ?? nowMs,
        isOpen: next === undefined && !isEnded(attempt),
      },
    ];
  });
}

/** Each piece of a site's work: the phase that begins it, or the word of its own before it, and the word that ends it. */
const WORKS: readonly {
  readonly work: SiteWork;
  readonly phase: PhaseWork;
  readonly after?: keyof ParticipantView['times'];
  readonly until: keyof ParticipantView['times'];
}[] = [
  { work: 'wait', phase: 'advertising', until: 'advertised' },
  { work: 'share', phase: 'sharing', until: 'shared' },
  { work: 'train', phase: 'collecting', until: 'sending' },
  { work: 'upload', phase: 'collecting', after: 'sending', until: 'updated' },
  { work: 'endorse', phase: 'sealing', until: 'endorsed' },
  { work: 'answer', phase: 'unmasking', until: 'answered' },
  { work: 'vote', phase: 'voting', until: 'voted' },
];

function siteBars(
  round: RoundView,
  attempt: AttemptView,
  participant: ParticipantView,
  nowMs: number,
): Bar[] {
  const { times, siteId } = participant;
  const isAwaited = attempt.awaited.includes(siteId);
  return WORKS.flatMap(({ work, phase, after, until }) => {
    const began = attempt.phases.find((entered) => entered.phase === phase)?.atMs;
    const fromMs = after === undefined ? began : times[after];
    const endMs = times[until];
    const isOpen = endMs === undefined && isAwaited && attempt.phase === phase;
    const toMs = isOpen ? nowMs : endMs;
    // What a site sends goes on after the header is there: then it trains no longer.
    const isPast = isOpen && work === 'train' && times.sending !== undefined;
    return fromMs === undefined || toMs === undefined || isPast
      ? []
      : [
          {
            key: `${attempt.attemptId}/${siteId}/${work}`,
            round,
            attempt,
            participant,
            work,
            fromMs,
            toMs: Math.max(fromMs, toMs),
            isOpen,
          },
        ];
  });
}

export interface Gap {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Scale {
  /** Of a moment, from 0 to 1. */
  readonly at: (ms: number) => number;
  readonly gaps: readonly Gap[];
}

/** Each gap takes this much of the axis, however long it lasted. */
const GAP_SHARE = 0.02;
/** Stretches without work that are longer than this part of all the work are compressed. */
const LONG_GAP = 0.05;

export function scaleOf(bars: readonly Gap[]): Scale {
  const busy = merged(bars);
  const worked = busy.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  const stretches = joined(busy, Math.max(1, worked * LONG_GAP));
  const gaps = stretches.slice(1).map(({ fromMs }, i) => ({
    fromMs: stretches[i]?.toMs ?? fromMs,
    toMs: fromMs,
  }));
  const gapShare = gaps.length === 0 ? 0 : Math.min(GAP_SHARE, 0.3 / gaps.length);
  const total = stretches.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0) || 1;
  const workShare = 1 - gapShare * gaps.length;
  return {
    gaps,
    at: (ms) => {
      let before = 0;
      let passed = 0;
      for (const { fromMs, toMs } of stretches) {
        if (ms < fromMs) {
          break;
        }
        before += Math.min(ms, toMs) - fromMs;
        passed += ms > toMs ? 1 : 0;
      }
      return (before / total) * workShare + Math.min(passed, gaps.length) * gapShare;
    },
  };
}

function merged(bars: readonly Gap[]): Gap[] {
  return joined(
    bars.map(({ fromMs, toMs }) => ({ fromMs, toMs })).toSorted((a, b) => a.fromMs - b.fromMs),
    0,
  );
}

/** @param sorted by their begin; those that are not further apart than `reachMs` become one. */
function joined(sorted: readonly Gap[], reachMs: number): Gap[] {
  const result: Gap[] = [];
  for (const stretch of sorted) {
    const last = result.at(-1);
    if (last !== undefined && stretch.fromMs - last.toMs <= reachMs) {
      result[result.length - 1] = { ...last, toMs: Math.max(last.toMs, stretch.toMs) };
    } else {
      result.push(stretch);
    }
  }
  return result;
}
