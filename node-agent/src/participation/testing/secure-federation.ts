/**
 * The coordinator of the specs with secure attempts: it plays every other site, fixes the survivors in its log, gathers
 * endorsements and answers, takes the masks off and records the sum, all with the functions that both ends use.
 */
import { applyUpdate } from '@consilium/shared/aggregation';
import { contentHash, contentHashOf, type Signed } from '@consilium/shared/crypto';
import { canonicalBytes, fromBase64, toBase64 } from '@consilium/shared/encoding';
import { leafHash } from '@consilium/shared/log';
import {
  headersHash,
  peersHash,
  sharersHash,
  signedHash,
  type Advert,
  type Dealt,
  type Endorsement,
  type Leaf,
  type Manifest,
  type Shares,
  type Unmasking,
  type UpdateHeader,
} from '@consilium/shared/protocol';
import { secureThreshold, dealtTo, metricWordCount } from '@consilium/shared/secagg';
import { encodeVector, quantise, schemaSize } from '@consilium/shared/tensors';
import type { AttemptId, SiteId } from '@consilium/shared/vocabulary';
import type { StudyProtocol } from '@consilium/shared/protocol';
import type {
  Answered,
  Asked,
  InProcessCoordinator,
  Respond,
} from '../../transport/testing/in-process-coordinator.js';
import { encodeCheckpoint } from '../adapter-checkpoints.js';
import { attemptLeaf, given, type AttemptInProgress } from './attempt-in-progress.js';
import { drawDelta } from './fake-trainer.js';
import { GHOST_WEIGHT } from './ghost.js';
import { SecureGhost, type Dealing, type Heard } from './secure-ghost.js';
import { openSum, type SentVector } from './secure-opening.js';
import { secureRecord } from './secure-record.js';
import { TestFederation } from './test-federation.js';

type SurvivorsLeaf = Extract<Leaf, { type: 'round.survivors' }>;

/** What the coordinator holds of a secure attempt beyond its adverts. */
interface SecureProgress {
  /** U2. */
  dealings: Dealing[];
  survivors?: {
    readonly leaf: SurvivorsLeaf;
    readonly leafIndex: number;
    readonly vectors: readonly SentVector[];
    readonly headers: readonly Signed<UpdateHeader>[];
  };
}

export class SecureFederation extends TestFederation {
  readonly ghosts: readonly SecureGhost[];
  /** Ghosts that are in no attempt that is opened from now on, and those that send no update. */
  readonly absent = new Set<SiteId>();
  readonly silent = new Set<SiteId>();
  /** Hooks of a spec, as those for plain attempts. */
  alterDealt: (dealt: Dealt[]) => Dealt[] = (dealt) => dealt;
  alterSurvivors: (leaf: SurvivorsLeaf) => SurvivorsLeaf = (leaf) => leaf;
  alterHeaders: (headers: Signed<UpdateHeader>[]) => Signed<UpdateHeader>[] = (all) => all;
  alterQuorum: (endorsements: Signed<Endorsement>[]) => Signed<Endorsement>[] = (all) => all;
  sendsRelay = true;
  sendsSurvivors = true;
  sendsQuorum = true;
  sendsResult = true;
  /** What the site alone put into each sum that was opened, parameters and metric words. */
  readonly opened = new Map<AttemptId, Uint32Array>();
  readonly unmaskings: Signed<Unmasking>[] = [];
  private readonly lists = new Map<number, number[]>();
  private readonly progress = new Map<AttemptId, SecureProgress>();

  constructor(
    coordinator: InProcessCoordinator,
    protocol: StudyProtocol,
    siteId: SiteId,
    ghosts = 2,
  ) {
    super(coordinator, protocol, siteId);
    this.ghosts = Array.from(
      { length: ghosts },
      (_, i) => new SecureGhost(`ghost-${i + 1}` as SiteId),
    );
  }

