/** What a simulated site keeps on its disk. Everything else about it follows from this, so a crash loses nothing that was sent. */
import type { Signed } from '@consilium/shared/crypto';
import type {
  Advert,
  Decline,
  Endorsement,
  Manifest,
  ShareEntry,
  Shares,
  Unmasking,
  UpdateHeader,
} from '@consilium/shared/protocol';
import { siteStep, type SiteEvent, type SitePhase } from '@consilium/shared/rounds';
import type { OpenedRelay, SharePair, SummedTrainings } from '@consilium/shared/secagg';
import type { AttemptId, SiteId } from '@consilium/shared/vocabulary';
import type { OneTimeSecrets } from './cast.js';

/** What an attempt has come to at a site; the facts are there once their step was taken. */
export interface AttemptFacts {
  readonly manifest: Signed<Manifest>;
  readonly manifestLeafIndex: number;
  readonly secrets: OneTimeSecrets;
  readonly advert: Signed<Advert>;
  readonly adverts: readonly Signed<Advert>[];
  readonly dealing: {
    readonly shares: Signed<Shares>;
    readonly entries: readonly ShareEntry[];
    readonly own: SharePair;
  };
  readonly relay: OpenedRelay;
  readonly header: Signed<UpdateHeader>;
  readonly endorsed: {
    readonly endorsement: Signed<Endorsement>;
    readonly survivors: readonly SiteId[];
    readonly trainings: SummedTrainings;
  };
  readonly unmasking: Signed<Unmasking>;
  readonly decline: Signed<Decline>;
  /** Of an attempt that this site did not endorse: the log names it among survivors all the same. */
  readonly isNamed: boolean;
}

export interface JournalEntry {
  readonly attemptId: AttemptId;
  readonly event: SiteEvent;
  readonly facts: Partial<AttemptFacts>;
}

export interface SiteAttempt {
  readonly attemptId: AttemptId;
  readonly phase: SitePhase;
  readonly facts: Partial<AttemptFacts>;
}

/** The attempt after one more entry. @throws Error when it does not follow by the table of sites */
export function attemptAfter(
  attempt: SiteAttempt,
  { event, facts }: JournalEntry,
  endorsesOnce: boolean,
): SiteAttempt {
  const isSecondEndorsement = event.kind === 'endorsement-journaled' && !endorsesOnce;
  const from = isSecondEndorsement && attempt.facts.endorsed ? 'peered' : attempt.phase;
  const next = siteStep(from, event, 'secure');
  if (next.kind === 'refused') {
    throw new Error(`${event.kind} does not follow ${attempt.phase}`);
  }
  return { ...attempt, phase: next.to, facts: { ...attempt.facts, ...facts } };
}

/** Those facts of an attempt. @throws Error when one of them is not there yet */
export function known<K extends keyof AttemptFacts>(
  { attemptId, facts }: SiteAttempt,
  ...names: readonly K[]
): Pick<AttemptFacts, K> {
  const missing = names.find((name) => facts[name] === undefined);
  if (missing !== undefined) {
    throw new Error(`attempt ${attemptId} has no ${missing} yet`);
  }
  return facts as Pick<AttemptFacts, K>;
}
