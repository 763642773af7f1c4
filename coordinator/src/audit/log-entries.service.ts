/** The log for people who look for something in it: only what the person reaches is found, and each leaf comes with its proof. */
import { Injectable } from '@nestjs/common';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { Database } from '../database/database.js';
import type { Actor } from '../platform/http/actor.js';
import { StudyReach } from '../platform/http/study-reach.js';
import {
  LogEntriesRepository,
  NO_STUDY,
  type Entry,
  type EntryFilter,
  type EntryPage,
} from './log-entries.repository.js';
import { LogReader, type LeafProof } from './log-reader.service.js';

export interface EntryQuestion extends EntryFilter, EntryPage {
  readonly study?: string | undefined;
}

@Injectable()
export class LogEntries {
  constructor(
    private readonly database: Database,
    private readonly repository: LogEntriesRepository,
    private readonly log: LogReader,
    private readonly reach: StudyReach,
  ) {}

  /** The newest leaves that the question fits. */
  async find(actor: Actor, question: EntryQuestion): Promise<readonly Entry[]> {
    const reached = await this.reach.studiesWithin(actor, 'log.read');
    const { study } = question;
    const studies = reached === 'every-study' ? undefined : [NO_STUDY, ...reached];
    if (study === undefined) {
      return this.read(studies, question);
    }
    return studies?.includes(study) === false ? [] : this.read([study], question);
  }

  /** Of one study, for whoever reaches it. */
  async ofStudy(studyId: string, page: EntryPage): Promise<readonly Entry[]> {
    return this.read([studyId], page);
  }

  /** @throws ConsiliumError 'not-found' if there is no such leaf, or none that the person reaches. */
  async prove(actor: Actor, index: number): Promise<LeafProof> {
    const proof = await this.log.prove(index, 0);
    const { studyId } = JSON.parse(proof.leaf) as { readonly studyId?: string };
    const shown = await this.reach.within(actor, 'log.read', [proof], () => studyId);
    if (shown.length === 0) {
      throw new ConsiliumError('not-found', `there is no leaf ${index}`);
    }
    return proof;
  }

  private read(
    studies: readonly string[] | undefined,
    question: EntryFilter & EntryPage,
  ): Promise<readonly Entry[]> {
    return this.database.read((reader) =>
      this.repository.find(reader, studies, question, question),
    );
  }
}
