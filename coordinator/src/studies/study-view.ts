/** What operators are shown of a study. */
import { z } from 'zod';
import { AdapterCheckpointsService } from '../models/adapter-checkpoints.service.js';
import { Injectable } from '@nestjs/common';
import type { StudyId } from '@consilium/shared/vocabulary';
import { StudiesService } from './studies.service.js';
import { aggregationInWords } from './aggregation-in-words.js';

export const studyViewSchema = z.object({
  studyId: z.string(),
  title: z.string(),
  phase: z.enum(['recruiting', 'running', 'completed', 'failed']),
  /** Why it failed; empty otherwise. */
  reason: z.string(),
  protocolHash: z.string(),
  backboneHash: z.string(),
  minSites: z.int(),
  /** What the aggregation protects against, needs and does not promise, in sentences. */
  aggregation: z.array(z.string()),
  sites: z.array(
    z.object({
      siteId: z.string(),
      joinedAtMs: z.int(),
      images: z.int(),
      used: z.int(),
      skipped: z.int(),
      /** False once it has left or was revoked. */
      member: z.boolean(),
    }),
  ),
  declined: z.array(z.object({ siteId: z.string(), code: z.string() })),
  rounds: z.object({ committed: z.int(), total: z.int() }),
  adapterCheckpointHash: z.string(),
});
export type StudyView = z.infer<typeof studyViewSchema>;

@Injectable()
export class StudyViews {
  constructor(
    private readonly studies: StudiesService,
    private readonly checkpoints: AdapterCheckpointsService,
  ) {}

  /** @throws ConsiliumError 'not-found' */
  async show(studyId: StudyId): Promise<StudyView> {
    const study = await this.studies.get(studyId);
    const joins = await this.studies.joins(studyId);
    const { protocol } = study;
    return {
      studyId,
      title: protocol.title,
      phase: study.phase,
      reason: study.reason,
      protocolHash: study.protocolHash,
      backboneHash: protocol.backbone.hash,
      minSites: protocol.participation.minSites,
      aggregation: aggregationInWords(protocol, study.roster.body.sites.length),
      sites: joins.flatMap(({ join: { body }, atMs }) => {
        const { decision, siteId } = body;
        if (decision.kind === 'decline') {
          return [];
        }
        const { images, used, skipped } = decision;
        const member = study.roster.body.sites.some((site) => site.siteId === siteId);
        return [{ siteId, joinedAtMs: atMs, images, used, skipped, member }];
      }),
      declined: joins.flatMap(({ join: { body } }) =>
        body.decision.kind === 'decline' ? [{ siteId: body.siteId, code: body.decision.code }] : [],
      ),
      rounds: { committed: study.currentRound, total: protocol.training.rounds },
      adapterCheckpointHash: (await this.checkpoints.latest(studyId)).hash,
    };
  }
}
