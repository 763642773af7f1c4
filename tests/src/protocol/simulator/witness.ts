/** Sees every document that leaves an honest site, and holds it against what may leave. docs/protocol/v1.md section 4.1. */
import { contentHashOf } from '@consilium/shared/crypto';
import { signedHash } from '@consilium/shared/protocol';
import type { AttemptId, SiteId } from '@consilium/shared/vocabulary';
import type { ToCoordinator } from './messages.js';
import { known } from './site-journal.js';
import type { SimulatedSite } from './simulated-site.js';
import type { Violation } from './verdict.js';

export class Witness {
  readonly violations: Violation[] = [];
  private readonly sent = new Map<string, string>();
  /** Honest endorsers by leaf hash. */
  private readonly endorsers = new Map<string, Set<SiteId>>();

  constructor(private readonly corrupt: ReadonlySet<SiteId>) {}

  saw(site: SimulatedSite, attemptId: AttemptId, message: ToCoordinator): void {
    const { siteId } = site;
    const name = `${siteId} ${attemptId} ${message.kind}`;
    const hash = hashOf(message);
    const before = this.sent.get(name);
    this.sent.set(name, hash);
    if (before !== undefined && before !== hash) {
      this.violate('one document of a kind', `site ${siteId} sent two of ${message.kind}`);
    }
    if (message.kind === 'round.endorse') {
      const { leafHash } = message.endorsement.body;
      const endorsers = this.endorsers.get(leafHash) ?? new Set();
      this.endorsers.set(leafHash, endorsers.add(siteId));
    } else if (message.kind === 'round.unmask' && before !== hash) {
      this.sawAnswer(site, attemptId, message.unmasking.body);
    }
  }

  private sawAnswer(
    site: SimulatedSite,
    attemptId: AttemptId,
    { leafHash, shares }: { leafHash: string; shares: readonly { dealer: SiteId }[] },
  ): void {
    const { siteId } = site;
    if (new Set(shares.map(({ dealer }) => dealer)).size !== shares.length) {
      this.violate('one kind of a dealer', `site ${siteId} opened two shares of one dealer`);
    }
    const { manifest, adverts, endorsed } = known(
      site.attempt(attemptId),
      'manifest',
      'adverts',
      'endorsed',
    );
    const threshold = site.checker.defences.threshold(manifest.body, adverts.length);
    const endorsers = this.endorsers.get(leafHash)?.size ?? 0;
    if (endorsers + this.corrupt.size < threshold) {
      const detail = `a share left site ${siteId} with ${endorsers} honest endorsements`;
      this.violate('no share without a quorum', detail);
    }
    if (endorsed.survivors.length < 3) {
      const detail = `site ${siteId} helped to sum ${endorsed.survivors.length} sites`;
      this.violate('no fewer than three summed', detail);
    }
  }

  private violate(invariant: Violation['invariant'], detail: string): void {
    this.violations.push({ invariant, detail });
  }
}

function hashOf(message: ToCoordinator): string {
  switch (message.kind) {
    case 'round.advert':
      return signedHash(message.advert);
    case 'round.decline':
      return signedHash(message.decline);
    case 'round.shares':
      return contentHashOf({ shares: message.shares, entries: message.entries });
    case 'update':
      return `${signedHash(message.header)} ${message.vector.join()}`;
    case 'round.endorse':
      return signedHash(message.endorsement);
    case 'round.unmask':
      return signedHash(message.unmasking);
  }
}
