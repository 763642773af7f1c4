/**
 * A site of the simulator, of the real table and the real checks. It writes each move to its journal before anything leaves, and
 * may stop dead on either side of that.
 */
import { contentHash, signBody } from '@consilium/shared/crypto';
import { canonicalBytes, fromBase64, toBase64 } from '@consilium/shared/encoding';
import { EMPTY_ROOT, verifyConsistency, verifyInclusion } from '@consilium/shared/log';
import { signedHash, type Leaf, type UpdateHeader } from '@consilium/shared/protocol';
import { isOver, siteStep, type SiteEvent } from '@consilium/shared/rounds';
import { maskUpdate, secureContext, type SurvivorsLeaf } from '@consilium/shared/secagg';
import {
  ConsiliumError,
  isConsiliumError,
  type AttemptId,
  type SiteId,
} from '@consilium/shared/vocabulary';
import type { LogView } from './audit-log.js';
import { trainedUpdate, WORDS } from './cast.js';
import {
  attemptOf,
  ofSite,
  type Ended,
  type Told,
  type ToCoordinator,
  type ToSite,
} from './messages.js';
import {
  acceptManifest,
  acceptPeers,
  acceptQuorum,
  acceptRelay,
  acceptSurvivors,
  secureAttempt,
  type Checker,
} from './site-checks.js';
import {
  attemptAfter,
  known,
  type AttemptFacts,
  type JournalEntry,
  type SiteAttempt,
} from './site-journal.js';

type Endorsed = AttemptFacts['endorsed'];

/** Where the power goes in the middle of a move. */
export type Fuse = 'before-journal' | 'after-journal' | 'none';

/** The site stopped in the middle of a move; it comes back with what its journal holds. */
export class PowerFailure extends Error {}

export class SimulatedSite {
  fuse: Fuse = 'none';
  /** What it refused, by code. */
  readonly refusals: string[] = [];
  private journal: JournalEntry[] = [];
  /** What a planted bug keeps in memory alone. */
  private unwritten: JournalEntry[] = [];
  private attempts = new Map<AttemptId, SiteAttempt>();
  /** The log checkpoint that it holds. */
  private head = { size: 0, root: EMPTY_ROOT };

  constructor(readonly checker: Checker) {}

  get siteId(): SiteId {
    return this.checker.self.siteId;
  }

  /** Another one with the same past. */
  twin(): SimulatedSite {
    const twin = new SimulatedSite(this.checker);
    twin.journal = [...this.journal];
    twin.head = this.head;
    twin.restart();
    return twin;
  }

  attempt(attemptId: AttemptId): SiteAttempt {
    return this.attempts.get(attemptId) ?? { attemptId, phase: 'idle', facts: {} };
  }

  /** Comes back with what its journal holds. */
  restart(): void {
    this.fuse = 'none';
    this.unwritten = [];
    this.attempts = new Map();
    this.journal.forEach((entry) => this.follow(entry));
  }

  /** @throws PowerFailure when the fuse blows; what the protocol refuses is noted, and declined while that is possible */
  async hear(message: ToSite, log: LogView): Promise<void> {
    try {
      await this.take(message, log);
    } catch (error) {
      if (!isConsiliumError(error)) {
        throw error;
      }
      this.refusals.push(error.code);
      this.decline(this.attempt(attemptOf(message)), error.code);
    }
  }

  /** The training is done: the update may be masked and sent. @throws PowerFailure */
  train(attemptId: AttemptId): void {
    const attempt = this.attempt(attemptId);
    if (attempt.phase !== 'peered') {
      return;
    }
    const { manifest, adverts, relay } = known(attempt, 'manifest', 'adverts', 'relay');
    const vector = this.masked(attempt);
    const body: UpdateHeader = {
      ...ofSite(attemptId, this.siteId),
      ...secureAttempt(manifest, adverts),
      schemaHash: manifest.body.schemaHash,
      payload: {
        kind: 'masked',
        sharersHash: relay.sharersHash,
        training: this.checker.training ?? this.trainingOf(attemptId),
      },
      plaintextBytes: 4 * WORDS,
      vectorHash: contentHash(new Uint8Array(vector.buffer)),
      chunkCount: 1,
      chunkRoot: toBase64(new Uint8Array(32)),
      cut: 0,
      trainMs: 1,
      engine: 'simulated',
      policyHash: manifest.body.studyProtocolHash,
    };
    const header = signBody('update-header', body, this.checker.self.identity);
    this.append(attemptId, { kind: 'update-journaled' }, { header });
  }

