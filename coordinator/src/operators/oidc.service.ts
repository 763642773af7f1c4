/**
 * Signing in with an OpenID provider: authorization code with PKCE through openid-client 6.9.0. The provider says which subject
 * it is, and nothing else is believed: the account, its roles and its site come from this database. A subject opens an account
 * after an administrator named it, or after the person used a link secret that an administrator made.
 */
import { Inject, Injectable } from '@nestjs/common';
import { ConsiliumError, type OperatorId } from '@consilium/shared/vocabulary';
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  discovery,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  type Configuration,
} from 'openid-client';
import { z } from 'zod';
import { CONFIG } from '../config/config.module.js';
import type { CoordinatorConfig } from '../config/config-schema.js';
import { readSecretFile } from '../config/secret-file.js';
import { Database } from '../database/database.js';
import { Clock } from '../platform/clock.js';
import { RECENT_AUTHENTICATION_MS } from '../platform/http/route-guard.js';
import { AccountChanges } from './account-changes.js';
import { CredentialsRepository } from './credentials.repository.js';
import { freshSecret, hashSecret, type Operator } from './operator.js';
import { OperatorsRepository, type Identity } from './operators.repository.js';

export const CALLBACK_PATH = '/v1/login/oidc/callback';

const LINK = 'oidc-link';
const LINK_LIFE_MS = 72 * 3_600_000;
const JOURNEY = 'oidc-journey';
const JOURNEY_LIFE_MS = 10 * 60_000;
const PROVIDER_TIMEOUT_S = 10;

/** What is kept while the person is at the provider. */
const journey = z.strictObject({
  state: z.string(),
  nonce: z.string(),
  codeVerifier: z.string(),
  /** The hash of the link secret that the person came with. */
  linkHash: z.string().optional(),
});
type Journey = z.infer<typeof journey>;

export interface Departure {
  /** For the cookie that the way back is held against. */
  readonly secret: string;
  /** Where the browser goes. */
  readonly url: string;
}

export interface Arrival {
  readonly operator: Operator;
  /** When the provider last asked the person for proof. */
  readonly authenticatedAtMs: number;
}

