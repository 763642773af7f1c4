/** Invites and enrolment: how a hospital's own key becomes known. docs/protocol/v1.md section 2. */
import { Inject, Injectable } from '@nestjs/common';
import {
  checkSigningPublicKey,
  keyIdOf,
  randomBytes,
  sha256,
  verifyBody,
} from '@consilium/shared/crypto';
import { canonicalJson, fromBase64, toBase64 } from '@consilium/shared/encoding';
import { signedHash, type EnrolmentReply, type EnrolmentRequest } from '@consilium/shared/protocol';
import {
  ConsiliumError,
  isConsiliumError,
  type KeyId,
  type SiteId,
} from '@consilium/shared/vocabulary';
import { AuditService } from '../audit/audit.service.js';
import { Sequencer } from '../audit/sequencer.js';
import { CONFIG } from '../config/config.module.js';
import type { CoordinatorConfig } from '../config/config-schema.js';
import { CoordinatorKeys } from '../config/coordinator-keys.js';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import { Clock } from '../platform/clock.js';
import { SitesRepository, type Site } from './sites.repository.js';

const INVITE_LIFE_MS = 72 * 3_600_000;
const FIRST_LEAF = 0;

/** What must happen in the transaction that brings a site in. */
export type EnrolmentListener = (tx: Transaction, site: Site) => Promise<void>;

export interface NewInvite {
  /** 32 random bytes in base64: shown once, never stored. */
  readonly invite: string;
  readonly siteId: SiteId;
  readonly expiresAtMs: number;
}

/** The log's part of an enrolment. */
@Injectable()
export class EnrolmentLog {
  constructor(
    private readonly audit: AuditService,
    private readonly sequencer: Sequencer,
  ) {}

  append(
    tx: Transaction,
    site: Site,
    enrolmentHash: ReturnType<typeof signedHash>,
  ): Promise<number> {
    const { siteId, keyId } = site;
    const identityKey = toBase64(site.identityKey);
    return this.audit.append(tx, {
      type: 'site.enrolled',
      siteId,
      keyId,
      identityKey,
      enrolmentHash,
    });
  }

  async checkpointCovering(leafIndex: number): Promise<string> {
    return (await this.sequencer.covering(leafIndex)).note;
  }
}

@Injectable()
export class SitesService {
  private readonly listeners: EnrolmentListener[] = [];

  constructor(
    @Inject(CONFIG) private readonly config: CoordinatorConfig,
    private readonly keys: CoordinatorKeys,
    private readonly database: Database,
    private readonly sites: SitesRepository,
    private readonly log: EnrolmentLog,
    private readonly clock: Clock,
  ) {}

  onEnrolled(listener: EnrolmentListener): void {
    this.listeners.push(listener);
  }

  /** @throws ConsiliumError 'conflict' when the site has enrolled already. */
  async createInvite(siteId: SiteId): Promise<NewInvite> {
    const secret = randomBytes(32);
    const expiresAtMs = this.clock.nowMs() + INVITE_LIFE_MS;
    await this.database.transaction(async (tx) => {
      await this.requireNew(tx, siteId);
      const inviteHash = toBase64(sha256(secret));
      await this.sites.insertInvite(tx, { inviteHash, siteId, expiresAtMs });
    });
    return { invite: toBase64(secret), siteId, expiresAtMs };
  }

  /**
   * Uses an invite up and takes the site in. The same signed enrolment again gets the same answer, as the first one may be lost.
   * @throws ConsiliumError 'bad-invite', the same for every reason: whoever guesses learns nothing.
   */
  async enrol(request: EnrolmentRequest): Promise<EnrolmentReply> {
    const identityKey = provenKey(request);
    const leafIndex = await this.database.transaction((tx) =>
      this.takeIn(tx, request, identityKey),
    );
    return {
      siteId: request.enrolment.body.siteId,
      coordinatorKey: toBase64(this.keys.identity.publicKey),
      logKey: toBase64(this.keys.log.publicKey),
      origin: this.config.logOrigin,
      checkpoint: await this.log.checkpointCovering(leafIndex),
    };
  }

  /** @throws ConsiliumError 'not-found' */
  async get(siteId: SiteId): Promise<Site> {
    const site = await this.database.read((reader) => this.sites.find(reader, siteId));
    if (site === undefined) {
      throw new ConsiliumError('not-found', `no site is called ${siteId}`);
    }
    return site;
  }

  async findByKeyId(keyId: KeyId): Promise<Site | undefined> {
    return this.database.read((reader) => this.sites.findByKeyId(reader, keyId));
  }

  async list(): Promise<Site[]> {
    return this.database.read((reader) => this.sites.list(reader));
  }

  private async takeIn(
    tx: Transaction,
    { enrolment }: EnrolmentRequest,
    identityKey: Uint8Array,
  ): Promise<number> {
    const { siteId, inviteHash } = enrolment.body;
    if ((await this.sites.findEnrolment(tx, siteId)) === canonicalJson(enrolment)) {
      // Any checkpoint will do: from it on the site holds the log to its word.
      return FIRST_LEAF;
    }
    const invite = await this.sites.takeInvite(tx, inviteHash, this.clock.nowMs());
    if (invite?.siteId !== siteId) {
      throw badInvite();
    }
    const site = {
      siteId,
      keyId: keyIdOf(identityKey),
      identityKey,
      enrolledAtMs: this.clock.nowMs(),
    };
    await this.requireNew(tx, siteId);
    await this.sites.insert(tx, site, enrolment);
    for (const listener of this.listeners) {
      await listener(tx, site);
    }
    return this.log.append(tx, site, signedHash(enrolment));
  }

  private async requireNew(tx: Transaction, siteId: SiteId): Promise<void> {
    if ((await this.sites.find(tx, siteId)) !== undefined) {
      throw new ConsiliumError('conflict', `the site ${siteId} has enrolled already`);
    }
  }
}

/** @returns the sender's key: the request proves that he holds it, and that it was meant for this invite. */
function provenKey({ invite, enrolment }: EnrolmentRequest): Uint8Array {
  try {
    const identityKey = fromBase64(enrolment.body.identityKey);
    checkSigningPublicKey(identityKey);
    const { inviteHash } = verifyBody('enrolment', enrolment, identityKey);
    if (inviteHash === toBase64(sha256(fromBase64(invite)))) {
      return identityKey;
    }
  } catch (error) {
    throw isConsiliumError(error) ? badInvite() : error;
  }
  throw badInvite();
}

function badInvite(): ConsiliumError {
  return new ConsiliumError(
    'bad-invite',
    'the invite is wrong, used or expired: ask the study coordinator for a new one',
  );
}
