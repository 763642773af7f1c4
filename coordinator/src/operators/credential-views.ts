/** What is told of what proves a person: never the secret, nor its hash. */
import type { PasskeySummary, SessionView, TokenView } from '@consilium/shared/answers';
import type { ApiToken, Session } from './credentials.repository.js';
import type { Passkey } from './passkeys.repository.js';

export function toSessionView(session: Session): SessionView {
  const { sessionId, method, createdAtMs, seenAtMs, authenticatedAtMs } = session;
  return { sessionId, method, createdAtMs, seenAtMs, authenticatedAtMs };
}

export function toTokenView(token: ApiToken): TokenView {
  const { tokenId, label, rights, createdAtMs, expiresAtMs, usedAtMs } = token;
  return {
    tokenId,
    label,
    rights: [...rights],
    createdAtMs,
    expiresAtMs,
    ...(usedAtMs === undefined ? {} : { usedAtMs }),
  };
}

export function toPasskeySummary(passkey: Passkey): PasskeySummary {
  const { credentialId, label, createdAtMs, usedAtMs } = passkey;
  return { credentialId, label, createdAtMs, ...(usedAtMs === undefined ? {} : { usedAtMs }) };
}