  /** Logs the survivors and owes them: everyone whose update is there. */
  sendSurvivors(attempt: AttemptInProgress): void {
    const { attemptId } = attempt.manifest.body;
    const { headers: collected, vectors } = this.collect(attempt);
    const headers = this.alterHeaders(collected);
    const leaf = this.alterSurvivors({
      ...attemptLeaf(attempt.manifest.body),
      type: 'round.survivors',
      peersHash: peersHash(attemptId, this.heard(attempt).adverts),
      sharersHash: sharersHash(attemptId, this.sharers(attempt)),
      earlier: [...this.listed(attempt)],
      sites: headers.map(({ body }) => body.siteId).sort(),
      headersHash: headersHash(attemptId, headers),
    });
    const leafIndex = this.coordinator.log.append(leaf);
    this.listed(attempt).push(leafIndex);
    this.of(attemptId).survivors ??= { leaf, leafIndex, vectors, headers };
    this.coordinator.owe(this.siteId, {
      kind: 'round.survivors',
      ...ofAttempt(attempt),
      leafIndex,
      headers,
    });
  }

  /** Logs survivors that the site is not told of: of an attempt of the same round, or of this one. */
  logSurvivors(attempt: AttemptInProgress, sites: SiteId[], attemptId: AttemptId): void {
    const { manifest } = attempt;
    const none = manifest.body.studyProtocolHash;
    const leafIndex = this.coordinator.log.append({
      ...attemptLeaf(manifest.body),
      type: 'round.survivors',
      attemptId,
      peersHash: none,
      sharersHash: none,
      sites,
      headersHash: none,
    });
    this.listed(attempt).push(leafIndex);
  }

  /** The leaves of survivors that the log has of the attempt's round. */
  private listed({ manifest }: AttemptInProgress): number[] {
    const { roundNo } = manifest.body;
    const indices = this.lists.get(roundNo) ?? [];
    this.lists.set(roundNo, indices);
    return indices;
  }

  /** The first list of survivors that was logged. */
  survivorsOf({ manifest }: AttemptInProgress): NonNullable<SecureProgress['survivors']> {
    return given(this.of(manifest.body.attemptId).survivors);
  }

  protected override members() {
    const own = given([...this.coordinator.sites.values()].find((s) => s.siteId === this.siteId));
    const ghosts = this.ghosts.map(({ siteId, key }) => ({ siteId, identityKey: key.publicKey }));
    return [...ghosts, { siteId: this.siteId, identityKey: own.identityKey }];
  }

  protected override voters() {
    return this.ghosts;
  }

  protected override aggregationOf(): Manifest['aggregation'] {
    const colluders = this.colluders();
    const threshold = secureThreshold(this.members().length, colluders);
    return { kind: 'secure', colluders, threshold };
  }

  protected override ghostAdverts({ manifest }: AttemptInProgress): readonly Signed<Advert>[] {
    return this.ghosts
      .filter(({ siteId }) => manifest.body.cohort.includes(siteId) && !this.absent.has(siteId))
      .map((ghost) => ghost.advert(manifest));
  }

  protected override respond(asked: Asked): ReturnType<Respond> {
    const { request } = asked;
    switch (request.kind) {
      case 'round.shares':
        return this.takeShares({ shares: request.shares, entries: request.entries });
      case 'round.endorse':
        return this.takeEndorsement(request.endorsement);
      case 'round.unmask':
        return this.takeUnmasking(request.unmasking);
      default:
        return super.respond(asked);
    }
  }

  private async takeShares(own: Dealing): Promise<Answered> {
    const { attemptId } = own.shares.body;
    this.note(`shares ${attemptId}`, contentHashOf({ own: [own.shares, [...own.entries]] }));
    const attempt = this.find(attemptId);
    const progress = this.of(attemptId);
    const isFirst = progress.dealings.length === 0;
    if (isFirst) {
      const heard = this.heard(attempt);
      const names = new Set(heard.adverts.map(({ body }) => body.siteId));
      const dealers = this.ghosts.filter(({ siteId }) => names.has(siteId));
      progress.dealings = [own];
      for (const ghost of dealers) {
        progress.dealings.push(await ghost.deal(heard));
      }
      if (this.sendsRelay) {
        this.sendRelay(attempt);
      }
    }
    return { reply: { kind: 'accepted' } };
  }

