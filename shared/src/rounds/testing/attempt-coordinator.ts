/** The coordinator's end of the model: what it takes in which phase, and where that leads. */
import { dueEvent, isEnded, step, type Phase, type RoundEvent, type Tally } from '../index.js';
import {
  isSecure,
  siteAt,
  withSite,
  type AttemptState,
  type Document,
  type Known,
  type Verdict,
  type SiteState,
} from './attempt-state.js';

/** How far a site is known to have come, at most, for a document of it to say anything new; and in which phases. */
interface Taking {
  readonly phases: readonly Phase[];
  readonly from: readonly Known[];
  readonly to: Known;
  readonly of: (site: SiteState) => boolean;
}

const anyone = () => true;
const peer = ({ isPeer }: SiteState) => isPeer;
const sharer = ({ isSharer }: SiteState) => isSharer;
const LATE: readonly Phase[] = ['sealing', 'unmasking'];
const HELD_SHARES: readonly Known[] = ['shared', 'updated'];

const TAKEN: Readonly<Record<Exclude<Document, Verdict>, Taking>> = {
  advert: { phases: ['advertising'], from: ['invited'], to: 'advertised', of: anyone },
  decline: {
    phases: ['advertising', 'sharing', 'collecting'],
    from: ['invited', 'advertised', 'shared'],
    to: 'declined',
    of: anyone,
  },
  shares: { phases: ['sharing'], from: ['advertised'], to: 'shared', of: peer },
  update: { phases: ['collecting'], from: ['shared'], to: 'updated', of: sharer },
  endorsement: { phases: LATE, from: HELD_SHARES, to: 'endorsed', of: sharer },
  answer: { phases: ['unmasking'], from: ['endorsed'], to: 'answered', of: sharer },
};
const PLAIN_UPDATE: Taking = { ...TAKEN.update, from: ['advertised'], of: peer };

/** What a message of a site changes: nothing when it comes late or again. */
export function receive(
  state: AttemptState,
  index: number,
  what: Document,
  becomes?: Known,
): AttemptState {
  if (what === 'accept' || what === 'refuse') {
    return receiveVote(state, index, what);
  }
  const taking = what === 'update' && !isSecure(state) ? PLAIN_UPDATE : TAKEN[what];
  const site = siteAt(state, index);
  if (
    !taking.phases.includes(state.phase) ||
    !taking.from.includes(site.known) ||
    !taking.of(site)
  ) {
    return state;
  }
  const advertTaken = site.advertTaken || what === 'advert';
  return advance(withSite(state, index, { known: becomes ?? taking.to, advertTaken }), false);
}

/** One vote of each site that is summed. */
function receiveVote(state: AttemptState, index: number, vote: Verdict): AttemptState {
  const isAsked = state.phase === 'voting' && state.survivors?.includes(index) === true;
  return isAsked && siteAt(state, index).vote === undefined
    ? advance(withSite(state, index, { vote }), false)
    : state;
}

export function advance(state: AttemptState, deadlinePassed: boolean): AttemptState {
  const event = dueEvent(state.phase, tallyOf(state), state, deadlinePassed);
  return event === undefined ? state : applied(state, event);
}

export function tallyOf({ phase, sites, survivors }: AttemptState): Tally {
  const counted = countedIn(phase, sites);
  const inState = (...states: readonly Known[]) =>
    counted.filter(({ known }) => states.includes(known)).length;
  return {
    cohort: sites.length,
    advertised:
      phase === 'advertising' ? inState('advertised') : sites.filter(({ isPeer }) => isPeer).length,
    declined: inState('declined', 'refused'),
    shared:
      phase === 'sharing' ? inState('shared') : sites.filter(({ isSharer }) => isSharer).length,
    updated: inState('updated'),
    endorsed: inState('endorsed', 'answered'),
    answered: inState('answered'),
    survivors: survivors?.length ?? 0,
    accepted: sites.filter(({ vote }) => vote === 'accept').length,
    refused: sites.filter(({ vote }) => vote === 'refuse').length,
  };
}

function countedIn(phase: Phase, sites: readonly SiteState[]): readonly SiteState[] {
  if (phase === 'advertising') {
    return sites;
  }
  const sharers = sites.filter(({ isSharer }) => isSharer);
  return sharers.length > 0 ? sharers : sites.filter(({ isPeer }) => isPeer);
}

/** Adds up: in a plain attempt all updates but those that cannot be read, in a secure one those of the survivors. */
export function sum(state: AttemptState, unreadable: readonly number[]): AttemptState {
  const survivors =
    state.survivors ?? sendersOf(state).filter((index) => !unreadable.includes(index));
  const kind = state.acceptance === 'vote' ? 'proposed' : 'summed';
  const next = applied(state, { kind, sites: survivors.length });
  return next.phase === 'aborted' ? next : { ...next, survivors };
}

/** @throws Error when the event does not fit the phase, which the table then refuses */
export function applied(state: AttemptState, event: RoundEvent): AttemptState {
  const next = step(state.phase, event, state);
  if (next.kind === 'refused') {
    throw new Error(`${event.kind} does not follow ${state.phase}`);
  }
  const moved = { ...state, phase: next.to };
  if (isEnded(next.to)) {
    return moved;
  }
  switch (event.kind) {
    case 'adverts-closed':
      return withAll(moved, (site) => ({ isPeer: site.known === 'advertised' }));
    case 'shares-closed':
      return withAll(moved, (site) => ({ isSharer: site.known === 'shared' }));
    case 'updates-closed':
      return isSecure(state) ? { ...moved, survivors: sendersOf(state) } : moved;
    case 'endorsed':
      return { ...moved, hasQuorum: true };
    case 'proposed':
      return { ...moved, isProposed: true };
    case 'summed':
    case 'voted':
    case 'abandoned':
      return moved;
  }
}

export function sendersOf({ sites }: AttemptState): number[] {
  return sites.flatMap(({ known }, index) => (known === 'updated' ? [index] : []));
}

function withAll(
  state: AttemptState,
  change: (site: SiteState) => Partial<SiteState>,
): AttemptState {
  return { ...state, sites: state.sites.map((site) => ({ ...site, ...change(site) })) };
}
