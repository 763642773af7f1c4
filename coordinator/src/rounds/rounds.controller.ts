import { Controller, StreamableFile } from '@nestjs/common';
import { adapterViewSchema, type AdapterView } from '@consilium/shared/answers';
import { studyIdSchema } from '@consilium/shared/protocol';
import { ConsiliumError, type OperatorId } from '@consilium/shared/vocabulary';
import { z } from 'zod';
import type { Actor } from '../platform/http/actor.js';
import { Route } from '../platform/http/route.js';
import { RouteActor, RouteBody, RouteParams, RouteQuery } from '../platform/http/route-input.js';
import { givenReasonSchema, type GivenReason } from '../studies/given-reason.js';
import {
  abandonedSchema,
  abandonmentSchema,
  AbandonmentService,
  stoppedSchema,
  type Abandoned,
  type Abandonment,
  type Stopped,
} from './abandonment.service.js';
import { AdapterExportService } from './adapter-export.service.js';
import { RoundHistoryService } from './round-history.service.js';
import { roundViewSchema, type RoundView } from './rounds-view.js';

const ofStudy = z.strictObject({ studyId: studyIdSchema });
/** Query values arrive as text. */
const positive = z.stringFormat('whole number', /^[1-9]\d{0,5}$/).transform(Number);
const roundsQuery = z.strictObject({ from: positive.default(1), count: positive.optional() });
const exportQuery = z.strictObject({
  round: z
    .string()
    .regex(/^\d{1,6}$/, 'must be the number of a round')
    .transform(Number)
    .optional(),
});

@Controller('v1/studies/:studyId')
export class RoundsController {
  constructor(
    private readonly history: RoundHistoryService,
    private readonly adapters: AdapterExportService,
    private readonly abandonment: AbandonmentService,
  ) {}

  @Route({
    method: 'GET',
    path: 'rounds',
    permission: 'rounds.read',
    summary:
      'The rounds of a study with their attempts and what each site contributed: all, or `count` of them from round `from` on.',
    params: ofStudy,
    query: roundsQuery,
    response: z.array(roundViewSchema),
  })
  async rounds(
    @RouteParams() { studyId }: z.infer<typeof ofStudy>,
    @RouteQuery() part: z.infer<typeof roundsQuery>,
  ): Promise<RoundView[]> {
    return this.history.rounds(studyId, part);
  }

  @Route({
    method: 'POST',
    path: 'rounds/current/abandonment',
    permission: 'studies.start',
    summary:
      'Gives the open attempt of a study up, as when a site that it waits for will not come back; the reason is in the log.',
    params: ofStudy,
    body: { as: 'json', schema: abandonmentSchema, maxBytes: 1024 },
    response: abandonedSchema,
  })
  async abandon(
    @RouteActor() actor: Actor,
    @RouteParams() { studyId }: z.infer<typeof ofStudy>,
    @RouteBody() abandonment: Abandonment,
  ): Promise<Abandoned> {
    return this.abandonment.abandon(studyId, operatorOf(actor), abandonment);
  }

  @Route({
    method: 'POST',
    path: 'stop',
    permission: 'studies.start',
    summary:
      'Ends a running study for good, with the attempt that is under way; its adapters and its log stay, and the reason is in the log.',
    params: ofStudy,
    body: { as: 'json', schema: givenReasonSchema, maxBytes: 1024 },
    response: stoppedSchema,
  })
  async stop(
    @RouteActor() actor: Actor,
    @RouteParams() { studyId }: z.infer<typeof ofStudy>,
    @RouteBody() { reason }: GivenReason,
  ): Promise<Stopped> {
    return this.abandonment.stop(studyId, operatorOf(actor), reason);
  }

  @Route({
    method: 'GET',
    path: 'adapters',
    permission: 'rounds.read',
    summary: 'The adapter checkpoints of a study from its first one on, by hash, with their size.',
    params: ofStudy,
    response: z.array(adapterViewSchema),
  })
  list(@RouteParams() { studyId }: z.infer<typeof ofStudy>): Promise<AdapterView[]> {
    return this.adapters.list(studyId);
  }

  @Route({
    method: 'GET',
    path: 'adapter',
    permission: 'adapters.export',
    summary:
      'The adapter checkpoint of a round, the newest if none is named, as a safetensors file; the export is recorded in the log.',
    params: ofStudy,
    query: exportQuery,
    response: 'application/octet-stream',
  })
  async adapter(
    @RouteParams() { studyId }: z.infer<typeof ofStudy>,
    @RouteQuery() { round }: z.infer<typeof exportQuery>,
  ): Promise<StreamableFile> {
    const { bytes, roundNo } = await this.adapters.exportAdapter(studyId, round);
    return new StreamableFile(bytes, {
      type: 'application/octet-stream',
      disposition: `attachment; filename="${studyId}-${roundNo}.safetensors"`,
    });
  }
}

function operatorOf(actor: Actor): OperatorId {
  if (actor.kind !== 'operator') {
    throw new ConsiliumError('not-permitted', 'people give attempts up');
  }
  return actor.operatorId;
}
