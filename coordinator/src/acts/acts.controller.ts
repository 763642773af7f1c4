import { Controller } from '@nestjs/common';
import {
  actSchema,
  positiveSchema,
  signedActSchema,
  STATEMENT_LENGTH,
  studyIdSchema,
  type Act,
  type SignedAct,
} from '@consilium/shared/protocol';
import { z } from 'zod';
import { operatorOf } from '../operators/operator-actor.js';
import type { Actor } from '../platform/http/actor.js';
import { RouteActor, RouteBody, RouteParams } from '../platform/http/route-input.js';
import { Route } from '../platform/http/route.js';
import type { RecordedAct } from './acts.repository.js';
import { ActsService } from './acts.service.js';

const ofStudy = z.strictObject({ studyId: studyIdSchema });
type OfStudy = z.infer<typeof ofStudy>;
const wish = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('study-approved') }),
  z.strictObject({ act: z.literal('adapter-accepted'), roundNo: positiveSchema.optional() }),
  z.strictObject({ act: z.literal('statement'), text: z.string().min(1).max(STATEMENT_LENGTH) }),
]);
const recorded = z.object({ leafIndex: z.int(), signed: signedActSchema });

@Controller('v1/studies/:studyId/acts')
export class ActsController {
  constructor(private readonly acts: ActsService) {}

  @Route({
    method: 'POST',
    path: 'preparations',
    permission: 'acts.sign',
    summary: 'What you sign to approve, accept or state something; valid for 15 minutes.',
    status: 201,
    params: ofStudy,
    body: { as: 'json', schema: wish, maxBytes: 16_384 },
    response: actSchema,
  })
  prepare(
    @RouteActor() actor: Actor,
    @RouteParams() { studyId }: OfStudy,
    @RouteBody() body: z.infer<typeof wish>,
  ): Promise<Act> {
    return this.acts.prepare(operatorOf(actor).operatorId, studyId, body);
  }

  @Route({
    method: 'POST',
    path: '',
    permission: 'acts.sign',
    summary: 'Takes what you signed, and records it in the log.',
    status: 201,
    params: ofStudy,
    body: { as: 'json', schema: signedActSchema, maxBytes: 65_536 },
    response: recorded,
  })
  submit(
    @RouteActor() actor: Actor,
    @RouteParams() { studyId }: OfStudy,
    @RouteBody() signed: SignedAct,
  ): Promise<RecordedAct> {
    return this.acts.submit(operatorOf(actor).operatorId, studyId, signed);
  }

  @Route({
    method: 'GET',
    path: '',
    permission: 'studies.read',
    summary: 'What people signed of the study, in the order of the log.',
    params: ofStudy,
    response: z.array(recorded),
  })
  list(@RouteParams() { studyId }: OfStudy): Promise<RecordedAct[]> {
    return this.acts.list(studyId);
  }
}
