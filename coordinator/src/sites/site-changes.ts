/** What others do in the transaction that changes a site: studies change their rosters, rounds go on without it, its socket ends. */
import { Injectable } from '@nestjs/common';
import type { DoublySignedKeyRotation } from '@consilium/shared/protocol';
import type { ContentHash, KeyId, SiteId } from '@consilium/shared/vocabulary';
import type { Transaction } from '../database/transaction.js';
import type { Site } from './sites.repository.js';

export interface KeyChange {
  /** With its new key. */
  readonly site: Site;
  readonly oldKeyId: KeyId;
  readonly rotation: DoublySignedKeyRotation;
  readonly rotationHash: ContentHash;
  /** Of `site.key-rotated`. */
  readonly leafIndex: number;
}

export interface SiteListener {
  approved?(tx: Transaction, site: Site): Promise<void>;
  rotated?(tx: Transaction, change: KeyChange): Promise<void>;
  /** The key counts no longer. */
  revoked?(tx: Transaction, site: Site): Promise<void>;
  /** After the commit: whatever the site's key has opened is to be closed. */
  ended?(siteId: SiteId, reason: 'revoked' | 'key-rotated'): void;
}

@Injectable()
export class SiteChanges {
  private readonly listeners: SiteListener[] = [];

  /** Call it in `onModuleInit`; earlier listeners are called first. */
  listen(listener: SiteListener): void {
    this.listeners.push(listener);
  }

  async approved(tx: Transaction, site: Site): Promise<void> {
    for (const listener of this.listeners) {
      await listener.approved?.(tx, site);
    }
  }

  async rotated(tx: Transaction, change: KeyChange): Promise<void> {
    for (const listener of this.listeners) {
      await listener.rotated?.(tx, change);
    }
    this.endAfterCommit(tx, change.site.siteId, 'key-rotated');
  }

  async revoked(tx: Transaction, site: Site): Promise<void> {
    for (const listener of this.listeners) {
      await listener.revoked?.(tx, site);
    }
    this.endAfterCommit(tx, site.siteId, 'revoked');
  }

  private endAfterCommit(tx: Transaction, siteId: SiteId, reason: 'revoked' | 'key-rotated'): void {
    tx.afterCommit(() => {
      this.listeners.forEach((listener) => listener.ended?.(siteId, reason));
    });
  }
}
