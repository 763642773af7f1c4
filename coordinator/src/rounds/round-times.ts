/** Notes when an attempt came into each phase and when each word of a site came, and tells listeners that it moved. */
import { Injectable } from '@nestjs/common';
import type { AttemptView, WordTimes } from '@consilium/shared/answers';
import type { Phase } from '@consilium/shared/rounds';
import type { AttemptId, SiteId } from '@consilium/shared/vocabulary';
import { In } from 'typeorm';
import type { Reader, Transaction } from '../database/transaction.js';
import { Clock } from '../platform/clock.js';
import { AttemptEntity } from './attempt.entity.js';
import { RoundTimeEntity } from './round-time.entity.js';

/** The site of a row that is about the whole attempt. */
const WHOLE = '';

/** What was noted of an attempt: a phase that it came into, or a word of a site. */
export interface Moved {
  readonly roundNo: number;
  readonly attemptId: string;
  readonly siteId: string;
  readonly what: string;
}

export interface AttemptTimes {
  readonly phases: AttemptView['phases'];
  readonly words: ReadonlyMap<SiteId, WordTimes>;
}

@Injectable()
export class RoundTimes {
  private readonly listeners = new Set<(studyId: string, moved: Moved) => void>();

  constructor(private readonly clock: Clock) {}

  /** Calls back after each commit in which an attempt of a study moved. @returns a function that ends the listening. */
  onMoved(listener: (studyId: string, moved: Moved) => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  async entered(tx: Transaction, attemptId: AttemptId, phase: Phase, atMs: number): Promise<void> {
    await this.note(tx, { attemptId, siteId: WHOLE, what: phase, atMs });
  }

  /** A repeated word keeps the time of the first. */
  async heard(
    tx: Transaction,
    attemptId: AttemptId,
    siteId: SiteId,
    what: keyof WordTimes,
  ): Promise<void> {
    await this.note(tx, { attemptId, siteId, what, atMs: this.clock.nowMs() });
  }

  /** By attempt; an attempt of a version that noted no times has none. */
  async ofAttempts(
    reader: Reader,
    attemptIds: readonly AttemptId[],
  ): Promise<ReadonlyMap<AttemptId, AttemptTimes>> {
    const rows = await reader.rows.find(RoundTimeEntity, {
      where: { attemptId: In([...attemptIds]) },
      order: { atMs: 'ASC' },
    });
    const byAttempt = new Map<string, RoundTimeEntity[]>(attemptIds.map((id) => [id, []]));
    for (const row of rows) {
      byAttempt.get(row.attemptId)?.push(row);
    }
    return new Map(attemptIds.map((id) => [id, toTimes(byAttempt.get(id) ?? [])]));
  }

  private async note(tx: Transaction, row: RoundTimeEntity): Promise<void> {
    const { attemptId, siteId, what } = row;
    if (await tx.rows.existsBy(RoundTimeEntity, { attemptId, siteId, what })) {
      return;
    }
    await tx.rows.insert(RoundTimeEntity, { ...row });
    const attempt = await tx.rows.findOneBy(AttemptEntity, { attemptId });
    const { studyId = '', roundNo = 0 } = attempt ?? {};
    tx.afterCommit(() => {
      this.listeners.forEach((listener) => {
        listener(studyId, { roundNo, attemptId, siteId, what });
      });
    });
  }
}

/** Phases that began in the same millisecond keep the order in which an attempt passes them. */
const ORDER: readonly Phase[] = [
  'advertising',
  'sharing',
  'collecting',
  'sealing',
  'unmasking',
  'voting',
  'committed',
  'aborted',
];

function toTimes(rows: readonly RoundTimeEntity[]): AttemptTimes {
  const words = new Map<SiteId, Record<string, number>>();
  const phases: { phase: Phase; atMs: number }[] = [];
  for (const { siteId, what, atMs } of rows) {
    if (siteId === WHOLE) {
      phases.push({ phase: what as Phase, atMs });
    } else {
      const site = siteId as SiteId;
      words.set(site, { ...words.get(site), [what]: atMs });
    }
  }
  phases.sort((a, b) => a.atMs - b.atMs || ORDER.indexOf(a.phase) - ORDER.indexOf(b.phase));
  return { phases, words };
}