  /** How often the site had trained anew when the attempt began: after each list that its update may be summed with. */
  trainingOf(attemptId: AttemptId): number {
    const first = this.journal.findIndex((entry) => entry.attemptId === attemptId);
    const before = this.journal.slice(0, first < 0 ? undefined : first);
    return this.checker.defences.trainsAnew
      ? before.filter(({ facts }) => facts.endorsed !== undefined || facts.isNamed === true).length
      : 0;
  }

  /** The update of the attempt without its masks. */
  plain(attemptId: AttemptId): Uint32Array {
    return trainedUpdate(this.siteId, this.trainingOf(attemptId));
  }

  /** Everything of the attempt that was sent, or would have been: the same bytes each time. */
  documents(attemptId: AttemptId): readonly ToCoordinator[] {
    const attempt = this.attempt(attemptId);
    const { advert, dealing, header, endorsed, unmasking, decline } = attempt.facts;
    const documents: (ToCoordinator | undefined)[] = [
      advert && { kind: 'round.advert', advert },
      dealing && { kind: 'round.shares', shares: dealing.shares, entries: [...dealing.entries] },
      header && { kind: 'update', header, vector: this.masked(attempt) },
      endorsed && { kind: 'round.endorse', endorsement: endorsed.endorsement },
      unmasking && { kind: 'round.unmask', unmasking },
      decline && { kind: 'round.decline', decline },
    ];
    return isOver(attempt.phase) ? [] : documents.filter((document) => document !== undefined);
  }

  private async take(message: ToSite, log: LogView): Promise<void> {
    const attempt = this.attempt(attemptOf(message));
    switch (message.kind) {
      case 'round.manifest':
        return this.takeManifest(attempt, message, log);
      case 'round.peers':
        if (attempt.phase === 'advertised') {
          const facts = await acceptPeers(this.checker, attempt, message);
          this.append(attempt.attemptId, { kind: 'shares-journaled' }, facts);
        }
        return;
      case 'round.relay':
        if (attempt.phase === 'shared') {
          const relay = acceptRelay(this.checker, attempt, message);
          this.append(attempt.attemptId, { kind: 'sharers-accepted' }, { relay });
        }
        return;
      case 'round.survivors':
        return this.takeSurvivors(attempt, message, log);
      case 'round.quorum':
        if (attempt.phase === 'endorsed') {
          const unmasking = acceptQuorum(this.checker, attempt, message);
          this.append(attempt.attemptId, { kind: 'answer-journaled' }, { unmasking });
        }
        return;
      case 'ended':
        return this.takeEnd(attempt, message, log);
    }
  }

  /** One attempt after another: a new one waits until the last is over. */
  private takeManifest(
    { attemptId, phase }: SiteAttempt,
    message: Told<'round.manifest'>,
    log: LogView,
  ): void {
    const isBusy = [...this.attempts.values()].some((one) => !isOver(one.phase));
    if (phase !== 'idle' || isBusy) {
      return;
    }
    const leaf = this.proven(message.leafIndex, log);
    const cohorts = [...this.attempts.values()].flatMap(({ facts }) =>
      facts.manifest === undefined ? [] : [facts.manifest.body.cohort],
    );
    const facts = acceptManifest(this.checker, message, leaf, cohorts);
    this.append(attemptId, { kind: 'advert-journaled' }, facts);
  }

  private takeSurvivors(
    attempt: SiteAttempt,
    message: Told<'round.survivors'>,
    log: LogView,
  ): void {
    const { endorsesOnce, missesOwnLists } = this.checker.defences;
    const isAgain = !endorsesOnce && (attempt.phase === 'endorsed' || attempt.phase === 'answered');
    if (attempt.phase !== 'peered' && attempt.phase !== 'sent' && !isAgain) {
      return;
    }
    const leaf = this.survivorsAt(message.leafIndex, log);
    const named = leaf.earlier ?? [];
    const earlier = named.map((index) => this.survivorsAt(index, log));
    const own = this.endorsedBefore(attempt);
    const missed = own
      .map(({ endorsement }) => endorsement.body.leafIndex)
      .find((index) => !named.includes(index));
    if (missed !== undefined && missesOwnLists) {
      throw new ConsiliumError('proof-invalid', `the leaf does not name leaf ${missed}`);
    }
    const trainings = own.map((one) => one.trainings);
    const before = { earlier, own: trainings };
    const endorsed = acceptSurvivors(this.checker, attempt, message, leaf, before);
    this.append(attempt.attemptId, { kind: 'endorsement-journaled' }, { endorsed });
  }

