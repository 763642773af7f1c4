/** What a lying coordinator works with: the ways to its sites, and what it remembers of earlier attempts. */
import type { SiteId } from '@consilium/shared/vocabulary';
import type { AuditLog } from './audit-log.js';
import type { NamedLeaf } from './branch.js';
import type { ToSite } from './messages.js';
import type { SimulatedSite } from './simulated-site.js';

/** How the coordinator reaches the honest sites. */
export interface Reach {
  /** Says it until the site has taken it, or has not for a while. */
  readonly tell: (told: readonly Telling[]) => Promise<void>;
  /** Lets sites that may train do so. */
  readonly train: (sites: readonly SiteId[]) => Promise<void>;
  /** Corrupt sites as they are when an attempt begins. */
  readonly puppets: readonly SimulatedSite[];
  /** What a corrupt site holds. */
  readonly onHeld: (puppet: SimulatedSite) => void;
}

export interface Telling {
  readonly siteId: SiteId;
  readonly message: ToSite;
  readonly log: AuditLog | NamedLeaf['log'];
}

/** A list of an earlier attempt, and who endorsed it. */
export interface EarlierList {
  readonly index: number;
  readonly sites: readonly SiteId[];
  readonly endorsers: ReadonlySet<SiteId>;
}
