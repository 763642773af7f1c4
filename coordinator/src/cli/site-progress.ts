/** What the study and each site of its newest attempt do just now, for people who watch. */
import {
  barsOf,
  type AttemptView,
  type Bar,
  type ParticipantView,
  type RoundView,
} from '@consilium/shared/answers';
import type { Progress } from '@consilium/shared/command-line';
import { pausedBy, type StudyNow } from './study-now.js';
import { printable } from './words.js';

type SiteWork = Exclude<Bar['work'], AttemptView['phase']>;

const WORK_WORDS: Readonly<Record<SiteWork, string>> = {
  wait: 'has not answered yet',
  share: 'deals its shares',
  train: 'trains',
  upload: 'sends its update',
  endorse: 'endorses the survivors',
  answer: 'answers for the masks',
  vote: 'judges the candidate',
};

const STATE_WORDS: Readonly<Record<ParticipantView['state'], string>> = {
  invited: 'has not answered yet',
  advertised: 'takes part',
  shared: 'dealt its shares',
  updated: 'sent its update',
  declined: 'sits this attempt out',
  refused: 'sent an update that was refused',
  left: 'left during the attempt',
  survivor: 'is in the sum',
  dropped: 'dropped out',
};

/** @returns the study with its rounds as steps, and the sites below it; none before the first attempt */
export function progressOf(
  { studyId, pause, rounds: count }: Pick<StudyNow, 'studyId' | 'pause' | 'rounds'>,
  rounds: readonly RoundView[],
  nowMs: number,
): { readonly study?: Progress; readonly sites: readonly Progress[] } {
  const round = rounds.at(-1);
  const attempt = round?.attempts.at(-1);
  if (round === undefined || attempt === undefined) {
    return { sites: [] };
  }
  const open = barsOf([{ ...round, attempts: [attempt] }], nowMs).filter(({ isOpen }) => isOpen);
  const again = attempt.attemptNo === 1 ? '' : `, attempt ${attempt.attemptNo}`;
  const paused = pause === undefined ? '' : `, ${printable(pausedBy(pause))}`;
  return {
    study: {
      name: studyId,
      does: `round ${round.roundNo}${again}: ${attempt.phase}${paused}`,
      steps: { done: count.committed, total: count.total },
      sinceMs: attempt.phaseSinceMs,
    },
    sites: attempt.participants.map((participant) => {
      const bar = open.find((each) => each.participant?.siteId === participant.siteId);
      return siteProgress(attempt, participant, bar);
    }),
  };
}

function siteProgress(
  attempt: AttemptView,
  { siteId, state, times, vote }: ParticipantView,
  bar: Bar | undefined,
): Progress {
  if (bar !== undefined && isSiteWork(bar.work)) {
    return { name: siteId, does: WORK_WORDS[bar.work], sinceMs: bar.fromMs };
  }
  const lastWord = Math.max(attempt.openedAtMs, ...Object.values(times));
  const isUnderWay = attempt.endedAtMs === undefined;
  return {
    name: siteId,
    does: isUnderWay && vote !== undefined ? `voted ${vote.verdict}` : STATE_WORDS[state],
    sinceMs: attempt.endedAtMs ?? lastWord,
  };
}

function isSiteWork(work: Bar['work']): work is SiteWork {
  return work in WORK_WORDS;
}
