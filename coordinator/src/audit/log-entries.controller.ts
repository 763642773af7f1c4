import { Controller } from '@nestjs/common';
import {
  entriesSchema,
  provenEntrySchema,
  type Entries,
  type ProvenEntry,
} from '@consilium/shared/answers';
import { toBase64 } from '@consilium/shared/encoding';
import { siteIdSchema, studyIdSchema } from '@consilium/shared/protocol';
import { z } from 'zod';
import type { Actor } from '../platform/http/actor.js';
import { Route } from '../platform/http/route.js';
import { RouteActor, RouteParams, RouteQuery } from '../platform/http/route-input.js';
import { LogEntries } from './log-entries.service.js';

/** Query values arrive as text. */
const count = z.stringFormat('whole number', /^(0|[1-9]\d{0,14})$/).transform(Number);

const entriesQuery = z.strictObject({
  study: studyIdSchema.optional(),
  round: count.pipe(z.int().min(1)).optional(),
  site: siteIdSchema.optional(),
  kind: z.string().min(1).max(64).optional(),
  fromMs: count.optional(),
  untilMs: count.optional(),
  before: count.default(Number.MAX_SAFE_INTEGER),
  count: count.pipe(z.int().min(1).max(200)).default(50),
});
const ofEntry = z.strictObject({ index: count });

@Controller('v1/log/entries')
export class LogEntriesController {
  constructor(private readonly entries: LogEntries) {}

  @Route({
    method: 'GET',
    path: '',
    permission: 'log.read',
    summary:
      'Leaves by study, round, site, kind and time, the newest first: those of no study and of the studies that you reach.',
    query: entriesQuery,
    response: entriesSchema,
  })
  async find(
    @RouteActor() actor: Actor,
    @RouteQuery() query: z.infer<typeof entriesQuery>,
  ): Promise<Entries> {
    // One more than asked for tells whether there are older ones.
    const found = await this.entries.find(actor, { ...query, count: query.count + 1 });
    const entries = found.slice(0, query.count);
    const last = entries.at(-1);
    return {
      entries: entries.map(({ index, leaf }) => ({ index, leaf })),
      ...(found.length > entries.length && last !== undefined ? { older: last.index } : {}),
    };
  }

  @Route({
    method: 'GET',
    path: ':index',
    permission: 'log.read',
    summary:
      'One leaf with its proof of inclusion in the newest checkpoint (RFC 6962 section 2.1.1).',
    params: ofEntry,
    response: provenEntrySchema,
  })
  async prove(
    @RouteActor() actor: Actor,
    @RouteParams() { index }: z.infer<typeof ofEntry>,
  ): Promise<ProvenEntry> {
    const { leaf, checkpoint, inclusion } = await this.entries.prove(actor, index);
    return { index, leaf, checkpoint: checkpoint.note, inclusion: inclusion.map(toBase64) };
  }
}
