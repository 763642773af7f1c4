/** A site's checks of a candidate, of a result and of the votes for it, each behind the defence that it is. docs/protocol/v1.md section 4.2. */
import { exceedsNorm, type RingSums } from '@consilium/shared/aggregation';
import { contentHashOf, verifyBody, type Signed } from '@consilium/shared/crypto';
import {
  signedHash,
  type Leaf,
  type Manifest,
  type RoundRecord,
  type Vote,
} from '@consilium/shared/protocol';
import { acceptancesNeeded } from '@consilium/shared/rounds';
import { byGroup, groupsOfCohort } from '@consilium/shared/secagg';
import { canonicalJson } from '@consilium/shared/encoding';
import { decodeVector } from '@consilium/shared/tensors';
import { ConsiliumError, type SiteId } from '@consilium/shared/vocabulary';
import { adapterFrom, meanOf, type Adapter } from './candidate.js';
import type { Defences } from './defences.js';
import type { Study } from './messages.js';

export interface Checking {
  readonly study: Study;
  readonly defences: Defences;
  readonly keys: ReadonlyMap<SiteId, Uint8Array>;
  /** Blobs by hash; what is asked for by hash can be no other. */
  readonly read: (hash: RoundRecord['ringSumHash']) => Uint8Array;
  /** Adapters by hash, for a site that believes it. */
  readonly readAdapter: (hash: RoundRecord['ringSumHash']) => Adapter;
}

export interface Asked {
  readonly manifest: Signed<Manifest>;
  readonly endorsed: readonly SiteId[];
  readonly base: Adapter;
  readonly record: RoundRecord;
  readonly leaf: Leaf;
}

/** @throws ConsiliumError 'proof-invalid' */
export function requireRecord({ study, defences }: Checking, asked: Asked): void {
  const { record, leaf, manifest, endorsed, base } = asked;
  const isOfLeaf =
    (leaf.type === 'round.candidate' || leaf.type === 'round.result') &&
    leaf.attemptId === record.attemptId &&
    leaf.recordHash === contentHashOf(record) &&
    leaf.ringSumHash === record.ringSumHash;
  require(isOfLeaf, 'the log names another record');
  const isOfManifest =
    record.manifestHash === signedHash(manifest) && record.roundNo === manifest.body.roundNo;
  require(isOfManifest, 'the record is of another attempt');
  const isSequel =
    record.previousAdapterCheckpointHash === base.hash && record.roundNo === base.roundNo + 1;
  require(isSequel || !defences.knowsBase, 'the record starts from another adapter');
  const isEndorsed = canonicalJson([...record.survivors]) === canonicalJson([...endorsed].sort());
  require(isEndorsed || !defences.knowsSurvivors, 'the record sums other sites');
  require(!defences.drawsGroups || isOfDrawnGroups(study, manifest.body, record), 'other groups');
}

/** The adapter that the record leads to, if its mean keeps to the bound. @throws ConsiliumError 'proof-invalid' */
export function requireAdapter(checking: Checking, { base, record }: Asked): Adapter {
  const { defences, study, read, readAdapter } = checking;
  const mean = meanOfRecord(study, record, read(record.ringSumHash));
  const isTooLong = exceedsNorm(mean, study.maxNorm);
  require(!isTooLong || !defences.boundsNorm, 'the mean is longer than the study allows');
  if (!defences.recomputes) {
    return readAdapter(record.adapterCheckpointHash);
  }
  const from = defences.knowsBase ? base : readAdapter(record.previousAdapterCheckpointHash);
  const next = adapterFrom(from, record, mean.ringSums, mean.combine);
  require(next.hash === record.adapterCheckpointHash, 'the sum gives another adapter');
  return next;
}

/** @throws ConsiliumError 'proof-invalid', 'bad-signature' */
export function requireVotes(
  { keys, defences }: Checking,
  { record }: Asked,
  votes: readonly Signed<Vote>[],
): void {
  if (!defences.asksForVotes) {
    return;
  }
  const recordHash = contentHashOf(record);
  for (const vote of votes) {
    const { siteId, attemptId } = vote.body;
    const key = keys.get(siteId);
    const isVoter = key !== undefined && record.survivors.includes(siteId);
    require(isVoter || !defences.knowsWhoVotes, `${siteId} has no vote`);
    const isAbout = attemptId === record.attemptId && vote.body.recordHash === recordHash;
    require(isAbout || !defences.knowsWhatIsVotedOn, 'the vote is about another record');
    if (defences.verifiesSignatures && key !== undefined) {
      verifyBody('vote', vote, key);
    }
  }
  const accepting = votes
    .filter(({ body }) => body.verdict === 'accept' || !defences.readsVerdicts)
    .map(({ body }) => body.siteId);
  const count = defences.countsSitesOnce ? new Set(accepting).size : accepting.length;
  const half = Math.ceil(record.survivors.length / 2);
  const needed = defences.needsMoreThanHalf ? acceptancesNeeded(record.survivors.length) : half;
  require(count >= needed, `${count} sites accepted, ${needed} are needed`);
}

/** @throws RangeError when the words are not those of its sums */
export function meanOfRecord(study: Study, record: RoundRecord, ringSum: Uint8Array): RingSums {
  const { privacy } = study;
  const combine = privacy.secureAggregation === 'on' ? privacy.groups?.combine : undefined;
  return meanOf(record, decodeVector(ringSum), combine);
}

/** Whether the sums are those of the groups that follow from study and cohort; one sum where there are none. */
export function isOfDrawnGroups(
  study: Study,
  { cohort, aggregation }: Manifest,
  record: RoundRecord,
): boolean {
  const drawn = groupsOfCohort(study, cohort);
  const named = record.aggregation.kind === 'secure' ? record.aggregation.groups : undefined;
  const ofManifest = aggregation.kind === 'secure' ? aggregation.groups : undefined;
  const expected = drawn === undefined ? undefined : byGroup(drawn, record.survivors);
  return text(named) === text(expected) && text(ofManifest) === text(drawn);
}

function text(groups: object | undefined): string {
  return groups === undefined ? 'none' : JSON.stringify(groups);
}

function require(isSo: boolean, what: string): void {
  if (!isSo) {
    throw new ConsiliumError('proof-invalid', what);
  }
}
