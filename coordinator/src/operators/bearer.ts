/** The bearer token of a request (RFC 6750 section 2.1). */
import type { Authenticator } from '../platform/http/actor.js';
import type { ApiTokens } from './api-tokens.service.js';

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
