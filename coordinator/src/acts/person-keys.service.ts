/**
 * Keys of people. A person registers its own, with proof that it holds it; the leaf shows the public half to everybody, so that
 * nobody who keeps the database can put another in its place unseen.
 */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { fromBase64 } from '@consilium/shared/encoding';
import {
  personKeyId,
  verifyByPerson,
  type PersonKeyClaim,
  type SignedPersonKeyClaim,
} from '@consilium/shared/protocol';
import { ConsiliumError, type KeyId, type OperatorId } from '@consilium/shared/vocabulary';
import { AuditService } from '../audit/audit.service.js';
import { Database } from '../database/database.js';
import type { Reader, Transaction } from '../database/transaction.js';
import { PasskeyRemovals } from '../operators/passkey-removals.js';
import { Clock } from '../platform/clock.js';
import { ActsRepository, type RegisteredKey } from './acts.repository.js';
import { SigningRequests } from './signing-requests.js';

/** Each is a leaf that stays for ever. */
const PER_PERSON = 100;

@Injectable()
export class PersonKeys implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly acts: ActsRepository,
    private readonly requests: SigningRequests,
    private readonly audit: AuditService,
    private readonly removals: PasskeyRemovals,
    private readonly clock: Clock,
  ) {}

  /** A passkey that was taken from the account signs no acts either. */
  onModuleInit(): void {
    this.removals.listen(async (tx, { operatorId, publicKey }) => {
      const keyId = personKeyId({ kind: 'webauthn', publicKey });
      const key = await this.acts.key(tx, keyId);
      if (key?.operatorId === operatorId && key.removedAtMs === undefined) {
        await this.takeAway(tx, operatorId, keyId);
      }
    });
  }

  /** What the person signs with the key that it wants to register. */
  async claim(
    operatorId: OperatorId,
    key: Pick<PersonKeyClaim, 'kind' | 'publicKey'>,
  ): Promise<PersonKeyClaim> {
    const challenge = this.requests.challenge();
    const claim: PersonKeyClaim = { v: 1, operatorId, ...key, challenge };
    await this.requests.open(operatorId, claim);
    return claim;
  }

  /**
   * @throws ConsiliumError 'not-permitted' in somebody else's name, 'conflict' for a claim that was not prepared or a key that is
   * known, 'wrong-state' after too many, 'bad-signature', 'bad-encoding', 'weak-key'
   */
  async register(operatorId: OperatorId, signed: SignedPersonKeyClaim): Promise<RegisteredKey> {
    const { kind, publicKey } = signed.body;
    if (signed.body.operatorId !== operatorId) {
      throw new ConsiliumError('not-permitted', 'a key is registered by the person who holds it');
    }
    const key = { kind, publicKey: fromBase64(publicKey) };
    verifyByPerson('person-key', signed, key, this.requests.origins());
    const keyId = personKeyId(key);
    const registered = { keyId, operatorId, kind, publicKey, addedAtMs: this.clock.nowMs() };
    return this.database.transaction(async (tx) => {
      await this.requests.close(tx, operatorId, signed.body);
      if ((await this.acts.key(tx, keyId)) !== undefined) {
        const message = `the key ${keyId} is or was registered: create a new one`;
        throw new ConsiliumError('conflict', message);
      }
      if ((await this.acts.keysOf(tx, operatorId)).length >= PER_PERSON) {
        throw new ConsiliumError('wrong-state', `a person registers at most ${PER_PERSON} keys`);
      }
      await this.acts.addKey(tx, registered);
      const type = 'person.key-added';
      await this.audit.append(tx, { type, operatorId, keyId, kind, publicKey });
      return registered;
    });
  }

  /** Also those that were removed. */
  async list(operatorId: OperatorId): Promise<RegisteredKey[]> {
    return this.database.read((reader) => this.acts.keysOf(reader, operatorId));
  }

  /** What the key signed before stays valid. @throws ConsiliumError 'not-found' */
  async remove(operatorId: OperatorId, keyId: KeyId): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.require(tx, operatorId, keyId);
      await this.takeAway(tx, operatorId, keyId);
    });
  }

  private async takeAway(tx: Transaction, operatorId: OperatorId, keyId: KeyId): Promise<void> {
    await this.acts.removeKey(tx, keyId, this.clock.nowMs());
    await this.audit.append(tx, { type: 'person.key-removed', operatorId, keyId });
  }

  /** The person's own key, in use. @throws ConsiliumError 'not-found' */
  async require(reader: Reader, operatorId: OperatorId, keyId: KeyId): Promise<RegisteredKey> {
    const key = await this.acts.key(reader, keyId);
    if (key?.operatorId !== operatorId || key.removedAtMs !== undefined) {
      throw new ConsiliumError('not-found', `you have no key ${keyId}: register it first`);
    }
    return key;
  }
}
