/** The coordinator's side of a round attempt: which phase may follow which, and what moves it. docs/protocol/v1.md section 4. */
import { sitesNeeded } from '../secagg/threshold.js';
import { LIMITS } from '../vocabulary/index.js';
import { isDecided, rejectionOf, type VoteTally } from './voting.js';

export type Phase =
  | 'advertising'
  | 'sharing'
  | 'collecting'
  | 'sealing'
  | 'unmasking'
  | 'voting'
  | 'committed'
  | 'aborted';

export type RoundEvent =
  | { readonly kind: 'adverts-closed'; readonly sites: number }
  /** The sites that dealt their shares are fixed: U2. */
  | { readonly kind: 'shares-closed'; readonly sites: number }
  /** In a secure attempt this fixes the survivors: U3. */
  | { readonly kind: 'updates-closed'; readonly sites: number }
  /** So many sites of U2 endorsed the leaf of the survivors. */
  | { readonly kind: 'endorsed'; readonly sites: number }
  | { readonly kind: 'summed'; readonly sites: number }
  /** In place of `summed` where the sites vote: what came of the sum is shown to those that are in it. */
  | { readonly kind: 'proposed'; readonly sites: number }
  /** So many of the sites that are summed accepted the candidate. */
  | { readonly kind: 'voted'; readonly sites: number; readonly accepted: number }
  | { readonly kind: 'abandoned'; readonly reason: string };

/** A manifest is such a thing. */
export interface RoundRules {
  readonly minSites: number;
  readonly aggregation:
    | { readonly kind: 'plain' }
    | {
        readonly kind: 'secure';
        readonly colluders: number;
        /** t */
        readonly threshold: number;
      };
  /** The sites that are summed vote on the candidate. */
  readonly acceptance?: 'vote' | undefined;
}

export type Step =
  | { readonly kind: 'moved'; readonly to: Phase }
  | { readonly kind: 'failed'; readonly to: 'aborted'; readonly reason: string }
  | { readonly kind: 'refused'; readonly phase: Phase; readonly event: RoundEvent['kind'] };

/** How far the sites of an attempt have come. `declined` counts, of those awaited in the phase, who will not come. */
export interface Tally extends VoteTally {
  readonly cohort: number;
  readonly advertised: number;
  readonly declined: number;
  readonly updated: number;
  /** Secure attempts only. Who dealt shares and did not decline; once the shares are closed, U2. */
  readonly shared?: number;
  /** Secure attempts only. Sites of U2 that endorsed the leaf of the survivors. */
  readonly endorsed?: number;
  /** Secure attempts only. Sites of U2 whose shares for unmasking are there. */
  readonly answered?: number;
}

type Table = Readonly<Record<Phase, Partial<Record<RoundEvent['kind'], Phase>>>>;

const NEXT: Readonly<Record<RoundRules['aggregation']['kind'], Table>> = {
  plain: {
    advertising: { 'adverts-closed': 'collecting', abandoned: 'aborted' },
    sharing: {},
    collecting: { 'updates-closed': 'sealing', abandoned: 'aborted' },
    sealing: { summed: 'committed', proposed: 'voting', abandoned: 'aborted' },
    unmasking: {},
    voting: { voted: 'committed', abandoned: 'aborted' },
    committed: {},
    aborted: {},
  },
  secure: {
    advertising: { 'adverts-closed': 'sharing', abandoned: 'aborted' },
    sharing: { 'shares-closed': 'collecting', abandoned: 'aborted' },
    collecting: { 'updates-closed': 'sealing', abandoned: 'aborted' },
    sealing: { endorsed: 'unmasking', abandoned: 'aborted' },
    unmasking: { summed: 'committed', proposed: 'voting', abandoned: 'aborted' },
    voting: { voted: 'committed', abandoned: 'aborted' },
    committed: {},
    aborted: {},
  },
};

/** Applies one event. Never throws: a late or repeated event is refused, an attempt that lost too many sites fails. */
export function step(phase: Phase, event: RoundEvent, rules: RoundRules): Step {
  const to = NEXT[rules.aggregation.kind][phase][event.kind];
  if (to === undefined || !isInOrder(event, rules)) {
    return { kind: 'refused', phase, event: event.kind };
  }
  if (event.kind === 'abandoned') {
    return { kind: 'failed', to: 'aborted', reason: event.reason };
  }
  const reason =
    event.kind === 'voted'
      ? rejectionOf({ survivors: event.sites, accepted: event.accepted })
      : outOfBounds(event.sites, boundsOf(event, rules));
  return reason === undefined ? { kind: 'moved', to } : { kind: 'failed', to: 'aborted', reason };
}

/**
 * What the tally calls for: the event that is due now, or nothing while sites are still awaited.
 * An attempt that can no longer reach its minimum is abandoned at once, so that nobody waits for a deadline. A secure attempt
 * that is being unmasked waits for answers as long as it takes: a try after the sealing costs its sites a new training.
 */
