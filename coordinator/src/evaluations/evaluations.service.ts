/** Measurements that sites make of adapter checkpoints on their own pictures. docs/protocol/v1.md section 6. */
import { Injectable } from '@nestjs/common';
import { verifyBody, type Signed } from '@consilium/shared/crypto';
import { canonicalJson, fromBase64 } from '@consilium/shared/encoding';
import { signedHash, type Evaluation } from '@consilium/shared/protocol';
import { ConsiliumError, type SiteId, type StudyId } from '@consilium/shared/vocabulary';
import { AuditService } from '../audit/audit.service.js';
import { Database } from '../database/database.js';
import { AdapterCheckpointsService } from '../models/adapter-checkpoints.service.js';
import { StudiesService, type Study } from '../studies/studies.service.js';
import { EvaluationRepository } from './evaluation.repository.js';
import { requireSoundMetrics } from './sound-metrics.js';

@Injectable()
export class EvaluationsService {
  constructor(
    private readonly database: Database,
    private readonly evaluations: EvaluationRepository,
    private readonly studies: StudiesService,
    private readonly checkpoints: AdapterCheckpointsService,
    private readonly audit: AuditService,
  ) {}

  /**
   * Takes a site's measurement. The same bytes again change nothing.
   * @param siteId of the channel that it came through.
   * @returns 'late' when the study has failed.
   * @throws ConsiliumError 'not-permitted' in another site's name, 'not-found' outside the roster, 'bad-signature', 'bad-message' for
   * numbers that cannot be or another checkpoint than the round has, 'not-found' for an unknown study or round, 'conflict'
   * when the site said something else before.
   */
  async report(siteId: SiteId, signed: Signed<Evaluation>): Promise<'accepted' | 'late'> {
    const { body } = signed;
    return this.database.transaction(async (tx) => {
      const study = await this.studies.get(body.studyId);
      requireAuthor(study, siteId, signed);
      const present = await this.evaluations.find(tx, body);
      if (present !== undefined) {
        return sameOrRefuse(present, signed);
      }
      if (study.phase === 'recruiting') {
        throw new ConsiliumError(
          'wrong-state',
          'the study has not started: nothing can be measured',
        );
      }
      await this.requireCheckpoint(body);
      requireSoundMetrics(body.metrics, study.protocol.task.classes.length);
      if (study.phase === 'failed') {
        return 'late';
      }
      await this.evaluations.insert(tx, signed);
      await this.audit.append(tx, {
        type: 'evaluation.reported',
        studyId: body.studyId,
        siteId,
        evaluationHash: signedHash(signed),
      });
      return 'accepted';
    });
  }

  /** By round, site and split. @throws ConsiliumError 'not-found' */
  async list(studyId: StudyId): Promise<Signed<Evaluation>[]> {
    return this.database.read(async (reader) => {
      await this.studies.get(studyId);
      return this.evaluations.ofStudy(reader, studyId);
    });
  }

  private async requireCheckpoint(body: Evaluation): Promise<void> {
    const { studyId, roundNo, adapterCheckpointHash } = body;
    const { hash } = await this.checkpoints.ofRound(studyId, roundNo);
    if (hash !== adapterCheckpointHash) {
      throw new ConsiliumError(
        'bad-message',
        `round ${roundNo} made another adapter checkpoint than the one that was measured`,
      );
    }
  }
}

/** A site speaks for itself only, and only where it takes part. */
function requireAuthor({ roster }: Study, siteId: SiteId, signed: Signed<Evaluation>): void {
  const { studyId, siteId: named } = signed.body;
  const member = roster.body.sites.find((site) => site.siteId === siteId);
  if (member === undefined) {
    throw new ConsiliumError('not-found', `there is no study ${studyId}`);
  }
  if (named !== siteId) {
    throw new ConsiliumError('not-permitted', `this is not for site ${siteId} to say`);
  }
  verifyBody('evaluation', signed, fromBase64(member.identityKey));
}

function sameOrRefuse(present: Signed<Evaluation>, arrived: Signed<Evaluation>): 'accepted' {
  if (canonicalJson(present) !== canonicalJson(arrived)) {
    throw new ConsiliumError(
      'conflict',
      'the site reported another evaluation of this round and split before',
    );
  }
  return 'accepted';
}