@Injectable()
export class OpenIdProvider {
  private client: Promise<Configuration> | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: CoordinatorConfig,
    private readonly database: Database,
    private readonly operators: OperatorsRepository,
    private readonly credentials: CredentialsRepository,
    private readonly changes: AccountChanges,
    private readonly clock: Clock,
  ) {}

  /** What the button says; undefined where there is no provider. */
  get label(): string | undefined {
    return this.config.oidc?.label;
  }

  /**
   * @param link the secret of a person who signs in with the provider for the first time.
   * @throws ConsiliumError 'not-found' without a provider, 'bad-invite', 'coordinator-unreachable' when it does not answer.
   */
  async depart(link: string | undefined): Promise<Departure> {
    const { client, redirectUri } = await this.provider();
    const linkHash = link === undefined ? undefined : hashSecret(link);
    if (linkHash !== undefined && (await this.linkOf(linkHash)) === undefined) {
      throw badLink();
    }
    const codeVerifier = randomPKCECodeVerifier();
    const begun: Journey = {
      state: randomState(),
      nonce: randomNonce(),
      codeVerifier,
      ...(linkHash === undefined ? {} : { linkHash }),
    };
    const url = buildAuthorizationUrl(client, {
      redirect_uri: redirectUri,
      scope: 'openid',
      state: begun.state,
      nonce: begun.nonce,
      code_challenge: await calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
      // The provider asks again if it asked longer ago, and says when it did (OpenID Connect Core section 3.1.2.1).
      max_age: String(RECENT_AUTHENTICATION_MS / 1000),
    });
    return { secret: await this.remember(begun), url: url.href };
  }

  /**
   * @param secret of the cookie; it works once.
   * @param query of the address that the provider sent the browser back to.
   * @throws ConsiliumError 'unauthenticated' when the answer does not hold or its subject opens no account.
   */
  async arrive(secret: string, query: string): Promise<Arrival> {
    const { client, redirectUri } = await this.provider();
    const begun = await this.takeJourney(secret);
    const { issuer, subject, authTimeS } = await this.subjectOf(
      client,
      new URL(`${redirectUri}?${query}`),
      begun,
    );
    const operator = await this.openAccount({ issuer, subject }, begun.linkHash);
    return { operator, authenticatedAtMs: authTimeS * 1000 };
  }

  /** A secret with which the person links a subject to the account; those before it are worthless. */
  async newLink(
    by: OperatorId,
    operatorId: OperatorId,
  ): Promise<{ readonly link: string; readonly expiresAtMs: number }> {
    const nowMs = this.clock.nowMs();
    const expiresAtMs = nowMs + LINK_LIFE_MS;
    const { secret, hash } = freshSecret('link_');
    await this.database.transaction(async (tx) => {
      const operator = openAccount(await this.operators.find(tx, operatorId), operatorId);
      await this.changes.record(tx, by, 'link-made', operator);
      await this.credentials.deleteSecrets(tx, operatorId, LINK);
      const row = { hash, purpose: LINK, operatorId, content: '{}', expiresAtMs };
      await this.credentials.insertSecret(tx, row, nowMs);
    });
    return { link: secret, expiresAtMs };
  }

  /** @throws ConsiliumError 'not-found' | 'conflict' when the subject opens an account already. */
  async register(by: OperatorId, operatorId: OperatorId, subject: string): Promise<Identity> {
    const { issuer } = this.settings();
    await this.database.transaction(async (tx) => {
      const operator = openAccount(await this.operators.find(tx, operatorId), operatorId);
      if ((await this.operators.findByIdentity(tx, { issuer, subject })) !== undefined) {
        throw new ConsiliumError('conflict', 'this subject opens an account already');
      }
      await this.operators.insertIdentity(tx, { issuer, subject }, operatorId);
      await this.changes.record(tx, by, 'subject-linked', operator);
    });
    return { issuer, subject };
  }

  private async subjectOf(
    client: Configuration,
    url: URL,
    { state, nonce, codeVerifier }: Journey,
  ): Promise<Identity & { readonly authTimeS: number }> {
    try {
      const answer = await authorizationCodeGrant(client, url, {
        pkceCodeVerifier: codeVerifier,
        expectedState: state,
        expectedNonce: nonce,
        maxAge: RECENT_AUTHENTICATION_MS / 1000,
        idTokenExpected: true,
      });
      const claims = answer.claims();
      if (claims?.auth_time !== undefined) {
        return { issuer: claims.iss, subject: claims.sub, authTimeS: claims.auth_time };
      }
    } catch (cause) {
      throw unproven(cause);
    }
    throw unproven();
  }

  /** The account of the subject, or the one that the link was made for. */
  private async openAccount(identity: Identity, linkHash: string | undefined): Promise<Operator> {
    return this.database.transaction(async (tx) => {
      const known = await this.operators.findByIdentity(tx, identity);
      if (known?.disabledAtMs !== undefined || (known !== undefined && linkHash !== undefined)) {
        throw unproven();
      }
      if (known !== undefined) {
        return known;
      }
      const nowMs = this.clock.nowMs();
      const link =
        linkHash === undefined
          ? undefined
          : await this.credentials.takeSecret(tx, LINK, linkHash, nowMs);
      const linked = link && (await this.operators.find(tx, link.operatorId ?? ''));
      if (linked === undefined || linked.disabledAtMs !== undefined) {
        throw unproven();
      }
      await this.operators.insertIdentity(tx, identity, linked.operatorId);
      await this.changes.record(tx, linked.operatorId, 'subject-linked', linked);
      return linked;
    });
  }

  private async linkOf(hash: string): Promise<OperatorId | undefined> {
    const found = await this.database.read((reader) =>
      this.credentials.findSecret(reader, LINK, hash, this.clock.nowMs()),
    );
    return found?.operatorId;
  }

  private async remember(begun: Journey): Promise<string> {
    const { secret, hash } = freshSecret('');
    const nowMs = this.clock.nowMs();
    const expiresAtMs = nowMs + JOURNEY_LIFE_MS;
    const row = { hash, purpose: JOURNEY, content: JSON.stringify(begun), expiresAtMs };
    await this.database.transaction((tx) => this.credentials.insertSecret(tx, row, nowMs));
    return secret;
  }

  private async takeJourney(secret: string): Promise<Journey> {
    const taken = await this.database.transaction((tx) =>
      this.credentials.takeSecret(tx, JOURNEY, hashSecret(secret), this.clock.nowMs()),
    );
    if (taken === undefined) {
      throw unproven();
    }
    return journey.parse(JSON.parse(taken.content));
  }

  /** Found when it is first needed: a provider that is down must not keep the coordinator from starting. */
  private async provider(): Promise<{ client: Configuration; redirectUri: string }> {
    const { publicUrl } = this.settings();
    this.client ??= this.discover();
    try {
      return { client: await this.client, redirectUri: new URL(CALLBACK_PATH, publicUrl).href };
    } catch (cause) {
      this.client = undefined;
      const message = 'the OpenID provider does not answer as one: look at oidc.issuer';
      throw new ConsiliumError('coordinator-unreachable', message, { cause });
    }
  }

  private discover(): Promise<Configuration> {
    const { issuer, clientId, clientSecretFile } = this.settings();
    const { groupReadable } = this.config.keys;
    const secret = readSecretFile(clientSecretFile, { groupReadable });
    // The schema lets http through for this machine alone.
    const execute = issuer.startsWith('http:') ? [allowInsecureRequests] : [];
    const options = { execute, timeout: PROVIDER_TIMEOUT_S };
    return discovery(new URL(issuer), clientId, secret, undefined, options);
  }

  /** @throws ConsiliumError 'not-found' | 'bad-configuration' */
  private settings(): NonNullable<CoordinatorConfig['oidc']> & { readonly publicUrl: string } {
    const { oidc, publicUrl } = this.config;
    if (oidc === undefined) {
      throw new ConsiliumError('not-found', 'this coordinator has no OpenID provider');
    }
    if (publicUrl === undefined) {
      const message = 'oidc: expected publicUrl too, for the way back from the provider';
      throw new ConsiliumError('bad-configuration', message);
    }
    return { ...oidc, publicUrl };
  }
}

function openAccount(operator: Operator | undefined, operatorId: OperatorId): Operator {
  if (operator === undefined || operator.disabledAtMs !== undefined) {
    throw new ConsiliumError('not-found', `nobody with an open account is called ${operatorId}`);
  }
  return operator;
}

function badLink(): ConsiliumError {
  return new ConsiliumError(
    'bad-invite',
    'the link is wrong, used or expired: ask an administrator for a new one',
  );
}

/** The same for every reason. */
function unproven(cause?: unknown): ConsiliumError {
  return new ConsiliumError(
    'unauthenticated',
    'the provider proved nobody who has an account here: begin again, or ask an administrator for a link',
    { cause },
  );
}
