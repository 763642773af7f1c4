/**
 * Takes a site's update in: who may send one, how large it is and until when is decided here, the chunks are kept by
 * updates/. An update counts from the transaction that finds it complete. docs/protocol/v1.md section 4, step 3.
 */
import { Injectable } from '@nestjs/common';
import type { Signed } from '@consilium/shared/crypto';
import {
  updateChunks,
  type Metrics,
  type SiteReply,
  type UpdateHeader,
} from '@consilium/shared/protocol';
import { isEnded } from '@consilium/shared/rounds';
import {
  ConsiliumError,
  type AttemptId,
  type ContentHash,
  type SiteId,
} from '@consilium/shared/vocabulary';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import { StudiesService, type Study } from '../studies/studies.service.js';
import { UploadsService } from '../updates/uploads.service.js';
import type { UploadOutcome } from '../updates/upload.js';
import { AttemptProgress } from './attempt-progress.js';
import { AttemptRepository } from './attempt.repository.js';
import { isSecure, type Attempt, type Participant } from './attempt.js';
import { hasLeft, isReplay, requireDocument } from './document-checks.js';
import { SecureAttemptRepository } from './secure-attempt.repository.js';
import { vectorWords } from './vector-words.js';

/** How far the update has come; what is wrong with it is thrown. */
export type UploadTaken = Extract<SiteReply, { kind: 'upload' | 'late' }>;

const LATE: UploadTaken = { kind: 'late' };
const BYTES_PER_WORD = 4;

@Injectable()
export class RoundUploadsService {
  constructor(
    private readonly database: Database,
    private readonly attempts: AttemptRepository,
    private readonly secure: SecureAttemptRepository,
    private readonly progress: AttemptProgress,
    private readonly studies: StudiesService,
    private readonly uploads: UploadsService,
  ) {}

  /**
   * Opens the update, or tells what of it is missing.
   * @throws ConsiliumError of `requireDocument`, 'conflict', 'bad-update' when it does not fit the attempt, 'wrong-state' before
   * the adverts are closed, 'not-found'.
   */
  async open(siteId: SiteId, header: Signed<UpdateHeader>): Promise<UploadTaken> {
    const isOpen = await this.database.transaction(async (tx) => {
      const attempt = await this.find(tx, header.body.attemptId);
      const study = await this.studies.get(attempt.manifest.body.studyId);
      if (hasLeft(attempt, siteId)) {
        return false;
      }
      const roster = await this.studies.rosterOf(attempt.manifest.body);
      const row = requireDocument(attempt, roster, siteId, 'update-header', header);
      if (isEnded(attempt.phase)) {
        return false;
      }
      if (isReplay(row.header, header)) {
        return mayStillSend(attempt, row);
      }
      requireFit(attempt, study, header.body);
      await this.requireNewDelta(tx, header.body);
      if (!mayStillSend(attempt, row)) {
        return false;
      }
      await this.attempts.setHeader(tx, header);
      return true;
    });
    return isOpen ? this.settle(header.body, await this.uploads.open(header.body)) : LATE;
  }

  /**
   * Takes one chunk, encrypted or masked.
   * @throws ConsiliumError 'bad-chunk' for a place or length that the update has not, 'conflict' for other bytes than before,
   * 'bad-update' once the whole is not what the header says, 'wrong-state' before `open`.
   */
  async chunk(
    siteId: SiteId,
    attemptId: AttemptId,
    index: number,
    bytes: Uint8Array,
  ): Promise<UploadTaken> {
    const attempt = await this.database.read((reader) => this.attempts.find(reader, attemptId));
    const row = attempt?.participants.find((participant) => participant.siteId === siteId);
    if (attempt === undefined || row === undefined) {
      throw new ConsiliumError('not-found', 'no attempt of this site has this id');
    }
    if (isEnded(attempt.phase)) {
      return LATE;
    }
    if (row.header === undefined) {
      throw new ConsiliumError('wrong-state', 'a chunk came before the header of its update');
    }
    if (!mayStillSend(attempt, row)) {
      return LATE;
    }
    const { body } = row.header;
    return this.settle(body, await this.uploads.accept(body, index, bytes));
  }

  /** The sites endorse no list with a delta that may be in another sum, so one site that sends it would stop the attempt. */
  private async requireNewDelta(tx: Transaction, header: UpdateHeader): Promise<void> {
    const { payload } = header;
    const named = payload.kind === 'masked' ? await this.secure.namedTrainings(tx, header) : [];
    if (payload.kind === 'masked' && named.includes(payload.training)) {
      throw new ConsiliumError(
        'bad-update',
        `the delta of training ${payload.training} was named among survivors of an attempt before: it has to be trained anew`,
      );
    }
  }