  private takeEnd(
    { attemptId, phase, facts }: SiteAttempt,
    { leafIndex }: Ended,
    log: LogView,
  ): void {
    if (phase === 'idle' || isOver(phase)) {
      return;
    }
    const leaf = this.proven(leafIndex, log);
    const isEnd = leaf.type === 'round.result' || leaf.type === 'round.aborted';
    if (!isEnd || leaf.attemptId !== attemptId) {
      throw new ConsiliumError('proof-invalid', 'the log does not say that the attempt is over');
    }
    if (leaf.type === 'round.result') {
      this.append(attemptId, { kind: 'result-verified' }, {});
      return;
    }
    const isInDoubt = facts.header !== undefined && facts.endorsed === undefined;
    const isNamed =
      isInDoubt && this.isNamedBetween(facts.manifestLeafIndex ?? 0, leafIndex, attemptId, log);
    this.append(attemptId, { kind: 'attempt-aborted', reason: leaf.reason }, { isNamed });
  }

  private isNamedBetween(from: number, to: number, attemptId: AttemptId, log: LogView): boolean {
    const indices = Array.from({ length: Math.max(to - from, 0) }, (_, i) => from + i);
    return indices
      .map((index) => this.proven(index, log))
      .some(
        (leaf) =>
          leaf.type === 'round.survivors' &&
          leaf.attemptId === attemptId &&
          leaf.sites.includes(this.siteId),
      );
  }

  private decline(attempt: SiteAttempt, code: string): void {
    const { attemptId, phase, facts } = attempt;
    const event = { kind: 'decline-journaled', code } as const;
    if (facts.manifest !== undefined && siteStep(phase, event, 'secure').kind === 'moved') {
      const manifestHash = signedHash(facts.manifest);
      const body = { ...ofSite(attemptId, this.siteId), manifestHash, code };
      const decline = signBody('decline', body, this.checker.self.identity);
      this.append(attemptId, event, { decline });
    }
  }

  private masked(attempt: SiteAttempt): Uint32Array {
    const { manifest, adverts, relay } = known(attempt, 'manifest', 'adverts', 'relay');
    const { mask, selfSeed } = known(attempt, 'secrets').secrets;
    const vector = this.plain(attempt.attemptId);
    const sharers = adverts
      .filter(({ body }) => relay.sharers.includes(body.siteId))
      .map(({ body }) => ({
        siteId: body.siteId,
        maskKey: fromBase64(body.secure?.maskKey ?? ''),
      }));
    const { sharersHash } = relay;
    const context = secureContext({ ...secureAttempt(manifest, adverts), sharersHash });
    maskUpdate(vector, {
      siteId: this.siteId,
      sharers,
      maskSecret: mask.secretKey,
      selfSeed,
      context,
    });
    return vector;
  }

  private survivorsAt(index: number, log: LogView): SurvivorsLeaf {
    const leaf = this.proven(index, log);
    if (leaf.type !== 'round.survivors') {
      throw new ConsiliumError('proof-invalid', `leaf ${index} names no survivors`);
    }
    return leaf;
  }

  private proven(index: number, log: LogView): Leaf {
    const { size: oldSize, root: oldRoot } = this.head;
    const { checksConsistency } = this.checker.defences;
    const { leaf, size, root, inclusion, consistency } = log.prove(index, oldSize);
    if (oldSize > 0 && checksConsistency) {
      verifyConsistency({ oldSize, oldRoot, newSize: size, newRoot: root, proof: consistency });
    }
    verifyInclusion({ leaf: canonicalBytes(leaf), index, size, proof: inclusion, root });
    this.head = { size, root };
    return leaf;
  }

  /** Leaves that it endorsed; where it may endorse twice, of other attempts. */
  private endorsedBefore({ attemptId }: SiteAttempt): readonly Endorsed[] {
    const { endorsesOnce } = this.checker.defences;
    return [...this.journal, ...this.unwritten]
      .filter((entry) => endorsesOnce || entry.attemptId !== attemptId)
      .flatMap(({ facts: { endorsed } }) => endorsed ?? []);
  }

  private append(attemptId: AttemptId, event: SiteEvent, facts: Partial<AttemptFacts>): void {
    if (this.fuse === 'before-journal') {
      throw new PowerFailure();
    }
    const { journalsEndorsement } = this.checker.defences;
    const isWritten = journalsEndorsement || event.kind !== 'endorsement-journaled';
    const entry = { attemptId, event, facts };
    (isWritten && this.unwritten.length === 0 ? this.journal : this.unwritten).push(entry);
    this.follow(entry);
    if (this.fuse === 'after-journal') {
      throw new PowerFailure();
    }
  }

  private follow(entry: JournalEntry): void {
    const before = this.attempt(entry.attemptId);
    const after = attemptAfter(before, entry, this.checker.defences.endorsesOnce);
    this.attempts.set(entry.attemptId, after);
  }
}
