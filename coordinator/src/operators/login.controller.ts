/** Signing in and out with a browser. What it gets is a cookie; no secret of a session is ever in an answer's body. */
import { Controller, Req, Res } from '@nestjs/common';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Actor } from '../platform/http/actor.js';
import { RouteActor, RouteBody } from '../platform/http/route-input.js';
import { Route } from '../platform/http/route.js';
import { OpenIdProvider } from './oidc.service.js';
import { sessionOf } from './operator-actor.js';
import { passkeyOptions, passkeyResponse } from './passkey-schemas.js';
import { Passkeys } from './passkeys.service.js';
import { SessionCookies } from './session-cookies.js';
import { Sessions } from './sessions.service.js';
import { NEVER_MS, SignInLinks } from './sign-in-links.service.js';
import { SignIn } from './sign-in.service.js';

const nameAndPassword = z.strictObject({
  name: z.string().max(64),
  password: z.string().max(1024),
});
const oneTimeLink = z.strictObject({ link: z.string().max(128) });
const outcome = z.object({ next: z.enum(['done', 'passkey']) });
type Outcome = z.infer<typeof outcome>;
const standing = z.object({
  next: z.enum(['sign-in', 'passkey', 'done']),
  provider: z.string().optional(),
});

/** Tries of one address, over all names. */
export const LOGIN_LIMIT = { perMinute: 300, by: 'address' } as const;

@Controller('v1')
export class LoginController {
  constructor(
    private readonly signIn: SignIn,
    private readonly links: SignInLinks,
    private readonly sessions: Sessions,
    private readonly passkeys: Passkeys,
    private readonly provider: OpenIdProvider,
    private readonly cookies: SessionCookies,
  ) {}

  @Route({
    method: 'GET',
    path: 'login',
    permission: 'public',
    summary: 'What this browser has to do next to be signed in.',
    response: standing,
  })
  async standing(@Req() request: Request): Promise<z.infer<typeof standing>> {
    const { label } = this.provider;
    const provider = label === undefined ? {} : { provider: label };
    const pending = this.cookies.read(request, 'pending');
    if (pending !== undefined && (await this.signIn.pendingOf(pending)) !== undefined) {
      return { next: 'passkey', ...provider };
    }
    const session = this.cookies.read(request, 'session');
    const actor =
      session === undefined ? undefined : await this.sessions.authenticate(session, 'person');
    return { next: actor === undefined ? 'sign-in' : 'done', ...provider };
  }

  @Route({
    method: 'POST',
    path: 'login/password',
    permission: 'public',
    summary: 'Signs in with name and password; a person with a passkey is asked for it next.',
    body: { as: 'json', schema: nameAndPassword, maxBytes: 4096 },
    limit: LOGIN_LIMIT,
    refusedAs: 'login',
    response: outcome,
  })
  async withPassword(
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
    @RouteBody() { name, password }: z.infer<typeof nameAndPassword>,
  ): Promise<Outcome> {
    this.cookies.requireOwnPage(request);
    const replaced = this.cookies.read(request, 'session');
    return this.cookies.carry(response, await this.signIn.withPassword(name, password, replaced));
  }

  @Route({
    method: 'POST',
    path: 'login/link',
    permission: 'public',
    summary: 'Signs in with a link that was made on the machine of the coordinator, once.',
    body: { as: 'json', schema: oneTimeLink, maxBytes: 1024 },
    limit: LOGIN_LIMIT,
    refusedAs: 'login',
    response: outcome,
  })
  async withLink(
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
    @RouteBody() { link }: z.infer<typeof oneTimeLink>,
  ): Promise<Outcome> {
    this.cookies.requireOwnPage(request);
    const operator = await this.links.take(link);
    const replaced = this.cookies.read(request, 'session');
    return this.cookies.carry(
      response,
      await this.signIn.afterFirstProof(operator, 'link', replaced, NEVER_MS),
    );
  }

  @Route({
    method: 'POST',
    path: 'login/passkey/options',
    permission: 'public',
    summary: 'The challenge for the passkey, after the first proof.',
    limit: LOGIN_LIMIT,
    refusedAs: 'login',
    response: passkeyOptions,
  })
  async passkeyOptions(@Req() request: Request): Promise<z.infer<typeof passkeyOptions>> {
    this.cookies.requireOwnPage(request);
    const operatorId = await this.signIn.pendingOf(this.pendingOf(request));
    if (operatorId === undefined) {
      throw notBegun();
    }
    return { options: { ...(await this.passkeys.loginOptions(operatorId)) } };
  }

  @Route({
    method: 'POST',
    path: 'login/passkey',
    permission: 'public',
    summary: 'Signs in with the answer of the passkey.',
    body: { as: 'json', schema: passkeyResponse, maxBytes: 16_384 },
    limit: LOGIN_LIMIT,
    refusedAs: 'login',
    response: outcome,
  })
  async withPasskey(
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
    @RouteBody() answer: z.infer<typeof passkeyResponse>,
  ): Promise<Outcome> {
    this.cookies.requireOwnPage(request);
    const operatorId = await this.signIn.takePending(this.pendingOf(request));
    this.cookies.clear(response, 'pending');
    await this.passkeys.login(operatorId, answer.response);
    const replaced = this.cookies.read(request, 'session');
    const opened = await this.sessions.open(operatorId, 'passkey', replaced);
    return this.cookies.carry(response, { kind: 'signed-in', ...opened });
  }

  @Route({
    method: 'POST',
    path: 'logout',
    permission: 'signed-in',
    summary: "Ends the browser's session.",
    status: 204,
    response: 'nothing',
  })
  async logout(
    @RouteActor() actor: Actor,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    const { operator, sessionId } = sessionOf(actor);
    await this.sessions.end(operator.operatorId, sessionId);
    this.cookies.clear(response, 'session');
  }

  private pendingOf(request: Request): string {
    const pending = this.cookies.read(request, 'pending');
    if (pending === undefined) {
      throw notBegun();
    }
    return pending;
  }
}

function notBegun(): ConsiliumError {
  return new ConsiliumError('unauthenticated', 'begin with name and password');
}
