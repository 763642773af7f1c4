import { Controller } from '@nestjs/common';
import { toBase64 } from '@consilium/shared/encoding';
import { z } from 'zod';
import type { Actor } from '../platform/http/actor.js';
import { Route } from '../platform/http/route.js';
import { RouteActor, RouteQuery } from '../platform/http/route-input.js';
import { StudyReach } from '../platform/http/study-reach.js';
import { LogReader } from './log-reader.service.js';

/** Query values arrive as text. */
const count = z.stringFormat('whole number', /^(0|[1-9]\d{0,15})$/).transform(Number);
const hashes = z.array(z.base64());

const leavesQuery = z.strictObject({
  start: count.default(0),
  count: count.pipe(z.number().min(1).max(256)).default(256),
});
const inclusionQuery = z.strictObject({ index: count, size: count });
const consistencyQuery = z.strictObject({ old: count, new: count });

const leavesAnswer = z.object({
  leaves: z.array(z.object({ index: z.int(), leaf: z.string() })),
  /** Where to go on: leaves that are not for the caller are left out. */
  next: z.int(),
});
const proofAnswer = z.object({ proof: hashes });

@Controller('v1/log')
export class LogController {
  constructor(
    private readonly log: LogReader,
    private readonly reach: StudyReach,
  ) {}

  @Route({
    method: 'GET',
    path: 'checkpoint',
    permission: 'log.read',
    summary: 'The newest log checkpoint as signed note (C2SP tlog-checkpoint).',
    response: 'text/plain',
  })
  async checkpoint(): Promise<string> {
    const { note } = await this.log.latest();
    return note;
  }

  @Route({
    method: 'GET',
    path: 'leaves',
    permission: 'log.read',
    summary:
      'Leaves from an index on, as the canonical JSON that was hashed: those of no study and of the studies that you reach.',
    query: leavesQuery,
    response: leavesAnswer,
  })
  async leaves(
    @RouteActor() actor: Actor,
    @RouteQuery() { start, count }: z.infer<typeof leavesQuery>,
  ): Promise<z.infer<typeof leavesAnswer>> {
    const leaves = await this.log.leaves(start, count);
    const shown = await this.reach.within(actor, 'log.read', leaves, studyOf);
    return {
      leaves: shown.map(({ index, leaf }) => ({ index, leaf })),
      next: start + leaves.length,
    };
  }

  @Route({
    method: 'GET',
    path: 'proofs/inclusion',
    permission: 'log.read',
    summary: 'That a leaf is in the log of a size (RFC 6962 section 2.1.1).',
    query: inclusionQuery,
    response: proofAnswer,
  })
  async inclusion(
    @RouteQuery() query: z.infer<typeof inclusionQuery>,
  ): Promise<z.infer<typeof proofAnswer>> {
    const proof = await this.log.inclusionProof(query.index, query.size);
    return { proof: proof.map(toBase64) };
  }

  @Route({
    method: 'GET',
    path: 'proofs/consistency',
    permission: 'log.read',
    summary:
      'That the log of the new size begins with the one of the old size (RFC 6962 section 2.1.2).',
    query: consistencyQuery,
    response: proofAnswer,
  })
  async consistency(
    @RouteQuery() query: z.infer<typeof consistencyQuery>,
  ): Promise<z.infer<typeof proofAnswer>> {
    const proof = await this.log.consistencyProof(query.old, query.new);
    return { proof: proof.map(toBase64) };
  }
}

function studyOf({ leaf }: { readonly leaf: string }): string | undefined {
  return (JSON.parse(leaf) as { readonly studyId?: string }).studyId;
}
