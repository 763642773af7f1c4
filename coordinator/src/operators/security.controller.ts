/** What makes one's own account safer: the password, passkeys, and the sessions that are open. */
import { Controller } from '@nestjs/common';
import {
  passkeySummarySchema,
  sessionViewSchema,
  type SessionView,
} from '@consilium/shared/answers';
import { toBase64 } from '@consilium/shared/encoding';
import { personKeyId } from '@consilium/shared/protocol';
import { SENSITIVE_RIGHTS } from '@consilium/shared/vocabulary';
import { z } from 'zod';
import { Clock } from '../platform/clock.js';
import type { Actor } from '../platform/http/actor.js';
import { requireRecent } from '../platform/http/route-guard.js';
import { RouteActor, RouteBody, RouteParams } from '../platform/http/route-input.js';
import { Route } from '../platform/http/route.js';
import { Accounts } from './accounts.service.js';
import { toPasskeySummary, toSessionView } from './credential-views.js';
import { operatorOf, sessionOf } from './operator-actor.js';
import { newPasskey, passkeyName, passkeyOptions } from './passkey-schemas.js';
import type { Passkey } from './passkeys.repository.js';
import { Passkeys } from './passkeys.service.js';
import { PasswordChanges } from './password-changes.service.js';
import { Sessions } from './sessions.service.js';

const passwordChange = z.strictObject({
  current: z.string().max(1024),
  next: z.string().max(1024),
});
const ofSession = z.strictObject({ sessionId: z.string().max(64) });
const ofPasskey = z.strictObject({ credentialId: z.string().max(1400) });

const passkeyView = passkeySummarySchema.extend({
  /** What it is called as a key that signs acts. */
  keyId: z.string(),
  /** COSE key (RFC 9052 section 7). */
  publicKey: z.base64(),
});
type PasskeyView = z.infer<typeof passkeyView>;

@Controller('v1/me')
export class SecurityController {
  constructor(
    private readonly accounts: Accounts,
    private readonly passwords: PasswordChanges,
    private readonly sessions: Sessions,
    private readonly passkeys: Passkeys,
    private readonly clock: Clock,
  ) {}

  @Route({
    method: 'PUT',
    path: 'password',
    permission: 'signed-in',
    summary: 'Changes your password and ends your other sessions; a browser only.',
    status: 204,
    body: { as: 'json', schema: passwordChange, maxBytes: 8192 },
    response: 'nothing',
  })
  async changePassword(
    @RouteActor() actor: Actor,
    @RouteBody() body: z.infer<typeof passwordChange>,
  ): Promise<void> {
    const { operator, sessionId } = sessionOf(actor);
    await this.passwords.change(operator.operatorId, body, sessionId);
  }

  @Route({
    method: 'GET',
    path: 'sessions',
    permission: 'signed-in',
    summary: 'The browsers in which you are signed in.',
    response: z.array(sessionViewSchema),
  })
  async listSessions(@RouteActor() actor: Actor): Promise<SessionView[]> {
    return (await this.sessions.list(operatorOf(actor).operatorId)).map(toSessionView);
  }

  @Route({
    method: 'DELETE',
    path: 'sessions/:sessionId',
    permission: 'signed-in',
    summary: 'Ends one of your sessions.',
    status: 204,
    params: ofSession,
    response: 'nothing',
  })
  async endSession(
    @RouteActor() actor: Actor,
    @RouteParams() { sessionId }: z.infer<typeof ofSession>,
  ): Promise<void> {
    await this.sessions.end(operatorOf(actor).operatorId, sessionId);
  }

  @Route({
    method: 'GET',
    path: 'passkeys',
    permission: 'signed-in',
    summary: 'Your passkeys, each as the key that it would be for acts.',
    response: z.array(passkeyView),
  })
  async listPasskeys(@RouteActor() actor: Actor): Promise<PasskeyView[]> {
    return (await this.passkeys.list(operatorOf(actor).operatorId)).map(toPasskeyView);
  }

  @Route({
    method: 'POST',
    path: 'passkeys/options',
    permission: 'signed-in',
    summary: 'The challenge for a new passkey, shortly after you signed in with a browser.',
    response: passkeyOptions,
  })
  async passkeyOptions(@RouteActor() actor: Actor): Promise<z.infer<typeof passkeyOptions>> {
    const { operatorId } = this.recent(actor);
    const { name } = await this.accounts.get(operatorId);
    return { options: { ...(await this.passkeys.registrationOptions(operatorId, name)) } };
  }

  @Route({
    method: 'POST',
    path: 'passkeys',
    permission: 'signed-in',
    summary: 'Keeps a new passkey; from then on the password alone opens no session.',
    status: 201,
    body: { as: 'json', schema: newPasskey, maxBytes: 32_768 },
    response: passkeyView,
  })
  async addPasskey(
    @RouteActor() actor: Actor,
    @RouteBody() { label, response }: z.infer<typeof newPasskey>,
  ): Promise<PasskeyView> {
    const { operatorId } = this.recent(actor);
    return toPasskeyView(await this.passkeys.register(operatorId, response, label));
  }

  @Route({
    method: 'PUT',
    path: 'passkeys/:credentialId',
    permission: 'signed-in',
    summary: 'Gives one of your passkeys another name; a browser only.',
    params: ofPasskey,
    body: { as: 'json', schema: passkeyName, maxBytes: 4096 },
    response: passkeyView,
  })
  async renamePasskey(
    @RouteActor() actor: Actor,
    @RouteParams() { credentialId }: z.infer<typeof ofPasskey>,
    @RouteBody() { label }: z.infer<typeof passkeyName>,
  ): Promise<PasskeyView> {
    const { operator } = sessionOf(actor);
    return toPasskeyView(await this.passkeys.rename(operator.operatorId, credentialId, label));
  }

  @Route({
    method: 'DELETE',
    path: 'passkeys/:credentialId',
    permission: 'signed-in',
    summary: 'Removes one of your passkeys, shortly after you signed in with a browser.',
    status: 204,
    params: ofPasskey,
    response: 'nothing',
  })
  async removePasskey(
    @RouteActor() actor: Actor,
    @RouteParams() { credentialId }: z.infer<typeof ofPasskey>,
  ): Promise<void> {
    await this.passkeys.remove(this.recent(actor).operatorId, credentialId);
  }

  /** A browser whose person has just proven who it is. */
  private recent(actor: Actor): ReturnType<typeof operatorOf> {
    const { operator } = sessionOf(actor);
    requireRecent(operator, SENSITIVE_RIGHTS, this.clock.nowMs());
    return operator;
  }
}

function toPasskeyView(passkey: Passkey): PasskeyView {
  const { publicKey } = passkey;
  return {
    ...toPasskeySummary(passkey),
    keyId: personKeyId({ kind: 'webauthn', publicKey }),
    publicKey: toBase64(publicKey),
  };
}