export function dueEvent(
  phase: Phase,
  tally: Tally,
  rules: RoundRules,
  deadlinePassed: boolean,
): RoundEvent | undefined {
  switch (phase) {
    case 'advertising':
    case 'sharing':
    case 'collecting':
      return dueWhileWaiting({
        ...awaitedIn(phase, tally, rules),
        ...tally,
        rules,
        deadlinePassed,
      });
    case 'sealing':
      return dueWhileSealing(tally, rules, deadlinePassed);
    case 'voting':
      return dueWhileVoting(tally, deadlinePassed);
    case 'unmasking':
    case 'committed':
    case 'aborted':
      return undefined;
  }
}

/** Whose words a phase waits for, and what follows when they are there. */
function awaitedIn(
  phase: 'advertising' | 'sharing' | 'collecting',
  { cohort, advertised, shared = 0, updated }: Tally,
  { aggregation }: RoundRules,
): Pick<Waiting, 'event' | 'expected' | 'arrived'> {
  switch (phase) {
    case 'advertising':
      return { event: 'adverts-closed', expected: cohort, arrived: advertised };
    case 'sharing':
      return { event: 'shares-closed', expected: advertised, arrived: shared };
    case 'collecting': {
      const expected = aggregation.kind === 'plain' ? advertised : shared;
      return { event: 'updates-closed', expected, arrived: updated };
    }
  }
}

function dueWhileVoting(tally: Tally, deadlinePassed: boolean): RoundEvent | undefined {
  const { survivors = 0, accepted = 0 } = tally;
  return isDecided(tally) || deadlinePassed
    ? { kind: 'voted', sites: survivors, accepted }
    : undefined;
}

/** Whether enough sites answered for the masks to come off, if each of their shares is good. */
export function mayUnmask(phase: Phase, tally: Tally, rules: RoundRules): boolean {
  return phase === 'unmasking' && (tally.answered ?? 0) >= thresholdOf(rules);
}

/** An attempt in one of these phases is over: its keys are destroyed and messages for it come too late. */
export function isEnded(phase: Phase): phase is 'committed' | 'aborted' {
  return phase === 'committed' || phase === 'aborted';
}

interface Waiting {
  readonly event: 'adverts-closed' | 'shares-closed' | 'updates-closed';
  readonly expected: number;
  readonly arrived: number;
  readonly declined: number;
  readonly rules: RoundRules;
  readonly deadlinePassed: boolean;
}

function dueWhileWaiting(waiting: Waiting): RoundEvent | undefined {
  const { event, arrived, rules } = waiting;
  const reachable = waiting.expected - waiting.declined;
  const missing = tooFew(reachable, sumBounds(rules));
  if (missing !== undefined) {
    return { kind: 'abandoned', reason: missing };
  }
  if (arrived < reachable && !waiting.deadlinePassed) {
    return undefined;
  }
  return { kind: event, sites: arrived };
}

/** A plain attempt waits for nobody once it has the updates. */
function dueWhileSealing(
  { endorsed = 0 }: Tally,
  rules: RoundRules,
  deadlinePassed: boolean,
): RoundEvent | undefined {
  const isDue = deadlinePassed || endorsed >= thresholdOf(rules);
  return rules.aggregation.kind === 'secure' && isDue
    ? { kind: 'endorsed', sites: endorsed }
    : undefined;
}

/** No sum is used unseen where the sites vote, and nobody is asked where they do not. */
function isInOrder({ kind }: RoundEvent, { acceptance }: RoundRules): boolean {
  switch (kind) {
    case 'summed':
      return acceptance !== 'vote';
    case 'proposed':
    case 'voted':
      return acceptance === 'vote';
    case 'adverts-closed':
    case 'shares-closed':
    case 'updates-closed':
    case 'endorsed':
    case 'abandoned':
      return true;
  }
}

interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly counted: 'left' | 'endorsed the survivors';
  readonly requiredBy: string;
}

function boundsOf(
  event: Exclude<RoundEvent, { readonly kind: 'abandoned' | 'voted' }>,
  rules: RoundRules,
): Bounds {
  return event.kind === 'endorsed'
    ? { ...sumBounds(rules), least: thresholdOf(rules), counted: 'endorsed the survivors' }
    : sumBounds(rules);
}

/** How many sites may be in each of the sets U1, U2 and U3. */
function sumBounds({ minSites, aggregation }: RoundRules): Bounds {
  if (aggregation.kind === 'plain') {
    return { least: minSites, most: Infinity, counted: 'left', requiredBy: 'the study requires' };
  }
  return {
    least: sitesNeeded({ minSites, ...aggregation }),
    most: LIMITS.secureSites,
    counted: 'left',
    requiredBy: `a secure attempt (colluders: ${aggregation.colluders}) requires`,
  };
}

function thresholdOf({ aggregation }: RoundRules): number {
  return aggregation.kind === 'plain' ? 0 : aggregation.threshold;
}

function outOfBounds(sites: number, bounds: Bounds): string | undefined {
  return sites > bounds.most
    ? `${sites} sites are more than the ${bounds.most} of which a secure sum may consist`
    : tooFew(sites, bounds);
}

function tooFew(sites: number, { least, counted, requiredBy }: Bounds): string | undefined {
  return sites < least
    ? `${sites} ${sites === 1 ? 'site' : 'sites'} ${counted}, ${requiredBy} ${least}`
    : undefined;
}
