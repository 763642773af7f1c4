/**
 * A site from the candidate on, of the real table of sites and signed votes. What it decides is in its journal before anything
 * leaves; a crash takes what is not.
 */
import { contentHashOf, signBody, type Signed } from '@consilium/shared/crypto';
import { canonicalBytes } from '@consilium/shared/encoding';
import { EMPTY_ROOT, verifyConsistency, verifyInclusion } from '@consilium/shared/log';
import {
  isWorse,
  signedHash,
  type Leaf,
  type RoundRecord,
  type Vote,
} from '@consilium/shared/protocol';
import { isOver, siteStep, type SiteEvent, type SitePhase } from '@consilium/shared/rounds';
import { ConsiliumError, isConsiliumError, type AttemptId } from '@consilium/shared/vocabulary';
import type { LogView } from '../simulator/audit-log.js';
import type { Member } from '../simulator/cast.js';
import { firstAdapter, measured, type Adapter } from './candidate.js';
import type { Begun, Proposed, Result, ToSite } from './messages.js';
import {
  requireAdapter,
  requireRecord,
  requireVotes,
  type Asked,
  type Checking,
} from './voter-checks.js';

interface Facts {
  readonly begun: Begun;
  readonly vote: Signed<Vote>;
  readonly adapter: Adapter;
  /** Of the result that led to it. */
  readonly record: RoundRecord;
}

interface Entry {
  readonly attemptId: AttemptId;
  readonly event: SiteEvent;
  readonly facts: Partial<Facts>;
}

interface Attempt {
  readonly phase: SitePhase;
  readonly facts: Partial<Facts>;
}

/** The steps of an attempt until its update is sent and unmasked, which are the other simulator's part. */
const BEFORE: readonly SiteEvent[] = [
  { kind: 'advert-journaled' },
  { kind: 'shares-journaled' },
  { kind: 'sharers-accepted' },
  { kind: 'update-journaled' },
  { kind: 'endorsement-journaled' },
  { kind: 'answer-journaled' },
];

export class Voter {
  /** What it refused, by code. */
  readonly refusals: string[] = [];
  private journal: Entry[] = [];
  private unwritten: Entry[] = [];
  private attempts = new Map<AttemptId, Attempt>();
  private head = { size: 0, root: EMPTY_ROOT };
  private adapter = firstAdapter();

  /** @param measures whether it has a validation split that is large enough */
  constructor(
    readonly self: Member,
    private readonly checking: Checking,
    private readonly measures: boolean,
  ) {}

  /** The adapter in force. */
  get base(): Adapter {
    return this.adapter;
  }

  /** Of the results that it took, in their order. */
  get results(): readonly { readonly attemptId: AttemptId; readonly record: RoundRecord }[] {
    return this.journal.flatMap(({ attemptId, facts: { record } }) =>
      record === undefined ? [] : [{ attemptId, record }],
    );
  }

  phaseOf(attemptId: AttemptId): SitePhase {
    return this.attempts.get(attemptId)?.phase ?? 'idle';
  }

  /** Its vote, if it is still of use: the same bytes each time. */
  voteOn(attemptId: AttemptId): Signed<Vote> | undefined {
    const attempt = this.attempts.get(attemptId);
    return attempt === undefined || isOver(attempt.phase) ? undefined : attempt.facts.vote;
  }

  restart(): void {
    this.unwritten = [];
    this.attempts = new Map();
    this.adapter = firstAdapter();
    this.journal.forEach((entry) => {
      this.follow(entry);
    });
  }

  hear(message: ToSite, log: LogView): void {
    try {
      this.take(message, log);
    } catch (error) {
      if (!isConsiliumError(error) && !(error instanceof RangeError)) {
        throw error;
      }
      this.refusals.push(isConsiliumError(error) ? error.code : 'range');
    }
  }

  private take(message: ToSite, log: LogView): void {
    switch (message.kind) {
      case 'begun':
        return this.begin(message, log);
      case 'round.candidate':
        return this.judge(message, log);
      case 'round.result':
        return this.end(message, log);
      case 'round.aborted': {
        const leaf = this.proven(message.leafIndex, log);
        const isOfAttempt = leaf.type === 'round.aborted' && leaf.attemptId === message.attemptId;
        if (isOfAttempt && this.isOpen(message.attemptId)) {
          this.append(message.attemptId, { kind: 'attempt-aborted', reason: leaf.reason }, {});
        }
      }
    }
  }

