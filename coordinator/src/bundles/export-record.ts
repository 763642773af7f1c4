/** Says in the log that a bundle leaves the coordinator. */
import { Injectable } from '@nestjs/common';
import type { StudyId } from '@consilium/shared/vocabulary';
import { AuditService } from '../audit/audit.service.js';
import { Database } from '../database/database.js';
import { StudiesService } from '../studies/studies.service.js';

@Injectable()
export class ExportRecord {
  constructor(
    private readonly database: Database,
    private readonly studies: StudiesService,
    private readonly audit: AuditService,
  ) {}

  /** @throws ConsiliumError 'not-found' */
  async append(studyId: StudyId): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.studies.get(studyId);
      await this.audit.append(tx, { type: 'access.export', studyId, what: 'bundle' });
    });
  }
}
