/** Opening the secrets of an attempt from the sites' answers: docs/protocol/v1.md section 4.1, step 6. */
import { boxKeyPairFrom, combineShares } from '../crypto/index.js';
import { equalBytes, fromBase64, toBase64 } from '../encoding/index.js';
import type { SecretKind, ShareEntry, Unmasking } from '../protocol/index.js';
import type { AttemptId, SiteId } from '../vocabulary/index.js';
import { committedIn, shareCommitment, type SharePlace } from './commitments.js';
import type { Sharer } from './mask-update.js';
import { SECRET_BYTES, selfSeedHash } from './seeds.js';
import { secretKindOf, type OpenedSecret } from './unmask.js';

/** A site of U2, with what it signed of its secrets. */
export interface Dealer extends Sharer {
  /** 32 bytes. */
  readonly selfSeedHash: Uint8Array;
  readonly entries: readonly ShareEntry[];
}

export interface SecretsToOpen {
  readonly attemptId: AttemptId;
  /** U2. */
  readonly sharers: readonly Dealer[];
  /** U3. */
  readonly survivors: readonly SiteId[];
  /** t. */
  readonly threshold: number;
  /** One a site of U2, whose signature was checked. */
  readonly answers: readonly Pick<Unmasking, 'siteId' | 'shares'>[];
}

/** A holder whose answer holds another share than it was dealt, or a dealer whose shares give another secret than it signed. */
export type ShareFault =
  | { readonly kind: 'share-mismatch'; readonly holder: SiteId; readonly dealer: SiteId }
  | { readonly kind: 'secret-mismatch'; readonly dealer: SiteId };

export type Opening =
  | {
      readonly kind: 'opened';
      readonly secrets: readonly OpenedSecret[];
      readonly faults: readonly ShareFault[];
    }
  /** `missing`: how many more good answers it takes. */
  | { readonly kind: 'waiting'; readonly missing: number; readonly faults: readonly ShareFault[] }
  /** A dealer's secret cannot be opened, so neither can the sum: the attempt is at its end. */
  | { readonly kind: 'spoilt'; readonly faults: readonly ShareFault[] };

/** Opens b of each survivor and s of each other sharer from t answers without fault. Sorted by site. */
export async function openSecrets(input: SecretsToOpen): Promise<Opening> {
  const { sharers, threshold, answers } = input;
  const alive = new Set(input.survivors);
  const once = new Map(answers.map((answer) => [answer.siteId, answer]));
  const checked = [...once.values()].map((answer) => checkAnswer(answer, input, alive));
  const good = checked.filter((answer) => answer.kind === 'good');
  const faults: ShareFault[] = checked.flatMap((answer) =>
    answer.kind === 'faulty' ? answer.faults : [],
  );
  if (good.length < threshold) {
    return { kind: 'waiting', missing: threshold - good.length, faults };
  }
  const secrets: OpenedSecret[] = [];
  for (const dealer of [...sharers].sort((a, b) => (a.siteId < b.siteId ? -1 : 1))) {
    const kind = secretKindOf(dealer.siteId, alive);
    const shares = good
      .slice(0, threshold)
      .map(({ shareOf }) => shareOf.get(dealer.siteId) as Uint8Array);
    const secret = await combineShares(shares);
    if (secret === undefined || !isSecretOf(dealer, kind, secret)) {
      faults.push({ kind: 'secret-mismatch', dealer: dealer.siteId });
    } else {
      secrets.push({ siteId: dealer.siteId, kind, secret });
    }
  }
  const isOpen = secrets.length === sharers.length;
  return isOpen ? { kind: 'opened', secrets, faults } : { kind: 'spoilt', faults };
}

type CheckedAnswer =
  | { readonly kind: 'good'; readonly shareOf: ReadonlyMap<SiteId, Uint8Array> }
  | { readonly kind: 'faulty'; readonly faults: readonly ShareFault[] };

/** An answer must hold exactly one share of each sharer, of the kind that the survivors ask for, as it was committed to. */
function checkAnswer(
  { siteId: holder, shares }: SecretsToOpen['answers'][number],
  { attemptId, sharers }: SecretsToOpen,
  alive: ReadonlySet<SiteId>,
): CheckedAnswer {
  const shareOf = new Map<SiteId, Uint8Array>();
  const dealers = new Set(sharers.map(({ siteId }) => siteId));
  const wrong = new Set(shares.map(({ dealer }) => dealer).filter((name) => !dealers.has(name)));
  for (const { siteId: dealer, entries } of sharers) {
    const kind = secretKindOf(dealer, alive);
    const entry = entries.find((one) => one.holder === holder);
    const [one, another] = shares.filter((share) => share.dealer === dealer);
    const isAsked = one?.kind === kind && another === undefined && entry !== undefined;
    const share = isAsked ? fromBase64(one.share) : undefined;
    const place = { attemptId, dealer, holder, kind } as const;
    if (share !== undefined && isCommitted(place, share, entry)) {
      shareOf.set(dealer, share);
    } else {
      wrong.add(dealer);
    }
  }
  return wrong.size === 0
    ? { kind: 'good', shareOf }
    : {
        kind: 'faulty',
        faults: [...wrong].map((dealer) => ({ kind: 'share-mismatch', holder, dealer })),
      };
}

function isCommitted(place: SharePlace, share: Uint8Array, entry: ShareEntry | undefined): boolean {
  const commitment = toBase64(shareCommitment(place, share));
  return entry !== undefined && commitment === committedIn(entry, place.kind);
}

/** Whether an opened secret is the one that the dealer's advert names. */
export function isSecretOf(
  { maskKey, selfSeedHash: hash }: Pick<Dealer, 'maskKey' | 'selfSeedHash'>,
  kind: SecretKind,
  secret: Uint8Array,
): boolean {
  if (secret.length !== SECRET_BYTES) {
    return false;
  }
  return kind === 'self-seed'
    ? equalBytes(selfSeedHash(secret), hash)
    : equalBytes(boxKeyPairFrom(secret).publicKey, maskKey);
}
