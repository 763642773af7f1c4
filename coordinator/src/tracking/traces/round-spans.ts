/**
 * A round as spans of a trace, from the rows that tell it: the round, its attempts, and in each what the coordinator and the sites
 * did. Attributes are numbers, ids and words of closed sets: no free text, no figure, no name of a site.
 */
import { barsOf, type AttemptView, type Bar, type RoundView } from '@consilium/shared/answers';

export interface RoundSpan {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly failed: boolean;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly children: readonly RoundSpan[];
}

/**
 * @param labelOf gives what a site is called where everybody may read it.
 * @returns undefined for a round without an attempt that ended
 */
export function roundSpan(
  studyId: string,
  round: RoundView,
  labelOf: (siteId: string) => string,
): RoundSpan | undefined {
  const ended = round.attempts.filter(({ endedAtMs }) => endedAtMs !== undefined);
  const [first, last] = [ended[0], ended.at(-1)];
  if (first === undefined || last === undefined) {
    return undefined;
  }
  const bars = barsOf([{ ...round, attempts: ended }], last.endedAtMs ?? last.openedAtMs);
  return {
    name: 'round',
    fromMs: first.openedAtMs,
    toMs: last.endedAtMs ?? last.openedAtMs,
    failed: last.phase !== 'committed',
    attributes: {
      'consilium.study': studyId,
      'consilium.round': round.roundNo,
      'consilium.attempts': ended.length,
    },
    children: ended.map((attempt) =>
      attemptSpan(
        attempt,
        bars.filter((bar) => bar.attempt.attemptId === attempt.attemptId),
        labelOf,
      ),
    ),
  };
}

function attemptSpan(
  attempt: AttemptView,
  bars: readonly Bar[],
  labelOf: (siteId: string) => string,
): RoundSpan {
  const { openedAtMs, endedAtMs = openedAtMs, phase, participants } = attempt;
  return {
    name: 'attempt',
    fromMs: openedAtMs,
    toMs: endedAtMs,
    failed: phase !== 'committed',
    attributes: {
      'consilium.attempt': attempt.attemptNo,
      'consilium.aggregation': attempt.aggregation,
      'consilium.outcome': phase,
      'consilium.sites': participants.length,
      'consilium.bytes': participants.reduce((sum, { bytes }) => sum + bytes, 0),
    },
    children: bars.map((bar) => workSpan(bar, labelOf)),
  };
}

function workSpan(
  { work, participant, fromMs, toMs }: Bar,
  labelOf: (siteId: string) => string,
): RoundSpan {
  const site = participant === undefined ? {} : siteAttributes(participant, labelOf);
  const name = participant === undefined ? `phase ${work}` : `site ${work}`;
  return { name, fromMs, toMs, failed: false, attributes: site, children: [] };
}

function siteAttributes(
  { siteId, state, bytes }: NonNullable<Bar['participant']>,
  labelOf: (siteId: string) => string,
): RoundSpan['attributes'] {
  return {
    'consilium.site': labelOf(siteId),
    'consilium.site.state': state,
    'consilium.bytes': bytes,
  };
}
