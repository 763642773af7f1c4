/** What people do with their own account: see it, activate it, make and revoke tokens. */
import { Controller } from '@nestjs/common';
import {
  meSchema,
  newTokenViewSchema,
  tokenViewSchema,
  type Me,
  type NewTokenView,
  type TokenView,
} from '@consilium/shared/answers';
import { RIGHTS } from '@consilium/shared/vocabulary';
import { z } from 'zod';
import { Clock } from '../platform/clock.js';
import type { Actor, SessionProof } from '../platform/http/actor.js';
import { RouteActor, RouteBody, RouteParams } from '../platform/http/route-input.js';
import { Route } from '../platform/http/route.js';
import { Accounts, badActivation } from './accounts.service.js';
import { ApiTokens, type NewToken, type TokenWish } from './api-tokens.service.js';
import { toTokenView } from './credential-views.js';
import { LOGIN_LIMIT } from './login.controller.js';
import { operatorOf } from './operator-actor.js';
import { Passwords } from './passwords.js';

const tokenWish = z.strictObject({
  label: z.string().min(1).max(64),
  rights: z.array(z.enum(RIGHTS)).max(RIGHTS.length).optional(),
  days: z.int().min(1).max(366).default(90),
});
const password = z.string().max(1024);
const activationBody = z
  .strictObject({
    activation: z.string().max(128),
    password: password.optional(),
    token: tokenWish.optional(),
  })
  .refine((body) => body.password !== undefined || body.token !== undefined, {
    error: 'expected a password, a token, or both',
  });
const ofToken = z.strictObject({ tokenId: z.string().max(64) });

@Controller('v1')
export class AccountController {
  constructor(
    private readonly accounts: Accounts,
    private readonly tokens: ApiTokens,
    private readonly passwords: Passwords,
    private readonly clock: Clock,
  ) {}

  @Route({
    method: 'POST',
    path: 'activations',
    permission: 'public',
    summary: 'Uses an activation secret up to set a password, to get a first API token, or both.',
    status: 201,
    limit: LOGIN_LIMIT,
    refusedAs: 'login',
    body: { as: 'json', schema: activationBody, maxBytes: 16_384 },
    response: z.object({ operatorId: z.string(), token: newTokenViewSchema.optional() }),
  })
  async activate(
    @RouteBody() body: z.infer<typeof activationBody>,
  ): Promise<{ operatorId: string; token?: NewTokenView }> {
    if (!(await this.accounts.isActivation(body.activation))) {
      throw badActivation();
    }
    const { operator, token } = await this.accounts.activate(body.activation, {
      ...(body.password === undefined
        ? {}
        : { passwordHash: await this.passwords.hash(body.password) }),
      ...(body.token === undefined ? {} : { token: toWish(body.token) }),
    });
    const { operatorId } = operator;
    return { operatorId, ...(token === undefined ? {} : { token: toNewView(token) }) };
  }

  @Route({
    method: 'GET',
    path: 'me',
    permission: 'signed-in',
    summary: 'Who you are and what you may do with what you signed in with.',
    response: meSchema,
  })
  async me(@RouteActor() actor: Actor): Promise<Me> {
    const { operatorId, roles, rights, siteId, studies, proof } = operatorOf(actor);
    const { name, passwordHash } = await this.accounts.get(operatorId);
    const nowMs = this.clock.nowMs();
    return {
      operatorId,
      name,
      roles: [...roles],
      rights: [...rights],
      ...(siteId === undefined ? {} : { siteId }),
      studies: [...studies],
      hasPassword: passwordHash !== undefined,
      ...(proof.kind === 'token' ? {} : { session: { ...sessionView(proof), nowMs } }),
    };
  }

  @Route({
    method: 'GET',
    path: 'me/tokens',
    permission: 'signed-in',
    summary: 'Your API tokens, without their secrets.',
    response: z.array(tokenViewSchema),
  })
  async listTokens(@RouteActor() actor: Actor): Promise<TokenView[]> {
    return (await this.tokens.list(operatorOf(actor).operatorId)).map(toTokenView);
  }

  @Route({
    method: 'POST',
    path: 'me/tokens',
    permission: 'signed-in',
    summary: 'Makes an API token; its secret is in this answer and nowhere else.',
    status: 201,
    body: { as: 'json', schema: tokenWish, maxBytes: 4096 },
    response: newTokenViewSchema,
  })
  async createToken(
    @RouteActor() actor: Actor,
    @RouteBody() body: z.infer<typeof tokenWish>,
  ): Promise<NewTokenView> {
    return toNewView(await this.tokens.createFor(operatorOf(actor), toWish(body)));
  }

  @Route({
    method: 'DELETE',
    path: 'me/tokens/:tokenId',
    permission: 'signed-in',
    summary: 'Revokes one of your API tokens.',
    status: 204,
    params: ofToken,
    response: 'nothing',
  })
  async revokeToken(
    @RouteActor() actor: Actor,
    @RouteParams() { tokenId }: z.infer<typeof ofToken>,
  ): Promise<void> {
    await this.tokens.revoke(operatorOf(actor).operatorId, tokenId);
  }
}

function sessionView(proof: SessionProof): Omit<SessionProof, 'kind'> {
  const { sessionId, authenticatedAtMs, endsAtMs, latestEndAtMs } = proof;
  return { sessionId, authenticatedAtMs, endsAtMs, latestEndAtMs };
}

function toWish({ label, rights, days }: z.infer<typeof tokenWish>): TokenWish {
  return { label, days, rights };
}

function toNewView({ token, ...rest }: NewToken): NewTokenView {
  return { ...toTokenView(rest), token };
}