  sendRelay(attempt: AttemptInProgress): void {
    const { dealings } = this.of(attempt.manifest.body.attemptId);
    const dealt = dealings.map(({ shares, entries }) => dealtTo(this.siteId, shares, entries));
    this.coordinator.owe(this.siteId, {
      kind: 'round.relay',
      ...ofAttempt(attempt),
      dealt: this.alterDealt(dealt),
    });
  }

  /** Every site of U2 sent its update. */
  protected override seal(attempt: AttemptInProgress): void {
    if (this.sendsSurvivors) {
      this.sendSurvivors(attempt);
    }
  }

  private collect(attempt: AttemptInProgress) {
    const { attemptId, roundNo } = attempt.manifest.body;
    const heard = this.heard(attempt);
    const sharers = this.sharers(attempt);
    const names = new Set(sharers.map(({ body }) => body.siteId));
    const headers: Signed<UpdateHeader>[] = [];
    const vectors: SentVector[] = [];
    for (const ghost of this.ghosts) {
      if (names.has(ghost.siteId) && !this.silent.has(ghost.siteId)) {
        const vector = this.vectorOf(attempt, ghost.siteId);
        headers.push(ghost.update(heard, sharers, vector));
        vectors.push({ siteId: ghost.siteId, bytes: encodeVector(vector) });
      }
    }
    const { header, chunks } = attempt;
    if (header !== undefined && chunks.size === header.body.chunkCount) {
      const bytes = given(chunks.get(0));
      if (contentHash(bytes) !== header.body.vectorHash) {
        throw new Error(`the update of ${attemptId} in round ${roundNo} is not that of its header`);
      }
      headers.push(header);
      vectors.push({ siteId: this.siteId, bytes });
    }
    return { headers, vectors };
  }

  /** The ghost's quantised update with metric words of zero, not masked. */
  private vectorOf(attempt: AttemptInProgress, siteId: SiteId): Uint32Array {
    const { schema, protocol } = this;
    const { adverts } = this.heard(attempt);
    const { roundNo } = attempt.manifest.body;
    const weightTotal = adverts.reduce((sum, { body }) => sum + body.weight, 0);
    const { vector } = quantise({
      delta: drawDelta(this.checkpoint, `${siteId} ${roundNo}`),
      schema,
      weight: GHOST_WEIGHT,
      weightTotal,
      sites: adverts.length,
    });
    const whole = new Uint32Array(vector.length + metricWordCount(protocol.task.classes.length));
    whole.set(vector);
    return whole;
  }

  private takeEndorsement(endorsement: Signed<Endorsement>): Answered {
    const { attemptId } = endorsement.body;
    const isFirst = this.note(`endorsement ${attemptId}`, signedHash(endorsement));
    const attempt = this.find(attemptId);
    if (isFirst && this.sendsQuorum) {
      this.sendQuorum(attempt, endorsement);
    }
    return { reply: { kind: 'accepted' } };
  }

  private sendQuorum(attempt: AttemptInProgress, own: Signed<Endorsement>): void {
    const { leafIndex, leafHash: hash } = own.body;
    const endorsements = this.sharing(attempt).map((ghost) =>
      ghost.endorse(attempt.manifest, leafIndex, hash),
    );
    this.coordinator.owe(this.siteId, {
      kind: 'round.quorum',
      ...ofAttempt(attempt),
      endorsements: this.alterQuorum([own, ...endorsements]),
    });
  }

  private async takeUnmasking(unmasking: Signed<Unmasking>): Promise<Answered> {
    const { attemptId } = unmasking.body;
    if (this.note(`unmasking ${attemptId}`, signedHash(unmasking))) {
      this.unmaskings.push(unmasking);
      if (!this.sendsResult) {
        return { reply: { kind: 'accepted' } };
      }
      await this.open(this.find(attemptId), unmasking);
    }
    return { reply: { kind: 'accepted' } };
  }

