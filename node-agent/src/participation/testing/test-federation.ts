/**
 * A coordinator that runs real rounds for one site under test and one that it plays itself: it checks, decrypts, sums, records
 * and logs as the protocol says, so a round that a spec sees through is a round.
 */
import { applyUpdate, createRingSum } from '@consilium/shared/aggregation';
import {
  contentHash,
  contentHashOf,
  generateBoxKeyPair,
  generateSigningKeyPair,
  randomBytes,
  signBody,
  type BoxKeyPair,
  type Signed,
  type SigningKeyPair,
} from '@consilium/shared/crypto';
import { canonicalBytes, toBase64, toHex } from '@consilium/shared/encoding';
import {
  signedHash,
  studyProtocolHash,
  type Advert,
  type Manifest,
  type Roster,
  type RoundRecord,
  type StudyProtocol,
  type UpdateHeader,
  type Vote,
} from '@consilium/shared/protocol';
import {
  encodeVector,
  initialTensors,
  quantise,
  type TensorSchema,
  type TensorSet,
} from '@consilium/shared/tensors';
import type { AttemptId, ContentHash, SiteId } from '@consilium/shared/vocabulary';
import type {
  Answered,
  Asked,
  InProcessCoordinator,
  Respond,
} from '../../transport/testing/in-process-coordinator.js';
import { requireSchema } from '../acceptance.js';
import { encodeCheckpoint } from '../adapter-checkpoints.js';
import {
  attemptLeaf,
  given,
  openUpdate,
  uploadReply,
  type AttemptInProgress,
} from './attempt-in-progress.js';
import { Ballot, proposeTo, type Proposal, type Voter } from './ballot.js';
import { drawDelta } from './fake-trainer.js';
import { GHOST, GHOST_WEIGHT, signGhostAdvert } from './ghost.js';
import { plainRecord, rosterLeaf, rosterOf } from './plain-record.js';
import { saidIn } from './said.js';

export class TestFederation {
  readonly ghostKey: SigningKeyPair = generateSigningKeyPair();
  readonly schema: TensorSchema;
  readonly attempts: AttemptInProgress[] = [];
  /** Kinds of messages for which the site sent two different texts. */
  readonly contradictions: string[] = [];
  roster?: Signed<Roster>;
  checkpoint: TensorSet;
  checkpointHash: ContentHash;
  isCompleted = false;
  /** Hooks of a spec: what a dishonest coordinator would change before it signs, logs or sends. */
  alterManifest: (manifest: Manifest) => Manifest = (manifest) => manifest;
  alterPeers: (adverts: Signed<Advert>[]) => Signed<Advert>[] = (adverts) => adverts;
  alterRecord: (record: RoundRecord) => RoundRecord = (record) => record;
  /** What each other site says of each candidate, and what a dishonest coordinator makes of the votes. */
  ghostVerdict: (roundNo: number, attemptNo: number) => Vote['verdict'] = () => 'accept';
  alterVotes: (votes: Signed<Vote>[]) => Signed<Vote>[] = (votes) => votes;
  readonly ballot = new Ballot({
    voters: () => this.voters(),
    verdict: (roundNo, attemptNo) => this.ghostVerdict(roundNo, attemptNo),
    propose: (proposal) => {
      proposeTo(this.coordinator, this.siteId, proposal);
    },
    accepted: ({ attempt, record }, votes) => {
      this.sendResult(attempt, record, votes);
      this.afterRound(record.roundNo);
    },
    rejected: ({ attempt, record, inForce }) => {
      this.checkpoint = inForce.checkpoint;
      this.checkpointHash = inForce.hash;
      this.abort(attempt, 'rejected: too few sites accepted the candidate');
      this.openAttempt(record.roundNo, record.attemptNo + 1);
    },
  });
  /** Whether a complete set of adverts leads to round.peers at once. */
  sendsPeers = true;
  private rosterLeafIndex: number | undefined;
  private readonly sent = new Map<string, ContentHash>();

  constructor(
    readonly coordinator: InProcessCoordinator,
    readonly protocol: StudyProtocol,
    readonly siteId: SiteId,
  ) {
    this.schema = requireSchema(protocol);
    this.checkpoint = initialTensors(this.schema, protocol.seed);
    const { bytes, hash } = encodeCheckpoint(this.schema, this.checkpoint);
    this.checkpointHash = hash;
    coordinator.put(bytes);
    coordinator.respond = (asked) => this.respond(asked);
  }

  offer(): void {
    const { coordinator, protocol } = this;
    const leafIndex = coordinator.log.append({
      v: 1,
      atMs: 0,
      studyId: protocol.studyId,
      type: 'study.created',
      studyProtocolHash: studyProtocolHash(protocol),
      schemaHash: protocol.schemaHash,
      adapterCheckpointHash: this.checkpointHash,
    });
    coordinator.owe(this.siteId, {
      kind: 'study.offer',
      protocol: signBody('study', protocol, coordinator.key),
      leafIndex,
    });
  }

