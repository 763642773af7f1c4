/** What happens, as it happens, and what happened in a study. */
import { Controller, Req, Res } from '@nestjs/common';
import { activitySchema, type Activity } from '@consilium/shared/answers';
import { studyIdSchema } from '@consilium/shared/protocol';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { LogEntries } from '../audit/log-entries.service.js';
import { operatorOf } from '../operators/operator-actor.js';
import type { Actor } from '../platform/http/actor.js';
import { RouteActor, RouteParams, RouteQuery } from '../platform/http/route-input.js';
import { Route } from '../platform/http/route.js';
import { LiveService } from './live.service.js';

/** Query values arrive as text. */
const count = z.stringFormat('whole number', /^(0|[1-9]\d{0,14})$/).transform(Number);
const liveQuery = z.strictObject({ after: count.optional() });
const ofStudy = z.strictObject({ studyId: studyIdSchema });
const activityQuery = z.strictObject({
  before: count.default(Number.MAX_SAFE_INTEGER),
  count: count.pipe(z.number().min(1).max(500)).default(100),
});

@Controller('v1')
export class LiveController {
  constructor(
    private readonly live: LiveService,
    private readonly entries: LogEntries,
  ) {}

  @Route({
    method: 'GET',
    path: 'live',
    permission: 'signed-in',
    summary:
      'Server-sent events: leaves that you may see as they are appended, what changes without one, and a beat every two seconds.',
    query: liveQuery,
    response: 'text/event-stream',
  })
  async watch(
    @Req() request: Request,
    @Res() response: Response,
    @RouteActor() actor: Actor,
    @RouteQuery() { after }: z.infer<typeof liveQuery>,
  ): Promise<void> {
    // A browser that comes back by itself says where it was in a header.
    const last = count.safeParse(request.headers['last-event-id']);
    await this.live.watch(request, response, operatorOf(actor), last.success ? last.data : after);
  }

  @Route({
    method: 'GET',
    path: 'studies/:studyId/activity',
    permission: 'log.read',
    summary: 'The leaves of a study, the newest first, as the canonical JSON that was hashed.',
    params: ofStudy,
    query: activityQuery,
    response: activitySchema,
  })
  async ofStudy(
    @RouteParams() { studyId }: z.infer<typeof ofStudy>,
    @RouteQuery() { before, count }: z.infer<typeof activityQuery>,
  ): Promise<Activity> {
    const leaves = await this.entries.ofStudy(studyId, { before, count });
    return { leaves: [...leaves] };
  }
}