  private async settle(header: UpdateHeader, outcome: UploadOutcome): Promise<UploadTaken> {
    if (await this.isOver(header.attemptId)) {
      return LATE;
    }
    switch (outcome.kind) {
      case 'conflict':
        throw refusal(header, 'conflict', 'a chunk with other bytes was accepted before');
      case 'unfit':
        throw refusal(header, 'bad-chunk', outcome.reason);
      case 'refused':
        await this.refuse(header);
        throw refusal(header, 'bad-update', 'the chunks are not those of the signed header');
      case 'progress':
        return outcome.complete && !(await this.complete(header))
          ? LATE
          : { kind: 'upload', missing: [...outcome.missing], complete: outcome.complete };
    }
  }

  /** An attempt may end while a chunk of it is written: what that left goes, too. */
  private async isOver(attemptId: AttemptId): Promise<boolean> {
    const isOpen = await this.database.read((reader) => this.attempts.isOpen(reader, attemptId));
    if (!isOpen) {
      await this.uploads.discard(attemptId);
    }
    return !isOpen;
  }

  /** @returns whether the update counts. */
  private async complete({ attemptId, siteId }: UpdateHeader): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const attempt = await this.find(tx, attemptId);
      const row = attempt.participants.find((participant) => participant.siteId === siteId);
      if (isStillSending(attempt, row)) {
        await this.attempts.setState(tx, attemptId, [siteId], 'updated');
        await this.progress.advance(tx, attemptId);
        return true;
      }
      return row?.state === 'updated';
    });
  }

  /** The site cannot mend it in this attempt, so nobody waits for it any longer. */
  private async refuse({ attemptId, siteId }: UpdateHeader): Promise<void> {
    await this.database.transaction(async (tx) => {
      const attempt = await this.find(tx, attemptId);
      const row = attempt.participants.find((participant) => participant.siteId === siteId);
      if (isStillSending(attempt, row)) {
        await this.attempts.setState(tx, attemptId, [siteId], 'refused');
        await this.progress.advance(tx, attemptId);
      }
    });
  }

  private async find(tx: Transaction, attemptId: AttemptId): Promise<Attempt> {
    const attempt = await this.attempts.find(tx, attemptId);
    if (attempt === undefined) {
      throw new ConsiliumError('not-found', 'no attempt has this id');
    }
    return attempt;
  }
}

/** While updates are collected each peer may send, in a secure attempt each sharer; later only to hear once more that it is there. */
function mayStillSend(attempt: Attempt, { isPeer, isSharer, state }: Participant): boolean {
  const isOut = state === 'declined' || state === 'left';
  const isMember = isSecure(attempt) ? isSharer : isPeer;
  return isMember && (state === 'updated' || (attempt.phase === 'collecting' && !isOut));
}

function isStillSending({ phase }: Attempt, row: Participant | undefined): boolean {
  return phase === 'collecting' && (row?.state === 'advertised' || row?.state === 'shared');
}

function requireFit(attempt: Attempt, study: Study, header: UpdateHeader): void {
  if (attempt.phase === 'advertising' || attempt.phase === 'sharing') {
    throw new ConsiliumError('wrong-state', 'the sites of the attempt are not fixed yet');
  }
  const { payload, evaluation } = header;
  const bytes = vectorWords(attempt, study) * BYTES_PER_WORD;
  const expected: readonly [string, unknown, unknown][] = [
    ['payload', isSecure(attempt) ? 'masked' : 'encrypted', payload.kind],
    ['peersHash', attempt.peersHash, header.peersHash],
    ['schemaHash', attempt.manifest.body.schemaHash, header.schemaHash],
    ['plaintextBytes', bytes, header.plaintextBytes],
    ['chunkCount', updateChunks({ payload, plaintextBytes: bytes }).total, header.chunkCount],
    ...(payload.kind === 'masked' ? maskedFit(attempt, payload.sharersHash, evaluation) : []),
  ];
  const wrong = expected.find(([, ours, theirs]) => ours !== theirs);
  if (wrong !== undefined) {
    throw new ConsiliumError('bad-update', `the header's ${wrong[0]} does not fit the attempt`);
  }
  for (const metrics of Object.values(evaluation ?? {})) {
    requireShape(metrics, study.protocol.task.classes.length);
  }
}

/** What a single site measured would show beside a sum that hides it. */
function maskedFit(
  attempt: Attempt,
  sharersHash: ContentHash,
  evaluation: UpdateHeader['evaluation'],
): readonly [string, unknown, unknown][] {
  return [
    ['sharersHash', attempt.sharersHash, sharersHash],
    ['evaluation', undefined, evaluation],
  ];
}

/** Every chunk of every site reads the headers of the attempt, so none may hold more than a measurement needs. */
function requireShape({ confusion }: Metrics, classes: number): void {
  if (confusion.length !== classes || confusion.some((row) => row.length !== classes)) {
    throw new ConsiliumError('bad-update', `confusion: expected ${classes} rows of as many counts`);
  }
}

/** @returns an error that names the study, for the log. */
function refusal(
  { studyId }: UpdateHeader,
  code: 'conflict' | 'bad-chunk' | 'bad-update',
  message: string,
): ConsiliumError {
  return new ConsiliumError(code, message, { detail: { studyId } });
}
