/**
 * One attempt with both of its ends as a state machine that a spec can walk. The tables are the real ones; the network is the
 * worst that protocol v1 allows: every message may be late, come again, or come after the attempt is over.
 */
import { isEnded, mayUnmask, siteStep, type SiteEvent } from '../index.js';
import { advance, applied, receive, sendersOf, sum, tallyOf } from './attempt-coordinator.js';
import {
  isSecure,
  siteAt,
  withSite,
  type AttemptState,
  type Document,
  type Owed,
  type SiteState,
} from './attempt-state.js';

export type Action =
  | { readonly kind: 'deliver'; readonly site: number }
  | {
      readonly kind: 'site-does';
      readonly site: number;
      readonly event: SiteEvent;
      readonly makes: Document;
    }
  | { readonly kind: 'site-hears'; readonly site: number; readonly event: SiteEvent }
  | { readonly kind: 'send'; readonly site: number; readonly what: Document }
  | { readonly kind: 'send-broken-update'; readonly site: number }
  | { readonly kind: 'deadline' }
  | { readonly kind: 'sum'; readonly unreadable: readonly number[] }
  | { readonly kind: 'abandon' };

/** Everything that may happen next. */
export function actionsOf(state: AttemptState): Action[] {
  const ofSites = state.sites.flatMap((site, index) => [
    ...(nextOwed(state, site) === undefined ? [] : [{ kind: 'deliver', site: index } as const]),
    ...ownEvents(state, site).flatMap((event) =>
      madeBy(event).map((makes) => ({ kind: 'site-does', site: index, event, makes }) as const),
    ),
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
      const site = siteAt(state, action.site);
      const owed = nextOwed(state, site);
      return owed === undefined
        ? state
        : withSite(state, action.site, { heard: [...site.heard, owed] });
    }
    case 'site-does':
      return siteDoes(state, action.site, action.event, action.makes);
    case 'site-hears':
      return siteHears(state, action.site, action.event);
    case 'send':
      return receive(state, action.site, action.what);
    case 'send-broken-update':
      return receive(state, action.site, 'update', 'refused');
    case 'deadline':
      return advance(state, true);
    case 'sum':
      return sum(state, action.unreadable);
    case 'abandon':
      return applied(state, { kind: 'abandoned', reason: 'by hand' });
  }
}

function coordinatorActions(state: AttemptState): Action[] {
  const abandon = { kind: 'abandon' } as const;
  switch (state.phase) {
    case 'advertising':
    case 'sharing':
    case 'collecting':
      return [{ kind: 'deadline' }, abandon];
    case 'sealing': {
      if (isSecure(state)) {
        return [{ kind: 'deadline' }, abandon];
      }
      const senders = sendersOf(state);
      const sums = [[], senders.slice(0, 1), senders];
      return [...sums.map((unreadable) => ({ kind: 'sum', unreadable }) as const), abandon];
    }
    case 'unmasking':
      return mayUnmask(state.phase, tallyOf(state), state)
        ? [{ kind: 'sum', unreadable: [] }, abandon]
        : [abandon];
    case 'voting':
      return [{ kind: 'deadline' }, abandon];
    case 'committed':
    case 'aborted':
      return [];
  }
}

/** What the agent does of its own accord in a phase. */
function ownEvents(state: AttemptState, { phase, heard }: SiteState): SiteEvent[] {
  const decline = { kind: 'decline-journaled', code: 'training-failed' } as const;
  const after = (owed: Owed, ...events: SiteEvent[]) => (heard.includes(owed) ? events : []);
  const vote = after('candidate', { kind: 'vote-journaled' });
  const endorsement = after('survivors', { kind: 'endorsement-journaled' });
  const dealing = isSecure(state) ? after('peers', { kind: 'shares-journaled' }) : [];
  const events: Record<SiteState['phase'], SiteEvent[]> = {
    idle: after('manifest', { kind: 'advert-journaled' }, decline),
    advertised: [...dealing, decline],
    shared: [decline],
    peered: [{ kind: 'update-journaled' }, ...endorsement, decline],
    sent: isSecure(state) ? endorsement : vote,
    endorsed: after('quorum', { kind: 'answer-journaled' }),
    answered: vote,
    voted: [],
    declined: [],
    done: [],
    aborted: [],
  };
  return events[phase];
}

/** What the heard messages mean, in every phase: a message that comes again means the same again. */
function heardEvents(state: AttemptState, { heard }: SiteState): SiteEvent[] {
  return heard.flatMap((owed): SiteEvent[] => {
    switch (owed) {
      case 'manifest':
      case 'survivors':
      case 'quorum':
      case 'candidate':
        return [];
      case 'peers':
        return isSecure(state) ? [] : [{ kind: 'peers-accepted' }];
      case 'relay':
        return [{ kind: 'sharers-accepted' }];
      case 'end':
        return state.phase === 'committed'
          ? [{ kind: 'result-verified' }]
          : [{ kind: 'attempt-aborted', reason: 'too few' }];
    }
  });
}

function nextOwed(state: AttemptState, site: SiteState): Owed | undefined {
  const { heard, isPeer, isSharer } = site;
  const isAsked = state.isProposed && state.survivors?.includes(state.sites.indexOf(site)) === true;
  const owed: readonly [Owed, boolean][] = [
    ['manifest', true],
    ['peers', isPeer],
    ['relay', isSharer],
    ['survivors', isSharer && state.survivors !== undefined],
    ['quorum', isSharer && state.hasQuorum],
    ['candidate', isAsked],
    ['end', isEnded(state.phase)],
  ];
  return owed.find(([message, isOwed]) => isOwed && !heard.includes(message))?.[0];
}

/** What an event leaves in the journal to be sent: of a vote either verdict. */
function madeBy({ kind }: SiteEvent): readonly Document[] {
  switch (kind) {
    case 'advert-journaled':
      return ['advert'];
    case 'decline-journaled':
      return ['decline'];
    case 'shares-journaled':
      return ['shares'];
    case 'update-journaled':
      return ['update'];
    case 'endorsement-journaled':
      return ['endorsement'];
    case 'answer-journaled':
      return ['answer'];
    case 'vote-journaled':
      return ['accept', 'refuse'];
    case 'peers-accepted':
    case 'sharers-accepted':
    case 'result-verified':
    case 'attempt-aborted':
      return [];
  }
}

function siteDoes(
  state: AttemptState,
  index: number,
  event: SiteEvent,
  makes: Document,
): AttemptState {
  const site = siteAt(state, index);
  const next = siteStep(site.phase, event, state.aggregation.kind);
  if (next.kind === 'refused') {
    throw new Error(`${event.kind} does not follow ${site.phase}`);
  }
  return withSite(state, index, { phase: next.to, made: [...site.made, makes] });
}

function siteHears(state: AttemptState, index: number, event: SiteEvent): AttemptState {
  const next = siteStep(siteAt(state, index).phase, event, state.aggregation.kind);
  return next.kind === 'refused' ? state : withSite(state, index, { phase: next.to });
}
