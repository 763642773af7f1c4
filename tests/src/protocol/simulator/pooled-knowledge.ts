/**
 * What a coordinator and its corrupt sites know together: every document that left an honest site, and all that was dealt to the
 * corrupt ones. From the shares among it they open what secrets they can, as an attacker would.
 */
import { combineShares } from '@consilium/shared/crypto';
import { fromBase64 } from '@consilium/shared/encoding';
import type { SecretKind } from '@consilium/shared/protocol';
import { isSecretOf, selfSeedHash, type SharePair } from '@consilium/shared/secagg';
import type { AttemptId, SiteId } from '@consilium/shared/vocabulary';
import { secretsOf } from './cast.js';
import type { ToCoordinator } from './messages.js';

export class PooledKnowledge {
  /** Masked vectors by attempt and site. */
  private readonly vectors = new Map<string, Uint32Array>();
  /** Shares by attempt, dealer and kind, then by holder. */
  private readonly shares = new Map<string, Map<SiteId, Uint8Array>>();

  constructor(readonly corrupt: ReadonlySet<SiteId>) {}

  heard(siteId: SiteId, attemptId: AttemptId, message: ToCoordinator): void {
    if (message.kind === 'update') {
      this.vectors.set(`${attemptId} ${siteId}`, message.vector);
    } else if (message.kind === 'round.unmask') {
      for (const { dealer, kind, share } of message.unmasking.body.shares) {
        this.learn(attemptId, { dealer, kind, holder: siteId }, fromBase64(share));
      }
    }
  }

  /** A corrupt site shows all that it holds. */
  shown(holder: SiteId, attemptId: AttemptId, held: ReadonlyMap<SiteId, SharePair>): void {
    for (const [dealer, { selfSeed, maskKey }] of held) {
      this.learn(attemptId, { dealer, kind: 'self-seed', holder }, selfSeed);
      this.learn(attemptId, { dealer, kind: 'mask-key', holder }, maskKey);
    }
  }

  vectorOf(attemptId: AttemptId, siteId: SiteId): Uint32Array | undefined {
    return this.vectors.get(`${attemptId} ${siteId}`);
  }

  /** The secret of a site, if it is known or can be opened from the shares. */
  async secretOf(
    attemptId: AttemptId,
    siteId: SiteId,
    kind: SecretKind,
  ): Promise<Uint8Array | undefined> {
    const { mask, selfSeed } = secretsOf(attemptId, siteId);
    if (this.corrupt.has(siteId)) {
      return kind === 'self-seed' ? selfSeed : mask.secretKey;
    }
    const known = [...(this.shares.get(`${attemptId} ${siteId} ${kind}`)?.values() ?? [])];
    const secret = known.length < 2 ? undefined : await combineShares(known);
    // What the site's advert says of its secrets; too few shares give another one.
    const advert = { maskKey: mask.publicKey, selfSeedHash: selfSeedHash(selfSeed) };
    return secret !== undefined && isSecretOf(advert, kind, secret) ? secret : undefined;
  }

  private learn(
    attemptId: AttemptId,
    { dealer, kind, holder }: { dealer: SiteId; kind: SecretKind; holder: SiteId },
    share: Uint8Array,
  ): void {
    const name = `${attemptId} ${dealer} ${kind}`;
    const known = this.shares.get(name) ?? new Map<SiteId, Uint8Array>();
    this.shares.set(name, known.set(holder, share));
  }
}
