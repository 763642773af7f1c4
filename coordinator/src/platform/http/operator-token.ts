/** The operator's bearer token (RFC 6750 section 2.1). */
import { sha256 } from '@consilium/shared/crypto';
import { equalBytes, utf8 } from '@consilium/shared/encoding';
import type { Actor, Authenticator } from './actor.js';

const BEARER = /^Bearer ([\x21-\x7e]{1,512})$/i;

/** Hashes are compared, so the time taken tells an attacker nothing about the token. */
export function operatorAuthenticator(token: string): Authenticator {
  const expected = sha256(utf8(token));
  return (request): Actor | undefined => {
    const presented = BEARER.exec(request.headers.authorization ?? '')?.[1];
    if (presented === undefined || !equalBytes(sha256(utf8(presented)), expected)) {
      return undefined;
    }
    return { kind: 'operator' };
  };
}
