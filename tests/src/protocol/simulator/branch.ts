/** One of the stories that a lying coordinator tells in an attempt: who hears it, and the sets U1, U2 and U3 in it. */
import type { Signed } from '@consilium/shared/crypto';
import type { Endorsement } from '@consilium/shared/protocol';
import type { SiteId } from '@consilium/shared/vocabulary';
import type { LogView } from './audit-log.js';
import type { KeptDealing } from './coordinator-journal.js';
import type { ToCoordinator, WholeUpdate } from './messages.js';
import type { SimulatedSite } from './simulated-site.js';

export interface Branch {
  /** Honest sites. */
  readonly listeners: readonly SiteId[];
  /** Whom it is told for: the sum of these is wanted. */
  readonly wanted: readonly SiteId[];
  /** Corrupt sites, as they are in this story. */
  readonly puppets: readonly SimulatedSite[];
  readonly peers: readonly SiteId[];
  readonly sharers: readonly SiteId[];
  readonly leaf?: NamedLeaf;
}

/** A leaf of survivors as the sites are shown it. */
export interface NamedLeaf {
  readonly index: number;
  readonly hash: string;
  readonly sites: readonly SiteId[];
  readonly log: LogView;
  /** Who is asked to endorse it. */
  readonly asked: readonly SiteId[];
}

/** What came of the sites in an attempt, by what it names: the same site may say different things in different stories. */
export class Dossier {
  private readonly adverts = new Map<SiteId, Extract<ToCoordinator, { kind: 'round.advert' }>>();
  private readonly dealings = new Map<string, KeptDealing>();
  private readonly updates = new Map<string, WholeUpdate>();
  private readonly endorsed = new Map<string, Map<SiteId, Signed<Endorsement>>>();

  keep(siteId: SiteId, message: ToCoordinator): void {
    switch (message.kind) {
      case 'round.advert':
        this.adverts.set(siteId, message);
        return;
      case 'round.shares':
        this.dealings.set(`${siteId} ${message.shares.body.peersHash}`, message);
        return;
      case 'update': {
        const { payload } = message.header.body;
        const set = payload.kind === 'masked' ? payload.sharersHash : '';
        this.updates.set(`${siteId} ${set}`, message);
        return;
      }
      case 'round.endorse': {
        const { leafHash } = message.endorsement.body;
        const known = this.endorsed.get(leafHash) ?? new Map<SiteId, Signed<Endorsement>>();
        this.endorsed.set(leafHash, known.set(siteId, message.endorsement));
        return;
      }
      case 'round.decline':
      case 'round.unmask':
        return;
    }
  }

  advertsOf(sites: readonly SiteId[]) {
    return sites.flatMap((siteId) => this.adverts.get(siteId)?.advert ?? []);
  }

  dealingsOf(sites: readonly SiteId[], peersHash: string): readonly KeptDealing[] {
    return sites.flatMap((siteId) => this.dealings.get(`${siteId} ${peersHash}`) ?? []);
  }

  updatesOf(sites: readonly SiteId[], sharersHash: string): readonly WholeUpdate[] {
    return sites.flatMap((siteId) => this.updates.get(`${siteId} ${sharersHash}`) ?? []);
  }

  endorsements(leafHash: string): readonly Signed<Endorsement>[] {
    return [...(this.endorsed.get(leafHash)?.values() ?? [])];
  }
}
