/** How a request proves a person: a bearer token, or the cookie of a browser's session. */
import type { Authenticator } from '../platform/http/actor.js';
import type { ApiTokens } from './api-tokens.service.js';
import type { SessionCookies } from './session-cookies.js';
import type { Sessions } from './sessions.service.js';

/** RFC 6750 section 2.1. */
const BEARER = /^Bearer ([\x21-\x7e]{1,512})$/i;

export function bearerAuthenticator(tokens: ApiTokens): Authenticator {
  return async ({ headers }) => {
    if (headers.authorization === undefined) {
      return undefined;
    }
    const secret = BEARER.exec(headers.authorization)?.[1];
    return (secret === undefined ? undefined : await tokens.authenticate(secret)) ?? 'wrong';
  };
}

/** A browser sends the cookie by itself, so what it changes must come from a page of ours. */
export function cookieAuthenticator(sessions: Sessions, cookies: SessionCookies): Authenticator {
  return async (request, cause) => {
    const secret = cookies.read(request, 'session');
    if (secret === undefined) {
      return undefined;
    }
    cookies.requireOwnPage(request);
    return (await sessions.authenticate(secret, cause)) ?? 'wrong';
  };
}
