/** Offers of studies to sites, written as messages that the gateway delivers. */
import { Injectable } from '@nestjs/common';
import { signBody, type Signed } from '@consilium/shared/crypto';
import type { OwedMessage, StudyProtocol } from '@consilium/shared/protocol';
import { mayChangeMembers } from '@consilium/shared/rounds';
import type { SiteId } from '@consilium/shared/vocabulary';
import { CoordinatorKeys } from '../config/coordinator-keys.js';
import type { Transaction } from '../database/transaction.js';
import { OutboxRepository } from '../platform/outbox/outbox.repository.js';
import { SitesService } from '../sites/sites.service.js';
import { namesSite } from './study.js';
import { StudiesRepository } from './studies.repository.js';

export interface Offer {
  readonly signed: Signed<StudyProtocol>;
  readonly createdLeafIndex: number;
}

@Injectable()
export class StudyOffers {
  constructor(
    private readonly keys: CoordinatorKeys,
    private readonly sites: SitesService,
    private readonly studies: StudiesRepository,
    private readonly outbox: OutboxRepository,
  ) {}

  sign(protocol: StudyProtocol): Signed<StudyProtocol> {
    return signBody('study', protocol, this.keys.identity);
  }

  /** To every active site that the study names. */
  async toAllSites(tx: Transaction, offer: Offer): Promise<void> {
    for (const { siteId } of await this.sites.listActive()) {
      await this.toSite(tx, siteId, offer);
    }
  }

  /** Every study that is not over and names the site, for one that has just been let in. */
  async toNewSite(tx: Transaction, siteId: SiteId): Promise<void> {
    for (const study of await this.studies.list(tx)) {
      if (mayChangeMembers(study.phase)) {
        await this.toSite(tx, siteId, study);
      }
    }
  }

  private async toSite(tx: Transaction, siteId: SiteId, offer: Offer): Promise<void> {
    const { studyId } = offer.signed.body;
    if (!namesSite(offer.signed.body, siteId)) {
      return;
    }
    const message: OwedMessage = {
      kind: 'study.offer',
      protocol: offer.signed,
      leafIndex: offer.createdLeafIndex,
    };
    await this.outbox.enqueue(tx, { studyId, siteId, kind: message.kind, body: message });
  }
}