  /** Signs, logs and owes the manifest of a new attempt. */
  openAttempt(roundNo: number, attemptNo = 1): AttemptInProgress {
    const { coordinator, protocol, siteId } = this;
    const roster = this.signRoster();
    const aggregation = generateBoxKeyPair();
    const manifest = signBody(
      'manifest',
      this.alterManifest({
        v: 1,
        studyId: protocol.studyId,
        roundNo,
        attemptId: toHex(randomBytes(16)) as AttemptId,
        attemptNo,
        studyProtocolHash: studyProtocolHash(protocol),
        backboneHash: protocol.backbone.hash,
        schemaHash: protocol.schemaHash,
        adapterCheckpointHash: this.checkpointHash,
        rosterEpoch: roster.body.epoch,
        rosterHash: signedHash(roster),
        rosterLeafIndex: (this.rosterLeafIndex ??= coordinator.log.append(rosterLeaf(roster))),
        cohort: this.members().map((member) => member.siteId),
        minSites: protocol.participation.minSites,
        aggregation: this.aggregationOf(aggregation),
        ...(protocol.acceptance === undefined ? {} : { acceptance: 'vote' as const }),
        advertDeadlineMs: 60_000,
        roundDeadlineMs: 60_000,
        issuedAtMs: 0,
      }),
      coordinator.key,
    );
    const leafIndex = coordinator.log.append({
      ...attemptLeaf(manifest.body),
      type: 'round.manifest',
      attemptNo,
      manifestHash: signedHash(manifest),
    });
    const attempt: AttemptInProgress = {
      manifest,
      leafIndex,
      aggregation,
      ghostAdvert: signGhostAdvert(manifest, this.ghostKey),
      chunks: new Map(),
      isOver: false,
    };
    this.attempts.push(attempt);
    coordinator.owe(siteId, { kind: 'round.manifest', manifest, leafIndex });
    return attempt;
  }

  abort(attempt: AttemptInProgress, reason: string): void {
    attempt.isOver = true;
    const { studyId, roundNo, attemptId } = attempt.manifest.body;
    const leafIndex = this.coordinator.log.append({
      ...attemptLeaf(attempt.manifest.body),
      type: 'round.aborted',
      reason,
    });
    this.coordinator.owe(this.siteId, {
      kind: 'round.aborted',
      studyId,
      roundNo,
      attemptId,
      reason,
      leafIndex,
    });
  }

  sendPeers(attempt: AttemptInProgress): void {
    const { studyId, roundNo, attemptId } = attempt.manifest.body;
    const adverts = this.alterPeers([...this.ghostAdverts(attempt), given(attempt.advert)]);
    const message = { kind: 'round.peers', studyId, roundNo, attemptId, adverts } as const;
    this.coordinator.owe(this.siteId, message);
  }

  /** Logs a record and owes it. */
  sendResult(
    { manifest }: AttemptInProgress,
    record: RoundRecord,
    votes?: readonly Signed<Vote>[],
  ): void {
    const { ringSumHash, adapterCheckpointHash } = record;
    const leafIndex = this.coordinator.log.append({
      ...attemptLeaf(manifest.body),
      type: 'round.result',
      recordHash: contentHashOf(record),
      ringSumHash,
      adapterCheckpointHash,
    });
    const said = votes === undefined ? {} : { votes: this.alterVotes([...votes]) };
    this.coordinator.owe(this.siteId, { kind: 'round.result', record, leafIndex, ...said });
  }

  /** The end of an attempt that was summed, or first the vote on it. @param inForce before it */
  protected finish(
    attempt: AttemptInProgress,
    record: RoundRecord,
    inForce: Proposal['inForce'],
  ): void {
    if (this.protocol.acceptance === undefined) {
      this.sendResult(attempt, record);
      this.afterRound(record.roundNo);
    } else {
      this.ballot.open({ attempt, record, inForce });
    }
  }

  protected voters(): readonly Voter[] {
    return [{ siteId: GHOST, key: this.ghostKey }];
  }

  protected respond(asked: Asked): ReturnType<Respond> {
    const { request } = asked;
    switch (request.kind) {
      case 'round.advert':
        return this.takeAdvert(request.advert);
      case 'round.vote':
        if (this.note(`vote ${request.vote.body.attemptId}`, signedHash(request.vote))) {
          this.ballot.take(request.vote);
        }
        return undefined;
      case 'update.open':
        return this.takeHeader(request.header);
      case 'update.chunk':
        return this.takeChunk(request.attemptId, request.index, asked.attachment);
      default: {
        const said = saidIn(request);
        if (said !== undefined) {
          this.note(said.name, signedHash(said.document));
        }
        return undefined;
      }
    }
  }

