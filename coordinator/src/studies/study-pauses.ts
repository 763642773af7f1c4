/**
 * People pause a running study and resume it. Paused, no attempt is opened; one that is under way goes on to its end. The pause is
 * in the row of the study, so it outlives the process. docs/protocol/v1.md section 3.
 */
import { Injectable } from '@nestjs/common';
import { ConsiliumError, type OperatorId, type StudyId } from '@consilium/shared/vocabulary';
import { Database } from '../database/database.js';
import { Clock } from '../platform/clock.js';
import { Log } from '../platform/logging/log.js';
import { StudiesRepository } from './studies.repository.js';
import { StudiesService } from './studies.service.js';
import { StudyAnnouncements } from './study-announcements.js';

@Injectable()
export class StudyPauses {
  constructor(
    private readonly database: Database,
    private readonly studies: StudiesService,
    private readonly rows: StudiesRepository,
    private readonly announcements: StudyAnnouncements,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** @throws ConsiliumError 'not-found', 'wrong-state' when the study does not run or is paused */
  async pause(studyId: StudyId, by: OperatorId, reason: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const { phase, pause } = await this.studies.get(studyId);
      if (phase !== 'running') {
        const message = `${studyId} is ${phase}: a running study is paused`;
        throw new ConsiliumError('wrong-state', message);
      }
      if (pause !== undefined) {
        const message = `${studyId} is paused already, by ${pause.by}: ${pause.reason}`;
        throw new ConsiliumError('wrong-state', message);
      }
      const made = { by, reason, atMs: this.clock.nowMs() };
      await this.rows.setPause(tx, studyId, made);
      await this.announcements.paused(tx, studyId, made);
    });
    this.log.warn('a study was paused', { studyId, by });
  }

  /** @throws ConsiliumError 'not-found', 'wrong-state' when the study is not paused */
  async resume(studyId: StudyId, by: OperatorId): Promise<void> {
    await this.database.transaction(async (tx) => {
      const { phase, pause } = await this.studies.get(studyId);
      if (pause === undefined) {
        const message = `${studyId} is not paused, it is ${phase}`;
        throw new ConsiliumError('wrong-state', message);
      }
      await this.rows.setPause(tx, studyId, null);
      await this.announcements.resumed(tx, studyId, by);
    });
    this.log.info('a study was resumed', { studyId, by });
  }
}
