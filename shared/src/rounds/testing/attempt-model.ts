/**
 * One attempt with both of its ends as a state machine that a spec can walk. The tables are the real ones; the network is the
 * worst that protocol v1 allows: every message may be late, come again, or come after the attempt is over.
 */
import {
  dueEvent,
  isEnded,
  siteStep,
  step,
  type Phase,
  type RoundEvent,
  type SiteEvent,
  type SitePhase,
  type Tally,
} from '../index.js';

/** What a site wrote to its journal and may send again at any time, after a crash too. */
export type Document = 'advert' | 'decline' | 'update';
/** What the coordinator owes to a site, in this order. */
export type Owed = 'manifest' | 'peers' | 'end';
/** How far the coordinator knows a site to have come. */
export type Known = 'invited' | 'advertised' | 'declined' | 'updated' | 'refused';

export interface SiteState {
  readonly phase: SitePhase;
  readonly made: readonly Document[];
  readonly heard: readonly Owed[];
  readonly known: Known;
  readonly advertTaken: boolean;
  readonly isPeer: boolean;
}

export interface AttemptState {
  readonly minSites: number;
  readonly phase: Phase;
  readonly sites: readonly SiteState[];
  /** Indices of the sites that were summed; absent until then. */
  readonly survivors?: readonly number[];
}

export type Action =
  | { readonly kind: 'deliver'; readonly site: number }
  | { readonly kind: 'site-does'; readonly site: number; readonly event: SiteEvent }
  | { readonly kind: 'site-hears'; readonly site: number; readonly event: SiteEvent }
  | { readonly kind: 'send'; readonly site: number; readonly what: Document }
  | { readonly kind: 'send-broken-update'; readonly site: number }
  | { readonly kind: 'deadline' }
  | { readonly kind: 'sum'; readonly unreadable: readonly number[] }
  | { readonly kind: 'abandon' };

export function openedAttempt(sites: number, minSites: number): AttemptState {
  const site: SiteState = {
    phase: 'idle',
    made: [],
    heard: [],
    known: 'invited',
    advertTaken: false,
    isPeer: false,
  };
  return { minSites, phase: 'advertising', sites: Array.from({ length: sites }, () => site) };
}

/** Everything that may happen next. */
export function actionsOf(state: AttemptState): Action[] {
  const ofSites = state.sites.flatMap((site, index) => [
    ...(nextOwed(state, site) === undefined ? [] : [{ kind: 'deliver', site: index } as const]),
    ...ownEvents(site).map((event) => ({ kind: 'site-does', site: index, event }) as const),
    ...heardEvents(state, site).map(
      (event) => ({ kind: 'site-hears', site: index, event }) as const,
    ),
    ...site.made.map((what) => ({ kind: 'send', site: index, what }) as const),
    ...(site.made.includes('update') ? [{ kind: 'send-broken-update', site: index } as const] : []),
  ]);
  return [...ofSites, ...coordinatorActions(state)];
}

/** @throws Error when one of the two ends would leave its table */
export function perform(state: AttemptState, action: Action): AttemptState {
  switch (action.kind) {
    case 'deliver': {
      const owed = nextOwed(state, siteAt(state, action.site));
      return owed === undefined
        ? state
        : withSite(state, action.site, (site) => ({ heard: [...site.heard, owed] }));
    }
    case 'site-does':
      return siteDoes(state, action.site, action.event);
    case 'site-hears':
      return siteHears(state, action.site, action.event);
    case 'send':
      return receive(state, action.site, action.what);
    case 'send-broken-update':
      return receiveUpdate(state, action.site, 'refused');
    case 'deadline':
      return advance(state, true);
    case 'sum':
      return sum(state, action.unreadable);
    case 'abandon':
      return applied(state, { kind: 'abandoned', reason: 'by hand' });
  }
}

export function tallyOf({ phase, sites }: AttemptState): Tally {
  const counted = phase === 'advertising' ? sites : sites.filter(({ isPeer }) => isPeer);
  const inState = (...states: readonly Known[]) =>
    counted.filter(({ known }) => states.includes(known)).length;
  return {
    cohort: sites.length,
    advertised: phase === 'advertising' ? inState('advertised') : counted.length,
    declined: inState('declined', 'refused'),
    updated: inState('updated'),
  };
}

function coordinatorActions(state: AttemptState): Action[] {
  if (isEnded(state.phase)) {
    return [];
  }
  const abandon = { kind: 'abandon' } as const;
  if (state.phase !== 'sealing') {
    return [{ kind: 'deadline' }, abandon];
  }
  const senders = sendersOf(state);
  return [
    ...[[], senders.slice(0, 1), senders].map(
      (unreadable) => ({ kind: 'sum', unreadable }) as const,
    ),
    abandon,
  ];
}