  private begin(begun: Begun, log: LogView): void {
    const { attemptId, manifest, leafIndex } = begun;
    if (this.phaseOf(attemptId) !== 'idle') {
      return;
    }
    const leaf = this.proven(leafIndex, log);
    const isLogged = leaf.type === 'round.manifest' && leaf.manifestHash === signedHash(manifest);
    const { knowsBase } = this.checking.defences;
    const isSequel =
      manifest.body.adapterCheckpointHash === this.adapter.hash &&
      manifest.body.roundNo === this.adapter.roundNo + 1;
    if (!isLogged || (knowsBase && !isSequel)) {
      throw new ConsiliumError('proof-invalid', 'the manifest starts from another adapter');
    }
    BEFORE.forEach((event) => {
      this.append(attemptId, event, { begun });
    });
  }

  private judge({ attemptId, record, leafIndex }: Proposed, log: LogView): void {
    const { votesOnce } = this.checking.defences;
    const phase = this.phaseOf(attemptId);
    if (phase !== 'answered' && (votesOnce || phase !== 'voted')) {
      return;
    }
    const asked = this.asked(attemptId, record, this.proven(leafIndex, log));
    const vote = signBody('vote', this.bodyOf(asked), this.self.identity);
    this.append(attemptId, { kind: 'vote-journaled' }, { vote });
  }

  private bodyOf(asked: Asked): Vote {
    const { record, manifest } = asked;
    const { v, studyId, roundNo, attemptId } = manifest.body;
    const { siteId } = this.self;
    const manifestHash = signedHash(manifest);
    const recordHash = contentHashOf(record);
    const body = { v, studyId, roundNo, attemptId, siteId, manifestHash, recordHash } as const;
    try {
      requireRecord(this.checking, asked);
      const candidate = requireAdapter(this.checking, asked);
      if (!this.measures) {
        return { ...body, verdict: 'accept', code: 'not-measured' };
      }
      const { acceptance } = this.checking.study;
      return isWorse(acceptance, measured(asked.base), measured(candidate))
        ? { ...body, verdict: 'refuse', code: 'worse' }
        : { ...body, verdict: 'accept', code: 'within-tolerance' };
    } catch (error) {
      if (!isConsiliumError(error) && !(error instanceof RangeError)) {
        throw error;
      }
      return { ...body, verdict: 'refuse', code: 'failed' };
    }
  }

  private end({ attemptId, record, leafIndex, votes }: Result, log: LogView): void {
    if (!this.isOpen(attemptId)) {
      return;
    }
    const leaf = this.proven(leafIndex, log);
    if (leaf.type !== 'round.result') {
      throw new ConsiliumError('proof-invalid', 'the log holds no such result');
    }
    const asked = this.asked(attemptId, record, leaf);
    requireRecord(this.checking, asked);
    requireVotes(this.checking, asked, votes);
    const adapter = requireAdapter(this.checking, asked);
    this.append(attemptId, { kind: 'result-verified' }, { adapter, record });
  }

  private asked(attemptId: AttemptId, record: RoundRecord, leaf: Leaf): Asked {
    const begun = this.attempts.get(attemptId)?.facts.begun;
    if (begun === undefined) {
      throw new ConsiliumError('wrong-state', 'the attempt never began at this site');
    }
    const { manifest, endorsed } = begun;
    return { manifest, endorsed, base: this.adapter, record, leaf };
  }

  private isOpen(attemptId: AttemptId): boolean {
    const phase = this.phaseOf(attemptId);
    return phase !== 'idle' && !isOver(phase);
  }

  private proven(index: number, log: LogView): Leaf {
    const { size: oldSize, root: oldRoot } = this.head;
    const { leaf, size, root, inclusion, consistency } = log.prove(index, oldSize);
    if (oldSize > 0) {
      verifyConsistency({ oldSize, oldRoot, newSize: size, newRoot: root, proof: consistency });
    }
    verifyInclusion({ leaf: canonicalBytes(leaf), index, size, proof: inclusion, root });
    this.head = { size, root };
    return leaf;
  }

  private append(attemptId: AttemptId, event: SiteEvent, facts: Partial<Facts>): void {
    const { journalsVote } = this.checking.defences;
    const entry = { attemptId, event, facts };
    const isWritten = journalsVote || event.kind !== 'vote-journaled';
    (isWritten && this.unwritten.length === 0 ? this.journal : this.unwritten).push(entry);
    this.follow(entry);
  }

  private follow({ attemptId, event, facts }: Entry): void {
    const { phase, facts: known } = this.attempts.get(attemptId) ?? { phase: 'idle', facts: {} };
    const isAgain = event.kind === 'vote-journaled' && !this.checking.defences.votesOnce;
    const next = siteStep(isAgain ? 'answered' : phase, event, 'secure');
    if (next.kind === 'refused') {
      throw new Error(`${event.kind} does not follow ${phase}`);
    }
    this.attempts.set(attemptId, { phase: next.to, facts: { ...known, ...facts } });
    this.adapter = facts.adapter ?? this.adapter;
  }
}
