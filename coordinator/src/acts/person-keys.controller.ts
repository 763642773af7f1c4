import { Controller } from '@nestjs/common';
import {
  keyIdSchema,
  personKeyClaimSchema,
  personKeyKindSchema,
  personKeySchema,
  signedPersonKeyClaimSchema,
  type PersonKeyClaim,
  type SignedPersonKeyClaim,
} from '@consilium/shared/protocol';
import { z } from 'zod';
import { operatorOf } from '../operators/operator-actor.js';
import type { Actor } from '../platform/http/actor.js';
import { RouteActor, RouteBody, RouteParams } from '../platform/http/route-input.js';
import { Route } from '../platform/http/route.js';
import type { RegisteredKey } from './acts.repository.js';
import { PersonKeys } from './person-keys.service.js';

const wish = z.strictObject({ kind: personKeyKindSchema, publicKey: personKeySchema });
const ofKey = z.strictObject({ keyId: keyIdSchema });
const keyView = z.object({
  keyId: z.string(),
  kind: personKeyKindSchema,
  publicKey: z.string(),
  addedAtMs: z.int(),
  removedAtMs: z.int().optional(),
});
type KeyView = z.infer<typeof keyView>;

@Controller('v1/me/keys')
export class PersonKeysController {
  constructor(private readonly keys: PersonKeys) {}

  @Route({
    method: 'POST',
    path: 'claims',
    permission: 'acts.sign',
    summary: 'What you sign with a key of yours to show that you hold it; valid for 15 minutes.',
    status: 201,
    body: { as: 'json', schema: wish, maxBytes: 8192 },
    response: personKeyClaimSchema,
  })
  claim(
    @RouteActor() actor: Actor,
    @RouteBody() body: z.infer<typeof wish>,
  ): Promise<PersonKeyClaim> {
    return this.keys.claim(operatorOf(actor).operatorId, body);
  }

  @Route({
    method: 'POST',
    path: '',
    permission: 'acts.sign',
    summary: 'Registers a key of yours; the log shows its public half to everybody.',
    status: 201,
    body: { as: 'json', schema: signedPersonKeyClaimSchema, maxBytes: 32_768 },
    response: keyView,
  })
  async register(
    @RouteActor() actor: Actor,
    @RouteBody() signed: SignedPersonKeyClaim,
  ): Promise<KeyView> {
    return toView(await this.keys.register(operatorOf(actor).operatorId, signed));
  }

  @Route({
    method: 'GET',
    path: '',
    permission: 'acts.sign',
    summary: 'Your keys, also those that you removed.',
    response: z.array(keyView),
  })
  async list(@RouteActor() actor: Actor): Promise<KeyView[]> {
    return (await this.keys.list(operatorOf(actor).operatorId)).map(toView);
  }

  @Route({
    method: 'DELETE',
    path: ':keyId',
    permission: 'acts.sign',
    summary: 'Removes one of your keys; what it signed before stays valid.',
    status: 204,
    params: ofKey,
    response: 'nothing',
  })
  async remove(
    @RouteActor() actor: Actor,
    @RouteParams() { keyId }: z.infer<typeof ofKey>,
  ): Promise<void> {
    await this.keys.remove(operatorOf(actor).operatorId, keyId);
  }
}

function toView({ keyId, kind, publicKey, addedAtMs, removedAtMs }: RegisteredKey): KeyView {
  return {
    keyId,
    kind,
    publicKey,
    addedAtMs,
    ...(removedAtMs === undefined ? {} : { removedAtMs }),
  };
}