/** What the agent does of its own accord in a phase. */
function ownEvents({ phase, heard }: SiteState): SiteEvent[] {
  const decline = { kind: 'decline-journaled', code: 'training-failed' } as const;
  switch (phase) {
    case 'idle':
      return heard.includes('manifest') ? [{ kind: 'advert-journaled' }, decline] : [];
    case 'advertised':
      return [decline];
    case 'peered':
      return [{ kind: 'update-journaled' }, decline];
    case 'sent':
    case 'declined':
    case 'done':
    case 'aborted':
      return [];
  }
}

/** What the heard messages mean, in every phase: a message that comes again means the same again. */
function heardEvents({ phase }: AttemptState, { heard }: SiteState): SiteEvent[] {
  return heard.flatMap((owed): SiteEvent[] => {
    switch (owed) {
      case 'manifest':
        return [];
      case 'peers':
        return [{ kind: 'peers-accepted' }];
      case 'end':
        return phase === 'committed'
          ? [{ kind: 'result-verified' }]
          : [{ kind: 'attempt-aborted', reason: 'too few' }];
    }
  });
}

function nextOwed({ phase }: AttemptState, { heard, isPeer }: SiteState): Owed | undefined {
  const owed: Owed[] = ['manifest'];
  if (isPeer) {
    owed.push('peers');
  }
  if (isEnded(phase)) {
    owed.push('end');
  }
  return owed.find((message) => !heard.includes(message));
}

const MADE_BY: Partial<Record<SiteEvent['kind'], Document>> = {
  'advert-journaled': 'advert',
  'decline-journaled': 'decline',
  'update-journaled': 'update',
};

function siteDoes(state: AttemptState, index: number, event: SiteEvent): AttemptState {
  const next = siteStep(siteAt(state, index).phase, event);
  const made = MADE_BY[event.kind];
  if (next.kind === 'refused' || made === undefined) {
    throw new Error(`${event.kind} does not follow ${siteAt(state, index).phase}`);
  }
  return withSite(state, index, (site) => ({ phase: next.to, made: [...site.made, made] }));
}

function siteHears(state: AttemptState, index: number, event: SiteEvent): AttemptState {
  const next = siteStep(siteAt(state, index).phase, event);
  return next.kind === 'refused' ? state : withSite(state, index, () => ({ phase: next.to }));
}

function receive(state: AttemptState, index: number, what: Document): AttemptState {
  const { known } = siteAt(state, index);
  if (isEnded(state.phase)) {
    return state;
  }
  switch (what) {
    case 'advert':
      return state.phase === 'advertising' && known === 'invited'
        ? advance(
            withSite(state, index, () => ({ known: 'advertised', advertTaken: true })),
            false,
          )
        : state;
    case 'decline':
      return state.phase !== 'sealing' && (known === 'invited' || known === 'advertised')
        ? advance(
            withSite(state, index, () => ({ known: 'declined' })),
            false,
          )
        : state;
    case 'update':
      return receiveUpdate(state, index, 'updated');
  }
}

function receiveUpdate(state: AttemptState, index: number, known: Known): AttemptState {
  const site = siteAt(state, index);
  return state.phase === 'collecting' && site.isPeer && site.known === 'advertised'
    ? advance(
        withSite(state, index, () => ({ known })),
        false,
      )
    : state;
}

function advance(state: AttemptState, deadlinePassed: boolean): AttemptState {
  const event = dueEvent(state.phase, tallyOf(state), state, deadlinePassed);
  return event === undefined ? state : applied(state, event);
}

function sum(state: AttemptState, unreadable: readonly number[]): AttemptState {
  const survivors = sendersOf(state).filter((index) => !unreadable.includes(index));
  const next = applied(state, { kind: 'summed', sites: survivors.length });
  return next.phase === 'committed' ? { ...next, survivors } : next;
}

function applied(state: AttemptState, event: RoundEvent): AttemptState {
  const next = step(state.phase, event, state);
  if (next.kind === 'refused') {
    throw new Error(`${event.kind} does not follow ${state.phase}`);
  }
  if (next.to !== 'collecting') {
    return { ...state, phase: next.to };
  }
  const sites = state.sites.map((site) => ({ ...site, isPeer: site.known === 'advertised' }));
  return { ...state, phase: next.to, sites };
}

function sendersOf({ sites }: AttemptState): number[] {
  return sites.flatMap(({ known }, index) => (known === 'updated' ? [index] : []));
}

function siteAt({ sites }: AttemptState, index: number): SiteState {
  const site = sites[index];
  if (site === undefined) {
    throw new Error(`there is no site ${index}`);
  }
  return site;
}

function withSite(
  state: AttemptState,
  index: number,
  change: (site: SiteState) => Partial<SiteState>,
): AttemptState {
  const sites = state.sites.map((site, i) => (i === index ? { ...site, ...change(site) } : site));
  return { ...state, sites };
}
