/** A site takes a new key, handed over by the old one: the request proves itself, whoever brings it. docs/protocol/v1.md section 2. */
import { Injectable } from '@nestjs/common';
import { checkSigningPublicKey, contentHash, keyIdOf, verifyBody } from '@consilium/shared/crypto';
import { canonicalJson, fromBase64, utf8 } from '@consilium/shared/encoding';
import type { DoublySignedKeyRotation, KeyRotation } from '@consilium/shared/protocol';
import { ConsiliumError, isConsiliumError, type KeyId } from '@consilium/shared/vocabulary';
import { AuditService } from '../audit/audit.service.js';
import { CoordinatorKeys } from '../config/coordinator-keys.js';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import { SiteChanges } from './site-changes.js';
import { SitesRepository, type Site } from './sites.repository.js';

export interface Rotated {
  readonly siteId: string;
  /** Of the new key. */
  readonly keyId: string;
  /** Of `site.key-rotated`. */
  readonly leafIndex: number;
}

@Injectable()
export class KeyRotations {
  constructor(
    private readonly database: Database,
    private readonly sites: SitesRepository,
    private readonly audit: AuditService,
    private readonly changes: SiteChanges,
    private readonly keys: CoordinatorKeys,
  ) {}

  /**
   * The old key counts no longer once this resolves. The same request again gets the same answer, since the first one may be lost.
   * @throws ConsiliumError 'bad-signature', the same for every reason.
   */
  async rotate(rotation: DoublySignedKeyRotation): Promise<Rotated> {
    const body = proven(rotation, keyIdOf(this.keys.identity.publicKey));
    return this.database.transaction(async (tx) => {
      const oldKeyId = keyIdOf(fromBase64(body.oldKey));
      const text = canonicalJson(rotation);
      const done = await this.sites.findRetired(tx, oldKeyId);
      if (done?.rotation === text) {
        return { siteId: body.siteId, keyId: rotation.byNew.keyId, leafIndex: done.leafIndex };
      }
      const site = await this.sites.findByKeyId(tx, oldKeyId);
      if (site?.status !== 'active' || site.siteId !== body.siteId) {
        throw refused();
      }
      await this.requireNew(tx, rotation.byNew.keyId);
      return this.exchange(tx, site, rotation, text);
    });
  }

  private async exchange(
    tx: Transaction,
    site: Site,
    rotation: DoublySignedKeyRotation,
    text: string,
  ): Promise<Rotated> {
    const { siteId, keyId: oldKeyId } = site;
    const { keyId, body } = rotation.byNew;
    const rotationHash = contentHash(utf8(text));
    const leafIndex = await this.audit.append(tx, {
      type: 'site.key-rotated',
      siteId,
      oldKeyId,
      keyId,
      identityKey: body.newKey,
      rotationHash,
    });
    const old = { keyId: oldKeyId, siteId, rotation: text, rotationHash, leafIndex };
    await this.sites.replaceKey(tx, body.newKey, keyId, old);
    const renewed: Site = { ...site, keyId, identityKey: fromBase64(body.newKey) };
    await this.changes.rotated(tx, { site: renewed, oldKeyId, rotation, rotationHash, leafIndex });
    return { siteId, keyId, leafIndex };
  }

  /** No key serves two sites, or one site twice. */
  private async requireNew(tx: Transaction, keyId: KeyId): Promise<void> {
    const isKnown =
      (await this.sites.findByKeyId(tx, keyId)) !== undefined ||
      (await this.sites.findRetired(tx, keyId)) !== undefined;
    if (isKnown) {
      throw refused();
    }
  }
}

/** What both keys have signed, for this coordinator. */
function proven({ byOld, byNew }: DoublySignedKeyRotation, coordinatorKeyId: KeyId): KeyRotation {
  try {
    const newKey = fromBase64(byNew.body.newKey);
    checkSigningPublicKey(newKey);
    verifyBody('key-rotation', byNew, newKey);
    const body = verifyBody('key-rotation', byOld, fromBase64(byOld.body.oldKey));
    const isSame = canonicalJson(byOld.body) === canonicalJson(byNew.body);
    if (isSame && body.coordinatorKeyId === coordinatorKeyId && body.newKey !== body.oldKey) {
      return body;
    }
  } catch (error) {
    throw isConsiliumError(error) ? refused() : error;
  }
  throw refused();
}

function refused(): ConsiliumError {
  return new ConsiliumError(
    'bad-signature',
    'the rotation is not signed by the present key of the site and by a new one',
  );
}
