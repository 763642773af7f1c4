/** Invites and what comes of them: how a hospital's own key becomes known. docs/protocol/v1.md section 2. */
import { Inject, Injectable } from '@nestjs/common';
import {
  checkSigningPublicKey,
  keyIdOf,
  randomBytes,
  sha256,
  verifyBody,
} from '@consilium/shared/crypto';
import { canonicalJson, fromBase64, toBase64 } from '@consilium/shared/encoding';
import type {
  DoublySignedKeyRotation,
  EnrolmentReply,
  EnrolmentRequest,
} from '@consilium/shared/protocol';
import {
  ConsiliumError,
  isConsiliumError,
  type KeyId,
  type OperatorId,
  type SiteId,
} from '@consilium/shared/vocabulary';
import { Sequencer } from '../audit/sequencer.js';
import { CONFIG } from '../config/config.module.js';
import type { CoordinatorConfig } from '../config/config-schema.js';
import { CoordinatorKeys } from '../config/coordinator-keys.js';
import { Database } from '../database/database.js';
import type { Reader, Transaction } from '../database/transaction.js';
import { Clock } from '../platform/clock.js';
import type { SiteStatus } from './site.entity.js';
import { rotationOf, SitesRepository, type Invite, type Site } from './sites.repository.js';

const INVITE_LIFE_MS = 72 * 3_600_000;
const FIRST_LEAF = 0;

export interface NewInvite {
  /** 32 random bytes in base64: shown once, never stored. */
  readonly invite: string;
  readonly siteId: SiteId;
  readonly expiresAtMs: number;
}

@Injectable()
export class SitesService {
  constructor(
    @Inject(CONFIG) private readonly config: CoordinatorConfig,
    private readonly keys: CoordinatorKeys,
    private readonly database: Database,
    private readonly sites: SitesRepository,
    private readonly sequencer: Sequencer,
    private readonly clock: Clock,
  ) {}

  /**
   * From then on no older invite of the site counts.
   * @param invitedBy who answers for the invite; somebody else must approve what comes of it.
   * @throws ConsiliumError 'conflict' when the name is taken.
   */
  async createInvite(siteId: SiteId, invitedBy: OperatorId): Promise<NewInvite> {
    const secret = randomBytes(32);
    const expiresAtMs = this.clock.nowMs() + INVITE_LIFE_MS;
    await this.database.transaction(async (tx) => {
      await this.requireNew(tx, siteId);
      const inviteHash = toBase64(sha256(secret));
      // Who asks for another one may have lost the first to somebody else.
      await this.sites.dropUnusedInvites(tx, siteId);
      await this.sites.insertInvite(tx, { inviteHash, siteId, invitedBy, expiresAtMs });
    });
    return { invite: toBase64(secret), siteId, expiresAtMs };
  }

  /**
   * Uses an invite up; the site is pending until a second person approves it. The same signed enrolment again gets the same
   * answer, as the first one may be lost.
   * @throws ConsiliumError 'bad-invite', the same for every reason: whoever guesses learns nothing.
   */
  async enrol(request: EnrolmentRequest): Promise<EnrolmentReply> {
    const identityKey = provenKey(request);
    const status = await this.database.transaction((tx) => this.claim(tx, request, identityKey));
    return {
      siteId: request.enrolment.body.siteId,
      coordinatorKey: toBase64(this.keys.identity.publicKey),
      logKey: toBase64(this.keys.log.publicKey),
      origin: this.config.logOrigin,
      // Any checkpoint will do: from it on the site holds the log to its word.
      checkpoint: (await this.sequencer.covering(FIRST_LEAF)).note,
      status,
    };
  }

  /** A site in whatever state. @throws ConsiliumError 'not-found' */
  async get(siteId: SiteId): Promise<Site> {
    const site = await this.database.read((reader) => this.sites.find(reader, siteId));
    if (site === undefined) {
      throw new ConsiliumError('not-found', `no site is called ${siteId}`);
    }
    return site;
  }

  /** A site that may speak. @throws ConsiliumError 'not-permitted' */
  async requireActive(reader: Reader, siteId: SiteId): Promise<Site> {
    const site = await this.sites.find(reader, siteId);
    if (site?.status !== 'active') {
      throw new ConsiliumError('not-permitted', `the site ${siteId} is not let in`);
    }
    return site;
  }

  /** The site that may speak with this key. */
  async findActive(keyId: KeyId): Promise<Site | undefined> {
    const site = await this.database.read((reader) => this.sites.findByKeyId(reader, keyId));
    return site?.status === 'active' ? site : undefined;
  }

  /** Those that may speak. */
  async listActive(): Promise<Site[]> {
    return (await this.list()).filter(({ status }) => status === 'active');
  }

  /** In whatever state. */
  async list(): Promise<Site[]> {
    return this.database.read((reader) => this.sites.list(reader));
  }

  /** Invites of sites that have claimed none yet, the newest of each, in the order of their names. */
  async unclaimedInvites(): Promise<Omit<Invite, 'inviteHash'>[]> {
    return this.database.read(async (reader) => {
      const sites = await this.sites.list(reader);
      const taken = new Set(
        sites.filter(({ status }) => status !== 'rejected').map(({ siteId }) => siteId),
      );
      const unused = await this.sites.unusedInvites(reader);
      const newest = new Map(
        unused.map(({ siteId, invitedBy, expiresAtMs }) => [
          siteId,
          { siteId, invitedBy, expiresAtMs },
        ]),
      );
      return [...newest.values()].filter(({ siteId }) => !taken.has(siteId));
    });
  }

  /** The changes of key of a site, oldest first. */
  async rotations(siteId: SiteId): Promise<DoublySignedKeyRotation[]> {
    const retired = await this.database.read((reader) => this.sites.rotations(reader, siteId));
    return retired.map(rotationOf);
  }

  private async claim(
    tx: Transaction,
    { enrolment }: EnrolmentRequest,
    identityKey: Uint8Array,
  ): Promise<EnrolmentReply['status']> {
    const { siteId, inviteHash } = enrolment.body;
    if ((await this.sites.findEnrolment(tx, siteId)) === canonicalJson(enrolment)) {
      const known = await this.sites.find(tx, siteId);
      return known?.status === 'active' ? 'active' : 'pending';
    }
    const invite = await this.sites.takeInvite(tx, inviteHash, this.clock.nowMs());
    if (invite?.siteId !== siteId) {
      throw badInvite();
    }
    await this.requireNew(tx, siteId);
    const keyId = keyIdOf(identityKey);
    if ((await this.sites.findRetired(tx, keyId)) !== undefined) {
      throw new ConsiliumError('conflict', 'this key was given up before: make a new one');
    }
    const { invitedBy } = invite;
    const enrolledAtMs = this.clock.nowMs();
    const site = { siteId, keyId, identityKey, enrolledAtMs, invitedBy };
    await this.sites.insert(tx, site, enrolment);
    return 'pending';
  }

  private async requireNew(tx: Transaction, siteId: SiteId): Promise<void> {
    const status = (await this.sites.find(tx, siteId))?.status ?? 'rejected';
    if (status !== 'rejected') {
      throw new ConsiliumError('conflict', `the site ${siteId} ${TAKEN[status]}`);
    }
  }
}

const TAKEN: Readonly<Record<Exclude<SiteStatus, 'rejected'>, string>> = {
  pending: 'waits for approval: approve or reject it first',
  active: 'has enrolled already',
  revoked: 'was revoked: invite the hospital under another name',
};

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
