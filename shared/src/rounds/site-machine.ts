/** A site's side of a round attempt. Each move is written to the journal before anything is sent. docs/protocol/v1.md section 4. */

export type SitePhase = 'idle' | 'advertised' | 'peered' | 'sent' | 'declined' | 'done' | 'aborted';

export type SiteEvent =
  /** The manifest passed every check and the advert is in the journal. */
  | { readonly kind: 'advert-journaled' }
  /** The set of adverts passed every check. */
  | { readonly kind: 'peers-accepted' }
  /** The encrypted update and its signed header are in the journal. */
  | { readonly kind: 'update-journaled' }
  | { readonly kind: 'decline-journaled'; readonly code: string }
  /** The result's leaf is in the log and the adapter checkpoint was recomputed. */
  | { readonly kind: 'result-verified' }
  | { readonly kind: 'attempt-aborted'; readonly reason: string };

export type SiteStep =
  | { readonly kind: 'moved'; readonly to: SitePhase }
  | { readonly kind: 'refused'; readonly phase: SitePhase; readonly event: SiteEvent['kind'] };

/** A site dropped at a deadline still takes the result: so every phase after the advert leads to `done`. */
const NEXT: Readonly<Record<SitePhase, Partial<Record<SiteEvent['kind'], SitePhase>>>> = {
  idle: {
    'advert-journaled': 'advertised',
    'decline-journaled': 'declined',
    'result-verified': 'done',
    'attempt-aborted': 'aborted',
  },
  advertised: {
    'peers-accepted': 'peered',
    'decline-journaled': 'declined',
    'result-verified': 'done',
    'attempt-aborted': 'aborted',
  },
  peered: {
    'update-journaled': 'sent',
    'decline-journaled': 'declined',
    'result-verified': 'done',
    'attempt-aborted': 'aborted',
  },
  sent: { 'result-verified': 'done', 'attempt-aborted': 'aborted' },
  declined: { 'result-verified': 'done', 'attempt-aborted': 'aborted' },
  done: {},
  aborted: {},
};

/** Applies one event. Never throws: what does not fit the phase is refused and changes nothing. */
export function siteStep(phase: SitePhase, event: SiteEvent): SiteStep {
  const to = NEXT[phase][event.kind];
  return to === undefined ? { kind: 'refused', phase, event: event.kind } : { kind: 'moved', to };
}

/** The attempt is over for this site: its secrets are erased. */
export function isOver(phase: SitePhase): phase is 'done' | 'aborted' {
  return phase === 'done' || phase === 'aborted';
}
