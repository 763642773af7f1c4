/** What a state of the model of one attempt consists of. */
import type { Phase, RoundRules, SitePhase } from '../index.js';

/** What a site wrote to its journal and may send again at any time, after a crash too. */
export type Document =
  'advert' | 'decline' | 'shares' | 'update' | 'endorsement' | 'answer' | Verdict;
export type Verdict = 'accept' | 'refuse';
/** What the coordinator owes to a site, in this order. */
export type Owed = 'manifest' | 'peers' | 'relay' | 'survivors' | 'quorum' | 'candidate' | 'end';
/** How far the coordinator knows a site to have come. */
export type Known =
  | 'invited'
  | 'advertised'
  | 'shared'
  | 'declined'
  | 'updated'
  | 'refused'
  | 'endorsed'
  | 'answered';

export interface SiteState {
  readonly phase: SitePhase;
  readonly made: readonly Document[];
  readonly heard: readonly Owed[];
  readonly known: Known;
  readonly advertTaken: boolean;
  /** The vote that the coordinator took. */
  readonly vote?: Verdict;
  /** In U1. */
  readonly isPeer: boolean;
  /** In U2 of a secure attempt. */
  readonly isSharer: boolean;
}

export interface AttemptState extends RoundRules {
  readonly phase: Phase;
  readonly sites: readonly SiteState[];
  /** Indices of the sites that are summed, U3 of a secure attempt; absent until they are fixed. */
  readonly survivors?: readonly number[];
  /** Enough sites endorsed the survivors, so the proof of it is owed. */
  readonly hasQuorum: boolean;
  /** There is a candidate, so it is owed to the sites that are summed. */
  readonly isProposed: boolean;
}

export function openedAttempt(sites: number, rules: RoundRules): AttemptState {
  const site: SiteState = {
    phase: 'idle',
    made: [],
    heard: [],
    known: 'invited',
    advertTaken: false,
    isPeer: false,
    isSharer: false,
  };
  const { minSites, aggregation, acceptance } = rules;
  return {
    minSites,
    aggregation,
    acceptance,
    phase: 'advertising',
    sites: Array.from({ length: sites }, () => site),
    hasQuorum: false,
    isProposed: false,
  };
}

/** @throws Error when there is no such site */
export function siteAt({ sites }: AttemptState, index: number): SiteState {
  const site = sites[index];
  if (site === undefined) {
    throw new Error(`there is no site ${index}`);
  }
  return site;
}

export function withSite(
  state: AttemptState,
  index: number,
  change: Partial<SiteState>,
): AttemptState {
  const sites = state.sites.map((site, i) => (i === index ? { ...site, ...change } : site));
  return { ...state, sites };
}

export function isSecure({ aggregation }: AttemptState): boolean {
  return aggregation.kind === 'secure';
}
