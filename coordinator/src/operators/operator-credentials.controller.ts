/** What proves somebody else, as an administrator sees it, and how it ends: a browser or a token that was left behind. */
import { Controller } from '@nestjs/common';
import { operatorCredentialsSchema, type OperatorCredentials } from '@consilium/shared/answers';
import { z } from 'zod';
import type { Actor } from '../platform/http/actor.js';
import { RouteActor, RouteParams } from '../platform/http/route-input.js';
import { Route } from '../platform/http/route.js';
import { Accounts } from './accounts.service.js';
import { ApiTokens } from './api-tokens.service.js';
import { toPasskeySummary, toSessionView, toTokenView } from './credential-views.js';
import { operatorOf } from './operator-actor.js';
import { ofOperator } from './operator-parameters.js';
import { Sessions } from './sessions.service.js';

const ofSession = ofOperator.extend({ sessionId: z.string().max(64) });
const ofToken = ofOperator.extend({ tokenId: z.string().max(64) });

@Controller('v1/operators/:operatorId')
export class OperatorCredentialsController {
  constructor(
    private readonly accounts: Accounts,
    private readonly sessions: Sessions,
    private readonly tokens: ApiTokens,
  ) {}

  @Route({
    method: 'GET',
    path: 'credentials',
    permission: 'operators.read',
    summary:
      'What proves a person, without its secrets; sessions and tokens for whoever manages accounts.',
    params: ofOperator,
    response: operatorCredentialsSchema,
  })
  async show(
    @RouteActor() actor: Actor,
    @RouteParams() { operatorId }: z.infer<typeof ofOperator>,
  ): Promise<OperatorCredentials> {
    const { passkeys, ...rest } = await this.accounts.proofs(operatorId);
    const view = { ...rest, passkeys: passkeys.map(toPasskeySummary) };
    if (!operatorOf(actor).rights.includes('operators.manage')) {
      return view;
    }
    const sessions = await this.sessions.list(operatorId);
    const tokens = await this.tokens.list(operatorId);
    return { ...view, sessions: sessions.map(toSessionView), tokens: tokens.map(toTokenView) };
  }

  @Route({
    method: 'DELETE',
    path: 'sessions/:sessionId',
    permission: 'operators.manage',
    summary: "Ends one of somebody's sessions; its pages close at once.",
    status: 204,
    params: ofSession,
    response: 'nothing',
  })
  async endSession(
    @RouteParams() { operatorId, sessionId }: z.infer<typeof ofSession>,
  ): Promise<void> {
    await this.sessions.end(operatorId, sessionId);
  }

  @Route({
    method: 'DELETE',
    path: 'tokens/:tokenId',
    permission: 'operators.manage',
    summary: "Revokes one of somebody's API tokens.",
    status: 204,
    params: ofToken,
    response: 'nothing',
  })
  async revokeToken(
    @RouteParams() { operatorId, tokenId }: z.infer<typeof ofToken>,
  ): Promise<void> {
    await this.tokens.revoke(operatorId, tokenId);
  }
}
