/** Signing in with an OpenID provider: the way there and the way back. What a browser gets is a cookie. */
import { Controller, Req, Res } from '@nestjs/common';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { Refusals } from '../platform/http/refusals.js';
import { RouteBody } from '../platform/http/route-input.js';
import { Route } from '../platform/http/route.js';
import { Log } from '../platform/logging/log.js';
import { sayLanguage, type PageLanguage } from '../platform/pages/page-language.js';
import { LOGIN_LIMIT } from './login.controller.js';
import { CALLBACK_PATH, OpenIdProvider } from './oidc.service.js';
import { SessionCookies } from './session-cookies.js';
import { SignIn } from './sign-in.service.js';

const departure = z.strictObject({ link: z.string().max(128).optional() });

@Controller('v1')
export class ProviderLoginController {
  constructor(
    private readonly signIn: SignIn,
    private readonly provider: OpenIdProvider,
    private readonly cookies: SessionCookies,
    private readonly refusals: Refusals,
    private readonly log: Log,
  ) {}

  @Route({
    method: 'POST',
    path: 'login/oidc',
    permission: 'public',
    summary:
      'Where the OpenID provider asks who you are; with a link secret, it is linked to your account.',
    body: { as: 'json', schema: departure, maxBytes: 1024 },
    limit: LOGIN_LIMIT,
    refusedAs: 'login',
    response: z.object({ url: z.url() }),
  })
  async depart(
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
    @RouteBody() { link }: z.infer<typeof departure>,
  ): Promise<{ url: string }> {
    this.cookies.requireOwnPage(request);
    const { secret, url } = await this.provider.depart(link);
    this.cookies.set(response, 'provider', secret);
    return { url };
  }

  @Route({
    method: 'GET',
    path: CALLBACK_PATH.replace('/v1/', ''),
    permission: 'public',
    summary: 'Where the OpenID provider sends the browser back to.',
    limit: LOGIN_LIMIT,
    response: 'text/html',
  })
  async arrive(
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<string> {
    const language = sayLanguage(request, response);
    const journey = this.cookies.read(request, 'provider');
    this.cookies.clear(response, 'provider');
    try {
      if (journey === undefined) {
        throw new ConsiliumError('unauthenticated', 'this browser is on no way to the provider');
      }
      const query = request.originalUrl.split('?')[1] ?? '';
      const { operator, authenticatedAtMs } = await this.provider.arrive(journey, query);
      const signedIn = await this.signIn.afterFirstProof(
        operator,
        'oidc',
        undefined,
        authenticatedAtMs,
      );
      this.cookies.carry(response, signedIn);
      return onwards('/login', language);
    } catch (error) {
      this.refusals.report('login');
      // A person looks at this answer: the page says what to do, the log says why.
      this.log.warn('sign-in with the provider failed', { reason: reasonOf(error) });
      return onwards('/login#failed', language);
    }
  }
}

/** Strict cookies are not sent along a way that began at another site; the next step begins at ours. */
function onwards(path: string, language: PageLanguage): string {
  return `<!doctype html><html lang="${language}"><meta charset="utf-8"><title>Consilium</title><meta http-equiv="refresh" content="0;url=${path}"></html>`;
}

/** The code of the failure, and of the provider's if it gave one; never its text, which may name people. */
function reasonOf(error: unknown): string {
  const code = error instanceof ConsiliumError ? error.code : 'internal';
  const cause = error instanceof Error ? error.cause : undefined;
  const inner = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : '';
  return typeof inner === 'string' && /^[\w-]{1,64}$/.test(inner) ? `${code} (${inner})` : code;
}
