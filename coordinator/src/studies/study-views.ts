/** Puts together what operators are shown of a study. */
import { Injectable } from '@nestjs/common';
import type { StudyId } from '@consilium/shared/vocabulary';
import { AdapterCheckpointsService } from '../models/adapter-checkpoints.service.js';
import { aggregationInWords, securityNumbers } from './aggregation-in-words.js';
import { StudiesService, type Study } from './studies.service.js';
import type { StudyView } from './study-view.js';

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
      ...pauseOf(study),
      protocolHash: study.protocolHash,
      backboneHash: protocol.backbone.hash,
      minSites: protocol.participation.minSites,
      aggregation: aggregationInWords(protocol, study.roster.body.sites.length),
      security: securityNumbers(
        protocol,
        study.roster.body.sites.map(({ siteId }) => siteId),
      ),
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

function pauseOf({ pause }: Study): Pick<StudyView, 'pause'> {
  if (pause === undefined) {
    return {};
  }
  const { by, reason, atMs } = pause;
  return { pause: { by, reason, pausedAtMs: atMs } };
}
