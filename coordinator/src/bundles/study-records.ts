/** The rows of a study that a bundle shows. */
import { Injectable } from '@nestjs/common';
import { BUNDLE_PATHS, type DoublySignedKeyRotation } from '@consilium/shared/protocol';
import type { AttemptDocuments, StudyDocuments } from '@consilium/shared/verify';
import type { ContentHash, SiteId, StudyId } from '@consilium/shared/vocabulary';
import { ActsService } from '../acts/acts.service.js';
import { EvaluationsService } from '../evaluations/evaluations.service.js';
import { AdapterCheckpointsService } from '../models/adapter-checkpoints.service.js';
import { RoundHistoryService } from '../rounds/round-history.service.js';
import { SitesService } from '../sites/sites.service.js';
import { StudiesService } from '../studies/studies.service.js';

export interface RecordsOfStudy {
  readonly documents: Omit<StudyDocuments, 'log'>;
  readonly blobs: readonly BlobOfBundle[];
}

export interface BlobOfBundle {
  readonly path: string;
  readonly hash: ContentHash;
}

@Injectable()
export class StudyRecords {
  constructor(
    private readonly studies: StudiesService,
    private readonly rounds: RoundHistoryService,
    private readonly evaluations: EvaluationsService,
    private readonly checkpoints: AdapterCheckpointsService,
    private readonly sites: SitesService,
    private readonly acts: ActsService,
  ) {}

  /** Called inside one read, so that all of it is of the same moment. */
  async read(studyId: StudyId): Promise<RecordsOfStudy> {
    const { signed } = await this.studies.get(studyId);
    const attempts = await this.rounds.attempts(studyId);
    const adapters = await this.checkpoints.all(studyId);
    const words = await this.studies.joins(studyId);
    const joins = words.flatMap(({ join, earlier }) => [...earlier, join]);
    const documents = {
      studyProtocol: signed,
      joins,
      rotations: await this.rotationsOf(words.map(({ join }) => join.body.siteId)),
      withdrawals: await this.studies.withdrawals(studyId),
      acts: await this.acts.ofBundle(studyId),
      rosters: await this.studies.rosters(studyId),
      evaluations: await this.evaluations.list(studyId),
      attempts,
    };
    const sums = attempts.flatMap(summedBlobs);
    const weights = adapters.map(({ roundNo, hash }) => ({
      path: BUNDLE_PATHS.adapter(roundNo),
      hash,
    }));
    return { documents, blobs: [...weights, ...sums] };
  }

  private async rotationsOf(siteIds: readonly SiteId[]): Promise<DoublySignedKeyRotation[]> {
    const rotations = await Promise.all(siteIds.map((siteId) => this.sites.rotations(siteId)));
    return rotations.flat();
  }
}

/** The ring sum of a committed attempt, and what it is the sum of where masks hide it. */
function summedBlobs({ attemptId, record }: AttemptDocuments): BlobOfBundle[] {
  if (record === undefined) {
    return [];
  }
  const { ringSumHash, aggregation, participants } = record;
  const sum = { path: BUNDLE_PATHS.ringSum(attemptId), hash: ringSumHash };
  if (aggregation.kind === 'plain') {
    return [sum];
  }
  const masked = participants.flatMap(({ siteId, state, vectorHash }) =>
    state === 'survivor' && vectorHash !== undefined
      ? [{ path: BUNDLE_PATHS.masked(attemptId, siteId), hash: vectorHash }]
      : [],
  );
  return [sum, ...masked];
}
