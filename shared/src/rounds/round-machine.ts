/** The coordinator's side of a round attempt: which phase may follow which, and what moves it. docs/protocol/v1.md section 4. */

export type Phase = 'advertising' | 'collecting' | 'sealing' | 'committed' | 'aborted';

export type RoundEvent =
  | { readonly kind: 'adverts-closed'; readonly sites: number }
  | { readonly kind: 'updates-closed'; readonly sites: number }
  | { readonly kind: 'summed'; readonly sites: number }
  | { readonly kind: 'abandoned'; readonly reason: string };

export interface RoundRules {
  readonly minSites: number;
}

export type Step =
  | { readonly kind: 'moved'; readonly to: Phase }
  | { readonly kind: 'failed'; readonly to: 'aborted'; readonly reason: string }
  | { readonly kind: 'refused'; readonly phase: Phase; readonly event: RoundEvent['kind'] };

/** How far the sites of an attempt have come. `declined` counts the advertised sites only once the adverts are closed. */
export interface Tally {
  readonly cohort: number;
  readonly advertised: number;
  readonly declined: number;
  readonly updated: number;
}

const NEXT: Readonly<Record<Phase, Partial<Record<RoundEvent['kind'], Phase>>>> = {
  advertising: { 'adverts-closed': 'collecting', abandoned: 'aborted' },
  collecting: { 'updates-closed': 'sealing', abandoned: 'aborted' },
  sealing: { summed: 'committed', abandoned: 'aborted' },
  committed: {},
  aborted: {},
};

/** Applies one event. Never throws: a late or repeated event is refused, an attempt that lost too many sites fails. */
export function step(phase: Phase, event: RoundEvent, rules: RoundRules): Step {
  const to = NEXT[phase][event.kind];
  if (to === undefined) {
    return { kind: 'refused', phase, event: event.kind };
  }
  if (event.kind === 'abandoned') {
    return { kind: 'failed', to: 'aborted', reason: event.reason };
  }
  if (event.sites < rules.minSites) {
    return { kind: 'failed', to: 'aborted', reason: tooFew(event.sites, rules) };
  }
  return { kind: 'moved', to };
}

/**
 * What the tally calls for: the event that is due now, or nothing while sites are still awaited.
 * An attempt that can no longer reach its minimum is abandoned at once, so that nobody waits for a deadline.
 */
export function dueEvent(
  phase: Phase,
  tally: Tally,
  rules: RoundRules,
  deadlinePassed: boolean,
): RoundEvent | undefined {
  switch (phase) {
    case 'advertising':
      return dueWhileWaiting({
        event: 'adverts-closed',
        expected: tally.cohort,
        arrived: tally.advertised,
        declined: tally.declined,
        rules,
        deadlinePassed,
      });
    case 'collecting':
      return dueWhileWaiting({
        event: 'updates-closed',
        expected: tally.advertised,
        arrived: tally.updated,
        declined: tally.declined,
        rules,
        deadlinePassed,
      });
    case 'sealing':
    case 'committed':
    case 'aborted':
      return undefined;
  }
}

/** An attempt in one of these phases is over: its keys are destroyed and messages for it come too late. */
export function isEnded(phase: Phase): phase is 'committed' | 'aborted' {
  return phase === 'committed' || phase === 'aborted';
}

interface Waiting {
  readonly event: 'adverts-closed' | 'updates-closed';
  readonly expected: number;
  readonly arrived: number;
  readonly declined: number;
  readonly rules: RoundRules;
  readonly deadlinePassed: boolean;
}

function dueWhileWaiting(waiting: Waiting): RoundEvent | undefined {
  const reachable = waiting.expected - waiting.declined;
  if (reachable < waiting.rules.minSites) {
    return { kind: 'abandoned', reason: tooFew(reachable, waiting.rules) };
  }
  const everyoneAnswered = waiting.arrived >= reachable;
  return everyoneAnswered || waiting.deadlinePassed
    ? { kind: waiting.event, sites: waiting.arrived }
    : undefined;
}

function tooFew(sites: number, rules: RoundRules): string {
  return `${sites} ${sites === 1 ? 'site' : 'sites'} left, the study requires ${rules.minSites}`;
}
