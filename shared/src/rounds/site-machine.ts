/** A site's side of a round attempt. Each move is written to the journal before anything is sent. docs/protocol/v1.md section 4. */

export type SitePhase =
  | 'idle'
  | 'advertised'
  | 'shared'
  | 'peered'
  | 'sent'
  | 'endorsed'
  | 'answered'
  | 'voted'
  | 'declined'
  | 'done'
  | 'aborted';

export type SiteEvent =
  /** The manifest passed every check and the advert is in the journal. */
  | { readonly kind: 'advert-journaled' }
  /** Plain attempts: the set of adverts passed every check. */
  | { readonly kind: 'peers-accepted' }
  /** Secure attempts: the set of adverts passed every check and this site's shares are in the journal. */
  | { readonly kind: 'shares-journaled' }
  /** Secure attempts: the set of sharers, and what each of them dealt to this site, passed every check. */
  | { readonly kind: 'sharers-accepted' }
  /** The encrypted update, or all that the masked one follows from, and its signed header are in the journal. */
  | { readonly kind: 'update-journaled' }
  /** Secure attempts: the survivors passed every check and the endorsement of their leaf is in the journal. */
  | { readonly kind: 'endorsement-journaled' }
  /** Secure attempts: the quorum passed every check and the shares that leave are in the journal. */
  | { readonly kind: 'answer-journaled' }
  /** Where the sites vote: the candidate was recomputed and judged, and the vote on it is in the journal. */
  | { readonly kind: 'vote-journaled' }
  | { readonly kind: 'decline-journaled'; readonly code: string }
  /** The result's leaf is in the log and the adapter checkpoint was recomputed. */
  | { readonly kind: 'result-verified' }
  | { readonly kind: 'attempt-aborted'; readonly reason: string };

export type SiteStep =
  | { readonly kind: 'moved'; readonly to: SitePhase }
  | { readonly kind: 'refused'; readonly phase: SitePhase; readonly event: SiteEvent['kind'] };

type Row = Partial<Record<SiteEvent['kind'], SitePhase>>;
type Table = Readonly<Record<SitePhase, Row>>;

/** A site dropped at a deadline still takes the result: so every phase after the advert leads to `done`. */
const ENDS: Row = { 'result-verified': 'done', 'attempt-aborted': 'aborted' };
const UNSENT: Row = { 'decline-journaled': 'declined', ...ENDS };

const NEXT: Readonly<Record<'plain' | 'secure', Table>> = {
  plain: {
    idle: { 'advert-journaled': 'advertised', ...UNSENT },
    advertised: { 'peers-accepted': 'peered', ...UNSENT },
    shared: {},
    peered: { 'update-journaled': 'sent', ...UNSENT },
    sent: { 'vote-journaled': 'voted', ...ENDS },
    endorsed: {},
    answered: {},
    voted: ENDS,
    declined: ENDS,
    done: {},
    aborted: {},
  },
  secure: {
    idle: { 'advert-journaled': 'advertised', ...UNSENT },
    advertised: { 'shares-journaled': 'shared', ...UNSENT },
    shared: { 'sharers-accepted': 'peered', ...UNSENT },
    /** A site whose update comes too late helps to take the masks off all the same. */
    peered: { 'update-journaled': 'sent', 'endorsement-journaled': 'endorsed', ...UNSENT },
    sent: { 'endorsement-journaled': 'endorsed', ...ENDS },
    endorsed: { 'answer-journaled': 'answered', ...ENDS },
    answered: { 'vote-journaled': 'voted', ...ENDS },
    voted: ENDS,
    declined: ENDS,
    done: {},
    aborted: {},
  },
};

/** Applies one event. Never throws: what does not fit the phase is refused and changes nothing. */
export function siteStep(
  phase: SitePhase,
  event: SiteEvent,
  aggregation: 'plain' | 'secure' = 'plain',
): SiteStep {
  const to = NEXT[aggregation][phase][event.kind];
  return to === undefined ? { kind: 'refused', phase, event: event.kind } : { kind: 'moved', to };
}

/** The attempt is over for this site: its secrets are erased. */
export function isOver(phase: SitePhase): phase is 'done' | 'aborted' {
  return phase === 'done' || phase === 'aborted';
}
