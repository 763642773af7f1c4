/**
 * What a change of a study's members does to its open attempt. Until the updates are closed the site is as good as gone; once
 * they are being summed the attempt completes with what the site had sent. docs/protocol/v1.md section 4.
 */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Phase } from '@consilium/shared/rounds';
import type { SiteId, StudyId } from '@consilium/shared/vocabulary';
import type { Transaction } from '../database/transaction.js';
import { StudiesService } from '../studies/studies.service.js';
import { StudyMembership, type RoundsOfMembers } from '../studies/study-membership.js';
import { AttemptProgress } from './attempt-progress.js';
import { AttemptRepository } from './attempt.repository.js';
import type { ParticipantState } from './participant.entity.js';

@Injectable()
export class MemberRounds implements RoundsOfMembers, OnModuleInit {
  constructor(
    private readonly membership: StudyMembership,
    private readonly studies: StudiesService,
    private readonly attempts: AttemptRepository,
    private readonly progress: AttemptProgress,
  ) {}

  onModuleInit(): void {
    this.membership.attachRounds(this);
  }

  async lastCountedRound(tx: Transaction, studyId: StudyId, siteId: SiteId): Promise<number> {
    const { currentRound } = await this.studies.get(studyId);
    const attempt = await this.attempts.findOpen(tx, studyId);
    const isBeingSummed =
      attempt !== undefined &&
      SUMMING.includes(attempt.phase) &&
      attempt.participants.some((row) => row.siteId === siteId && row.state === 'updated');
    return isBeingSummed ? attempt.manifest.body.roundNo : currentRound;
  }

  async left(
    tx: Transaction,
    studyId: StudyId,
    siteId: SiteId,
    keepsUpdate: boolean,
  ): Promise<void> {
    const attempt = await this.attempts.findOpen(tx, studyId);
    const row = attempt?.participants.find((participant) => participant.siteId === siteId);
    if (attempt === undefined || row === undefined || SUMMING.includes(attempt.phase)) {
      return;
    }
    const ends: readonly ParticipantState[] = keepsUpdate ? UNFINISHED : [...UNFINISHED, 'updated'];
    if (ends.includes(row.state)) {
      await this.attempts.setState(tx, attempt.attemptId, [siteId], 'left');
      await this.progress.advance(tx, attempt.attemptId);
    }
  }
}

const UNFINISHED: readonly ParticipantState[] = ['invited', 'advertised', 'shared'];

/** Who counts is fixed: the attempt goes on with what is there, whoever leaves. */
const SUMMING: readonly Phase[] = ['sealing', 'unmasking', 'voting'];
