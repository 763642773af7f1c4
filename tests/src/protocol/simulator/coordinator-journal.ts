/** What the simulated coordinator keeps of one attempt. A restart begins from its entries alone. */
import type { Signed } from '@consilium/shared/crypto';
import { fromBase64 } from '@consilium/shared/encoding';
import type {
  Advert,
  Endorsement,
  Manifest,
  ShareEntry,
  Shares,
  Unmasking,
} from '@consilium/shared/protocol';
import type { Phase, RoundEvent, Tally } from '@consilium/shared/rounds';
import type { Dealer } from '@consilium/shared/secagg';
import type { SiteId } from '@consilium/shared/vocabulary';
import type { ToCoordinator, WholeUpdate } from './messages.js';

export interface SurvivorsNamed {
  readonly sites: readonly SiteId[];
  readonly leafIndex: number;
  /** In base64. */
  readonly leafHash: string;
}

export type CoordinatorEntry =
  | { readonly kind: 'taken'; readonly from: SiteId; readonly message: ToCoordinator }
  | {
      readonly kind: 'moved';
      readonly event: RoundEvent['kind'];
      readonly to: Phase;
      readonly survivors?: SurvivorsNamed;
      readonly endLeafIndex?: number;
    };

export interface KeptDealing {
  readonly shares: Signed<Shares>;
  readonly entries: readonly ShareEntry[];
}

export class AttemptRecord {
  phase: Phase = 'advertising';
  readonly adverts = new Map<SiteId, Signed<Advert>>();
  readonly dealings = new Map<SiteId, KeptDealing>();
  readonly updates = new Map<SiteId, WholeUpdate>();
  readonly endorsements = new Map<SiteId, Signed<Endorsement>>();
  readonly answers = new Map<SiteId, Signed<Unmasking>>();
  readonly declined = new Set<SiteId>();
  /** U1 */
  peers: readonly SiteId[] = [];
  /** U2 */
  sharers: readonly SiteId[] = [];
  /** U3 */
  survivors: SurvivorsNamed | undefined;
  endLeafIndex: number | undefined;

  constructor(
    readonly manifest: Signed<Manifest>,
    readonly manifestLeafIndex: number,
    entries: readonly CoordinatorEntry[] = [],
  ) {
    entries.forEach((entry) => this.follow(entry));
  }

  follow(entry: CoordinatorEntry): void {
    if (entry.kind === 'taken') {
      this.keep(entry.from, entry.message);
      return;
    }
    if (entry.event === 'adverts-closed') {
      this.peers = this.standing(this.adverts, this.manifest.body.cohort);
    } else if (entry.event === 'shares-closed') {
      this.sharers = this.standing(this.dealings, this.peers);
    }
    this.survivors = entry.survivors ?? this.survivors;
    this.endLeafIndex = entry.endLeafIndex ?? this.endLeafIndex;
    this.phase = entry.to;
  }

  /** Those whose update is whole. */
  senders(): readonly SiteId[] {
    return this.standing(this.updates, this.sharers);
  }

  tally(): Tally {
    const awaited = this.awaited();
    return {
      cohort: this.manifest.body.cohort.length,
      advertised:
        this.phase === 'advertising'
          ? this.standing(this.adverts, awaited).length
          : this.peers.length,
      declined: awaited.filter((siteId) => this.declined.has(siteId)).length,
      shared:
        this.phase === 'sharing'
          ? this.standing(this.dealings, awaited).length
          : this.sharers.length,
      updated: this.senders().length,
      endorsed: this.endorsements.size,
      answered: this.answers.size,
    };
  }

  /** What is known of each site of U2. */
  dealers(): readonly Dealer[] {
    return this.sharers.flatMap((siteId): Dealer[] => {
      const secure = this.adverts.get(siteId)?.body.secure;
      const dealing = this.dealings.get(siteId);
      if (secure === undefined || dealing === undefined) {
        return [];
      }
      const { entries } = dealing;
      const maskKey = fromBase64(secure.maskKey);
      return [{ siteId, maskKey, selfSeedHash: fromBase64(secure.selfSeedHash), entries }];
    });
  }

  private awaited(): readonly SiteId[] {
    switch (this.phase) {
      case 'advertising':
        return this.manifest.body.cohort;
      case 'sharing':
        return this.peers;
      default:
        return this.sharers;
    }
  }

  private standing(some: ReadonlyMap<SiteId, unknown>, of: readonly SiteId[]): readonly SiteId[] {
    return of.filter((siteId) => some.has(siteId) && !this.declined.has(siteId)).sort();
  }

  private keep(from: SiteId, message: ToCoordinator): void {
    switch (message.kind) {
      case 'round.advert':
        this.adverts.set(from, message.advert);
        return;
      case 'round.decline':
        this.declined.add(from);
        return;
      case 'round.shares':
        this.dealings.set(from, message);
        return;
      case 'update':
        this.updates.set(from, message);
        return;
      case 'round.endorse':
        this.endorsements.set(from, message.endorsement);
        return;
      case 'round.unmask':
        this.answers.set(from, message.unmasking);
        return;
    }
  }
}

export function valuesOf<T>(some: ReadonlyMap<SiteId, T>, sites: readonly SiteId[]): readonly T[] {
  return sites.flatMap((siteId) => {
    const value = some.get(siteId);
    return value === undefined ? [] : [value];
  });
}
