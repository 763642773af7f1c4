/**
 * The moves that only a secure attempt makes: the sharers are fixed and each is owed what was dealt to it, the survivors are
 * fixed by a leaf, enough endorsements of it let shares out. docs/protocol/v1.md section 4.1.
 */
import { Injectable } from '@nestjs/common';
import { toBase64 } from '@consilium/shared/encoding';
import { headersHash, sharersHash } from '@consilium/shared/protocol';
import type { Phase } from '@consilium/shared/rounds';
import { dealtBy } from '@consilium/shared/secagg';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { LogReader } from '../audit/log-reader.service.js';
import type { Transaction } from '../database/transaction.js';
import { AttemptRepository } from './attempt.repository.js';
import { sendersOf, sharersOf, type Attempt } from './attempt.js';
import { placeOf, RoundJournal } from './round-journal.js';
import { RoundSchedule } from './round-schedule.js';
import { listOf, survivorsToName } from './survivors-to-name.js';
import { SecureAttemptRepository } from './secure-attempt.repository.js';

@Injectable()
export class SecureProgress {
  constructor(
    private readonly attempts: AttemptRepository,
    private readonly secure: SecureAttemptRepository,
    private readonly journal: RoundJournal,
    private readonly schedule: RoundSchedule,
    private readonly log: LogReader,
  ) {}

  /**
   * @param attempt whose adverts are closed.
   * @returns why it has to be aborted instead
   */
  async move(tx: Transaction, attempt: Attempt, to: Phase): Promise<string | undefined> {
    switch (to) {
      case 'collecting':
        await this.closeShares(tx, attempt);
        return undefined;
      case 'sealing':
        return this.fixSurvivors(tx, attempt);
      case 'unmasking':
        await this.tellQuorum(tx, attempt);
        return undefined;
      case 'advertising':
      case 'sharing':
      case 'voting':
      case 'committed':
      case 'aborted':
        throw new ConsiliumError('internal', `a secure attempt does not move to ${to} by itself`);
    }
  }

  private async closeShares(tx: Transaction, attempt: Attempt): Promise<void> {
    const { attemptId, manifest } = attempt;
    const sharers = sharersOf(attempt);
    const sites = sharers.map(({ siteId }) => siteId);
    const words = sharers.map(({ shares }) => shares);
    const atMs = this.journal.nowMs();
    const hash = sharersHash(attemptId, words);
    const closed = { phase: 'collecting', atMs, sharersHash: hash } as const;
    await this.secure.closeShares(tx, attemptId, sites, closed);
    const entries = await this.secure.entries(tx, attemptId);
    const dealings = words.map((shares) => dealtBy(shares, entries.get(shares.body.siteId) ?? []));
    const place = placeOf(manifest.body);
    for (const holder of sites) {
      const dealt = dealings.map((dealtToHolder) => dealtToHolder(holder));
      const message = { kind: 'round.relay', ...place, dealt } as const;
      await this.journal.tell(tx, place.studyId, [holder], message);
    }
    const { issuedAtMs, roundDeadlineMs } = manifest.body;
    await this.schedule.setDeadline(tx, attemptId, issuedAtMs + roundDeadlineMs);
  }

  /** Those whose updates are whole: each was held to its header when it came, so none of them turns out bad later. */
  private async fixSurvivors(tx: Transaction, attempt: Attempt): Promise<string | undefined> {
    const { attemptId, manifest, peersHash, sharersHash: sharers } = attempt;
    if (peersHash === undefined || sharers === undefined) {
      throw new ConsiliumError('internal', 'updates were closed before adverts and shares were');
    }
    const place = placeOf(manifest.body);
    const { studyId, roundNo } = place;
    const earlier = (await this.attempts.ofRound(tx, studyId, roundNo)).flatMap(listOf);
    const named = survivorsToName(attempt, earlier);
    if (named === undefined) {
      return 'no sum of the updates that came hides every site, by itself and beside those of earlier attempts';
    }
    const { sites, groups } = named;
    const headers = sendersOf(attempt)
      .filter(({ siteId }) => sites.includes(siteId))
      .map(({ header }) => header);
    const leafIndex = await this.journal.append(tx, {
      type: 'round.survivors',
      ...place,
      peersHash,
      sharersHash: sharers,
      earlier: earlier.map(({ leafIndex }) => leafIndex),
      sites: [...sites],
      ...(groups === undefined ? {} : { groups: groups.map((members) => [...members]) }),
      headersHash: headersHash(attemptId, headers),
    });
    const atMs = this.journal.nowMs();
    const leaf = { index: leafIndex, hash: await this.hashOfLeaf(leafIndex) };
    await this.secure.fixSurvivors(tx, attemptId, sites, { phase: 'sealing', atMs, leaf });
    const told = sharersOf(attempt).map(({ siteId }) => siteId);
    const message = { kind: 'round.survivors', ...place, leafIndex, headers } as const;
    await this.journal.tell(tx, place.studyId, told, message);
    await this.schedule.setDeadline(tx, attemptId, atMs + manifest.body.advertDeadlineMs);
    return undefined;
  }

  /** From here on the attempt waits without a deadline: a new try after this would cost every site a training. */
  private async tellQuorum(tx: Transaction, attempt: Attempt): Promise<void> {
    const { attemptId, manifest } = attempt;
    const sharers = sharersOf(attempt);
    const endorsements = sharers.flatMap(({ endorsement }) => endorsement ?? []);
    const atMs = this.journal.nowMs();
    await this.attempts.enter(tx, attemptId, { phase: 'unmasking', atMs });
    await this.schedule.cancelDeadline(tx, attemptId);
    const place = placeOf(manifest.body);
    const told = sharers.map(({ siteId }) => siteId);
    const message = { kind: 'round.quorum', ...place, endorsements } as const;
    await this.journal.tell(tx, place.studyId, told, message);
  }

  private async hashOfLeaf(index: number): Promise<string> {
    const [stored] = await this.log.leaves(index, 1);
    if (stored?.index !== index) {
      throw new ConsiliumError('internal', `the leaf ${index} cannot be read back`);
    }
    return toBase64(stored.hash);
  }
}
