/**
 * Passkeys (WebAuthn level 3) through @simplewebauthn/server 14.0.3. The user must be verified, each challenge is good for one
 * answer within five minutes, and a counter that does not grow gives a cloned authenticator away.
 */
import { Inject, Injectable } from '@nestjs/common';
import { ConsiliumError, type OperatorId } from '@consilium/shared/vocabulary';
import type {
  AuthenticationResponseJSON,
  AuthenticatorTransport,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { CONFIG } from '../config/config.module.js';
import type { CoordinatorConfig } from '../config/config-schema.js';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import { Clock } from '../platform/clock.js';
import { AccountChanges } from './account-changes.js';
import { hashSecret } from './operator.js';
import { existing } from './operator-grants.service.js';
import { OperatorRows } from './operator-rows.js';
import { PasskeyRemovals } from './passkey-removals.js';
import type { Passkey } from './passkeys.repository.js';

const PRODUCT_NAME = 'Consilium';
const CHALLENGE_LIFE_MS = 5 * 60_000;
const PER_PERSON = 10;

/** Loaded when somebody first uses a passkey: with its certificate formats it is a tenth of what a start would load. */
const webAuthn = () => import('@simplewebauthn/server');

/** What a challenge was made for; an answer to one is none to the other. */
type Ceremony = 'passkey-registration' | 'passkey-login';

@Injectable()
export class Passkeys {
  constructor(
    @Inject(CONFIG) private readonly config: CoordinatorConfig,
    private readonly database: Database,
    private readonly rows: OperatorRows,
    private readonly removals: PasskeyRemovals,
    private readonly changes: AccountChanges,
    private readonly clock: Clock,
  ) {}

  list(operatorId: OperatorId): Promise<Passkey[]> {
    return this.database.read((reader) => this.rows.passkeys.ofOperator(reader, operatorId));
  }

  /** @throws ConsiliumError 'wrong-state' without a host name, or when the person has as many as one may have. */
  async registrationOptions(
    operatorId: OperatorId,
    name: string,
  ): Promise<PublicKeyCredentialCreationOptionsJSON> {
    const { generateRegistrationOptions } = await webAuthn();
    const known = await this.list(operatorId);
    requireRoom(known);
    const options = await generateRegistrationOptions({
      rpName: PRODUCT_NAME,
      rpID: this.place().id,
      userName: name,
      userID: new TextEncoder().encode(operatorId),
      attestationType: 'none',
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
      excludeCredentials: known.map(({ credentialId }) => ({ id: credentialId })),
    });
    await this.remember('passkey-registration', operatorId, options.challenge);
    return options;
  }

  /** @throws ConsiliumError 'unauthenticated' when the answer does not hold, 'conflict', 'wrong-state' */
  async register(
    operatorId: OperatorId,
    response: RegistrationResponseJSON,
    label: string,
  ): Promise<Passkey> {
    const { verifyRegistrationResponse } = await webAuthn();
    const { id, origin } = this.place();
    const { registrationInfo } = await this.judged(
      verifyRegistrationResponse({
        response,
        expectedChallenge: (challenge) => this.take('passkey-registration', operatorId, challenge),
        expectedOrigin: origin,
        expectedRPID: id,
        requireUserVerification: true,
      }),
    );
    if (registrationInfo === undefined) {
      throw refused();
    }
    const { credential } = registrationInfo;
    const passkey: Passkey = {
      credentialId: credential.id,
      operatorId,
      label,
      publicKey: credential.publicKey,
      counter: credential.counter,
      transports: credential.transports ?? [],
      createdAtMs: this.clock.nowMs(),
    };
    await this.database.transaction(async (tx) => {
      if ((await this.rows.passkeys.find(tx, passkey.credentialId)) !== undefined) {
        throw new ConsiliumError('conflict', 'this passkey is known already');
      }
      requireRoom(await this.rows.passkeys.ofOperator(tx, operatorId));
      await this.rows.passkeys.insert(tx, passkey);
      await this.record(tx, 'passkey-added', operatorId);
    });
    return passkey;
  }

  async loginOptions(operatorId: OperatorId): Promise<PublicKeyCredentialRequestOptionsJSON> {
    const { generateAuthenticationOptions } = await webAuthn();
    const known = await this.list(operatorId);
    const options = await generateAuthenticationOptions({
      rpID: this.place().id,
      userVerification: 'required',
      allowCredentials: known.map(({ credentialId, transports }) => ({
        id: credentialId,
        transports: [...transports] as AuthenticatorTransport[],
      })),
    });
    await this.remember('passkey-login', operatorId, options.challenge);
    return options;
  }

  /** @throws ConsiliumError 'unauthenticated' unless one of the person's passkeys answered the challenge. */
  async login(operatorId: OperatorId, response: AuthenticationResponseJSON): Promise<void> {
    const { verifyAuthenticationResponse } = await webAuthn();
    const passkey = await this.database.read((reader) =>
      this.rows.passkeys.find(reader, response.id),
    );
    if (passkey?.operatorId !== operatorId) {
      throw refused();
    }
    const { id, origin } = this.place();
    const { verified, authenticationInfo } = await this.judged(
      verifyAuthenticationResponse({
        response,
        expectedChallenge: (challenge) => this.take('passkey-login', operatorId, challenge),
        expectedOrigin: origin,
        expectedRPID: id,
        requireUserVerification: true,
        credential: {
          id: passkey.credentialId,
          publicKey: new Uint8Array(passkey.publicKey),
          counter: passkey.counter,
        },
      }),
    );
    if (!verified) {
      throw refused();
    }
    const { newCounter } = authenticationInfo;
    await this.database.transaction((tx) =>
      this.rows.passkeys.used(tx, passkey.credentialId, newCounter, this.clock.nowMs()),
    );
  }

  /** @throws ConsiliumError 'not-found' */
  async rename(operatorId: OperatorId, credentialId: string, label: string): Promise<Passkey> {
    return this.database.transaction(async (tx) => {
      const passkey = await this.rows.passkeys.find(tx, credentialId);
      if (passkey?.operatorId !== operatorId) {
        throw unknown();
      }
      await this.rows.passkeys.rename(tx, credentialId, label);
      return { ...passkey, label };
    });
  }

  /** It signs no acts either from then on. @throws ConsiliumError 'not-found' */
  async remove(operatorId: OperatorId, credentialId: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const passkey = await this.rows.passkeys.delete(tx, operatorId, credentialId);
      if (passkey === undefined) {
        throw unknown();
      }
      await this.removals.removed(tx, [passkey]);
      await this.record(tx, 'passkey-removed', operatorId);
    });
  }

  private async record(
    tx: Transaction,
    change: 'passkey-added' | 'passkey-removed',
    operatorId: OperatorId,
  ): Promise<void> {
    const operator = existing(await this.rows.operators.find(tx, operatorId), operatorId);
    await this.changes.record(tx, operatorId, change, operator);
  }

  /** What passkeys are bound to. @throws ConsiliumError 'wrong-state' where there is no host name to bind them to. */
  private place(): { readonly id: string; readonly origin: string } {
    const { origin, hostname } = new URL(this.config.publicUrl ?? 'http://127.0.0.1');
    if (/^[\d.]+$|^\[/.test(hostname)) {
      const message = 'passkeys are bound to a host name: set publicUrl to one';
      throw new ConsiliumError('wrong-state', message);
    }
    return { id: hostname, origin };
  }

  private async remember(
    purpose: Ceremony,
    operatorId: OperatorId,
    challenge: string,
  ): Promise<void> {
    const nowMs = this.clock.nowMs();
    const expiresAtMs = nowMs + CHALLENGE_LIFE_MS;
    const row = { hash: hashSecret(challenge), purpose, operatorId, content: '{}', expiresAtMs };
    await this.database.transaction((tx) => this.rows.credentials.insertSecret(tx, row, nowMs));
  }

  /** Whether the challenge was ours, for this person and in time; either way it is used up. */
  private async take(
    purpose: Ceremony,
    operatorId: OperatorId,
    challenge: string,
  ): Promise<boolean> {
    const hash = hashSecret(challenge);
    const taken = await this.database.transaction((tx) =>
      this.rows.credentials.takeSecret(tx, purpose, hash, this.clock.nowMs()),
    );
    return taken?.operatorId === operatorId;
  }

  /** The library throws plain errors for what an attacker sent; our own faults keep their codes. */
  private async judged<T>(verification: Promise<T>): Promise<T> {
    try {
      return await verification;
    } catch (cause) {
      throw cause instanceof ConsiliumError ? cause : refused(cause);
    }
  }
}

function requireRoom(known: readonly Passkey[]): void {
  if (known.length >= PER_PERSON) {
    throw new ConsiliumError('wrong-state', `a person has at most ${PER_PERSON} passkeys`);
  }
}

function unknown(): ConsiliumError {
  return new ConsiliumError('not-found', 'this person has no such passkey');
}

function refused(cause?: unknown): ConsiliumError {
  return new ConsiliumError('unauthenticated', 'the passkey was refused: begin again', { cause });
}
