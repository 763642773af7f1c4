import { Controller } from '@nestjs/common';
import { studyCheckSchema, type StudyCheck as CheckedFile } from '@consilium/shared/answers';
import type { Signed } from '@consilium/shared/crypto';
import {
  signedSchema,
  studyIdSchema,
  studyProtocolSchema,
  type StudyProtocol,
} from '@consilium/shared/protocol';
import { LIMITS } from '@consilium/shared/vocabulary';
import { z } from 'zod';
import { operatorOf } from '../operators/operator-actor.js';
import { Route } from '../platform/http/route.js';
import type { Actor } from '../platform/http/actor.js';
import { RouteActor, RouteBody, RouteParams } from '../platform/http/route-input.js';
import { StudyReach } from '../platform/http/study-reach.js';
import { givenReasonSchema, type GivenReason } from './given-reason.js';
import { StudiesService } from './studies.service.js';
import { StudyCheck } from './study-check.js';
import { StudyOpening } from './study-opening.js';
import { StudyPauses } from './study-pauses.js';
import { studyViewSchema, type StudyView } from './study-view.js';
import { StudyViews } from './study-views.js';

const studyParams = z.strictObject({ studyId: studyIdSchema });
type StudyParams = z.infer<typeof studyParams>;

@Controller('v1/studies')
export class StudiesController {
  constructor(
    private readonly studies: StudiesService,
    private readonly opening: StudyOpening,
    private readonly views: StudyViews,
    private readonly checking: StudyCheck,
    private readonly pauses: StudyPauses,
    private readonly reach: StudyReach,
  ) {}

  @Route({
    method: 'POST',
    path: '',
    permission: 'studies.create',
    summary:
      'Creates a study, which you reach from then on, from its study file (YAML) and offers it to the sites that it names.',
    status: 201,
    body: { as: 'text', schema: z.string(), maxBytes: LIMITS.studyFileBytes },
    response: studyViewSchema,
  })
  async create(@RouteActor() actor: Actor, @RouteBody() yaml: string): Promise<StudyView> {
    const { studyId } = await this.opening.open(yaml, operatorOf(actor).operatorId);
    return this.views.show(studyId);
  }

  @Route({
    method: 'POST',
    path: 'check',
    permission: 'studies.create',
    summary:
      'Says what a study file (YAML) comes to, field by field, and the study protocol with its hash; creates nothing.',
    body: { as: 'text', schema: z.string(), maxBytes: LIMITS.studyFileBytes },
    response: studyCheckSchema,
  })
  check(@RouteBody() yaml: string): Promise<CheckedFile> {
    return this.checking.check(yaml);
  }

  @Route({
    method: 'GET',
    path: '',
    permission: 'studies.read',
    summary: 'The studies that the person reaches.',
    response: z.array(studyViewSchema),
  })
  async list(@RouteActor() actor: Actor): Promise<StudyView[]> {
    const studies = await this.reach.readable(actor, await this.studies.list());
    return Promise.all(studies.map(({ studyId }) => this.views.show(studyId)));
  }

  @Route({
    method: 'GET',
    path: ':studyId',
    permission: 'studies.read',
    summary: 'One study: its phase, its sites, how far it has come.',
    params: studyParams,
    response: studyViewSchema,
  })
  show(@RouteParams() { studyId }: StudyParams): Promise<StudyView> {
    return this.views.show(studyId);
  }

  @Route({
    method: 'GET',
    path: ':studyId/protocol',
    permission: 'studies.read',
    summary: 'The study protocol that each site approves, as the coordinator signed it.',
    params: studyParams,
    response: signedSchema(studyProtocolSchema),
  })
  async protocol(@RouteParams() { studyId }: StudyParams): Promise<Signed<StudyProtocol>> {
    return (await this.studies.get(studyId)).signed;
  }

  @Route({
    method: 'POST',
    path: ':studyId/start',
    permission: 'studies.start',
    summary: 'Fixes the roster and opens the first round.',
    params: studyParams,
    response: studyViewSchema,
  })
  async start(@RouteParams() { studyId }: StudyParams): Promise<StudyView> {
    await this.studies.start(studyId);
    return this.views.show(studyId);
  }

  @Route({
    method: 'POST',
    path: ':studyId/pause',
    permission: 'studies.start',
    summary:
      'Pauses a running study: no attempt is opened until it is resumed, one under way goes on to its end; the reason is in the log.',
    params: studyParams,
    body: { as: 'json', schema: givenReasonSchema, maxBytes: 1024 },
    response: studyViewSchema,
  })
  async pause(
    @RouteActor() actor: Actor,
    @RouteParams() { studyId }: StudyParams,
    @RouteBody() { reason }: GivenReason,
  ): Promise<StudyView> {
    await this.pauses.pause(studyId, operatorOf(actor).operatorId, reason);
    return this.views.show(studyId);
  }

  @Route({
    method: 'POST',
    path: ':studyId/resume',
    permission: 'studies.start',
    summary: 'Resumes a paused study: its next attempt opens at once, unless one is under way.',
    params: studyParams,
    response: studyViewSchema,
  })
  async resume(
    @RouteActor() actor: Actor,
    @RouteParams() { studyId }: StudyParams,
  ): Promise<StudyView> {
    await this.pauses.resume(studyId, operatorOf(actor).operatorId);
    return this.views.show(studyId);
  }
}
