/** What the coordinator and each site did in a round, and when: for timelines and traces alike. */
import type { AttemptView, ParticipantView, RoundView } from './round-view.js';

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

function isEnded({ phase }: AttemptView): boolean {
  return phase === 'committed' || phase === 'aborted';
}