  private takeAdvert(advert: Signed<Advert>): Answered {
    const attempt = this.find(advert.body.attemptId);
    this.note(`advert ${advert.body.attemptId}`, signedHash(advert));
    if (attempt.isOver) {
      return { reply: { kind: 'late' } };
    }
    const isFirst = attempt.advert === undefined;
    attempt.advert = advert;
    if (isFirst && this.sendsPeers) {
      this.sendPeers(attempt);
    }
    return { reply: { kind: 'accepted' } };
  }

  private takeHeader(header: Signed<UpdateHeader>): Answered {
    const attempt = this.find(header.body.attemptId);
    this.note(`header ${header.body.attemptId}`, signedHash(header));
    if (attempt.isOver && attempt.header === undefined) {
      return { reply: { kind: 'late' } };
    }
    attempt.header = header;
    return uploadReply(attempt);
  }

  protected takeChunk(attemptId: AttemptId, index: number, bytes: Uint8Array): Answered {
    const attempt = this.find(attemptId);
    this.note(`chunk ${attemptId} ${index}`, contentHash(bytes));
    attempt.chunks.set(index, bytes);
    const answer = uploadReply(attempt);
    const { chunkCount } = attempt.header?.body ?? { chunkCount: Number.POSITIVE_INFINITY };
    if (attempt.chunks.size === chunkCount && !attempt.isOver) {
      attempt.isOver = true;
      this.seal(attempt);
    }
    return answer;
  }

  /** Decrypts, sums, applies and records; then owes the result and whatever comes after it. */
  protected seal(attempt: AttemptInProgress): void {
    const { coordinator, schema } = this;
    const manifest = attempt.manifest.body;
    const weights = { own: given(attempt.advert).body.weight, ghost: GHOST_WEIGHT };
    const weightTotal = weights.own + weights.ghost;
    const sum = createRingSum(schema);
    sum.add(openUpdate(attempt, this.siteId), 0);
    const delta = drawDelta(this.checkpoint, `ghost ${manifest.roundNo}`);
    const ghost = quantise({ delta, schema, weight: weights.ghost, weightTotal, sites: 2 });
    sum.add(encodeVector(ghost.vector), 0);
    const ringSumHash = coordinator.put(encodeVector(sum.vector));
    const previous = this.checkpoint;
    const previousHash = this.checkpointHash;
    this.checkpoint = applyUpdate({
      previous,
      ringSum: sum.vector,
      schema,
      weightTotal,
      weightSurvivors: weightTotal,
      sites: 2,
    });
    const encoded = encodeCheckpoint(schema, this.checkpoint);
    this.checkpointHash = coordinator.put(encoded.bytes);
    const record = this.alterRecord(
      plainRecord(attempt, {
        siteId: this.siteId,
        weights,
        ringSumHash,
        previousHash,
        adapterHash: this.checkpointHash,
      }),
    );
    this.finish(attempt, record, { checkpoint: previous, hash: previousHash });
  }

  protected afterRound(roundNo: number): void {
    const { studyId, training } = this.protocol;
    if (roundNo < training.rounds) {
      this.openAttempt(roundNo + 1);
      return;
    }
    this.isCompleted = true;
    const end = { studyId, adapterCheckpointHash: this.checkpointHash };
    const leaf = { v: 1, atMs: 0, type: 'study.completed', rounds: roundNo, ...end } as const;
    const leafIndex = this.coordinator.log.append(leaf);
    this.coordinator.owe(this.siteId, { kind: 'study.completed', roundNo, leafIndex, ...end });
  }

  private signRoster(): Signed<Roster> {
    const { key } = this.coordinator;
    this.roster ??= signBody('roster', rosterOf(this.protocol.studyId, this.members()), key);
    this.coordinator.put(canonicalBytes(this.roster));
    return this.roster;
  }

  /** The roster's sites and their identity keys; all of them are in every cohort. */
  protected members(): readonly { readonly siteId: SiteId; readonly identityKey: Uint8Array }[] {
    const own = given([...this.coordinator.sites.values()].find((s) => s.siteId === this.siteId));
    return [
      { siteId: GHOST, identityKey: this.ghostKey.publicKey },
      { siteId: this.siteId, identityKey: own.identityKey },
    ];
  }

  protected aggregationOf({ publicKey }: BoxKeyPair): Manifest['aggregation'] {
    return { kind: 'plain', key: toBase64(publicKey) };
  }

  protected ghostAdverts({ ghostAdvert }: AttemptInProgress): readonly Signed<Advert>[] {
    return [ghostAdvert];
  }

  protected find(id: AttemptId): AttemptInProgress {
    return given(this.attempts.find(({ manifest }) => manifest.body.attemptId === id));
  }

  /** The same thing sent twice must be the same bytes. @returns whether it came for the first time */
  protected note(what: string, hash: ContentHash): boolean {
    const before = this.sent.get(what);
    if (before !== undefined && before !== hash) {
      this.contradictions.push(what);
    }
    this.sent.set(what, hash);
    return before === undefined;
  }
}