  /** Takes the masks off, applies the mean, records it, and goes on with the next round. */
  private async open(attempt: AttemptInProgress, own: Signed<Unmasking>): Promise<void> {
    const { attemptId } = attempt.manifest.body;
    const { leaf, vectors } = given(this.of(attemptId).survivors);
    const survivors = leaf.sites;
    const { sum, secrets } = await this.unmask(attempt, own);
    const { schema } = this;
    const parameters = schemaSize(schema);
    const alone = Uint32Array.from(sum);
    for (const { siteId } of vectors.filter((one) => one.siteId !== this.siteId)) {
      this.vectorOf(attempt, siteId).forEach((word, i) => {
        alone[i] = given(alone[i]) - word;
      });
    }
    this.opened.set(attemptId, alone);
    const { adverts } = this.heard(attempt);
    const weights = new Map(adverts.map(({ body }) => [body.siteId, body.weight]));
    const weightTotal = [...weights.values()].reduce((a, b) => a + b, 0);
    const weightSurvivors = survivors.reduce((a, site) => a + given(weights.get(site)), 0);
    const previous = this.checkpoint;
    const previousHash = this.checkpointHash;
    this.checkpoint = applyUpdate({
      previous,
      ringSum: sum.subarray(0, parameters),
      schema,
      weightTotal,
      weightSurvivors,
      sites: adverts.length,
    });
    this.checkpointHash = this.coordinator.put(encodeCheckpoint(schema, this.checkpoint).bytes);
    const { headers } = given(this.of(attemptId).survivors);
    const record = secureRecord({
      heard: this.heard(attempt),
      sharers: this.sharers(attempt),
      survivors,
      headers,
      weightTotal,
      weightSurvivors,
      previousHash,
      adapterHash: this.checkpointHash,
      ringSumHash: this.coordinator.put(encodeVector(sum)),
      revealedHash: contentHashOf({ leaf: leaf.headersHash, opened: secrets }),
    });
    const inForce = { checkpoint: previous, hash: previousHash };
    this.finish(attempt, this.alterRecord(record), inForce);
  }

  private async unmask(attempt: AttemptInProgress, own: Signed<Unmasking>) {
    const { attemptId } = attempt.manifest.body;
    const heard = this.heard(attempt);
    const { leaf, vectors } = given(this.of(attemptId).survivors);
    const { dealings } = this.of(attemptId);
    const survivors = leaf.sites;
    const keys = new Map(this.members().map((member) => [member.siteId, member.identityKey]));
    const peers = heard.adverts.map(({ body }) => ({
      siteId: body.siteId,
      identityKey: given(keys.get(body.siteId)),
      transportKey: fromBase64(body.transportKey),
    }));
    const asked = { survivors, peers, leafHash: own.body.leafHash };
    const others = this.sharing(attempt).map((ghost) => ghost.answer(heard, dealings, asked));
    return openSum({ heard, dealings, survivors, vectors, answers: [own, ...others] });
  }

  private sharing(attempt: AttemptInProgress): readonly SecureGhost[] {
    const names = new Set(this.sharers(attempt).map(({ body }) => body.siteId));
    return this.ghosts.filter(({ siteId }) => names.has(siteId));
  }

  private sharers({ manifest }: AttemptInProgress): readonly Signed<Shares>[] {
    return this.of(manifest.body.attemptId).dealings.map(({ shares }) => shares);
  }

  private heard(attempt: AttemptInProgress): Heard {
    const adverts = [...this.ghostAdverts(attempt), given(attempt.advert)];
    return { manifest: attempt.manifest, adverts };
  }

  private of(attemptId: AttemptId): SecureProgress {
    const progress = this.progress.get(attemptId) ?? { dealings: [] };
    this.progress.set(attemptId, progress);
    return progress;
  }

  private colluders(): number {
    const { privacy } = this.protocol;
    return privacy.secureAggregation === 'on' ? privacy.colluders : 1;
  }
}

/** The RFC 6962 hash of a leaf, as endorsements name it. */
export function hashOfLeaf(leaf: Leaf): string {
  return toBase64(leafHash(canonicalBytes(leaf)));
}

function ofAttempt({ manifest }: AttemptInProgress) {
  const { studyId, roundNo, attemptId } = manifest.body;
  return { studyId, roundNo, attemptId };
}
