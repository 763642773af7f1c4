/** One attempt from manifest to key destruction, as the coordinator logs it. */
import {
  contentHash,
  contentHashOf,
  keyIdOf,
  randomBytes,
  signBody,
  type Signed,
} from '../../crypto/index.js';
import { toBase64, toHex } from '../../encoding/index.js';
import {
  aggregationKeyOf,
  headersHash,
  peersHash,
  signedHash,
  studyProtocolHash,
  updateChunks,
  type Decline,
  type Manifest,
  type RoundRecord,
  type StudyProtocol,
  type Vote,
} from '../../protocol/index.js';
import { groupsOfCohort, secureThreshold } from '../../secagg/index.js';
import { encodeVector, writeSafetensors, type TensorSet } from '../../tensors/index.js';
import { parseAttemptId, type SiteId } from '../../vocabulary/index.js';
import type { AttemptDocuments } from '../assemble-bundle.js';
import {
  nextAdapter,
  sendAdvert,
  sendUpdate,
  sumUpdates,
  weightOf,
  type SentAdvert,
  type SentUpdate,
} from './sample-attempt.js';
import { AT, same, type RoundPlan, type SampleSite, type StartedStudy } from './sample-context.js';
import { sampleBoxKey } from './sample-keys.js';
import { voteOn } from './sample-votes.js';

export interface PlayedAttempt {
  readonly documents: AttemptDocuments;
  /** When enough sites sent one. */
  readonly ringSum?: Uint8Array;
  /** When it took effect, too. */
  readonly adapter?: TensorSet;
}

/** Plays an attempt in which every site adverts and the first ones send an update; too few of them abort it. */
export function playAttempt(study: StartedStudy, plan: RoundPlan): PlayedAttempt {
  const { log, sites, forgery, schema, protocol } = study;
  const manifest = issueManifest(study, plan);
  const { attemptId } = manifest.body;
  const aggregationKey = aggregationKeyOf(manifest.body);
  const leaf = leafFields(manifest);
  const sent = sites.map((site) => sendAdvert(site, manifest, forgery.advert ?? same));
  const adverts = sent.map(({ advert }) => advert);
  log.append({
    ...leaf,
    type: 'round.adverts',
    peersHash: peersHash(attemptId, adverts),
    sites: adverts.map(({ body }) => body.siteId),
  });
  const survivors = sent.slice(0, plan.senders);
  const updates = survivors.map((own) => sendUpdate(own, sent, manifest, schema));
  const documents = { attemptId, manifest, adverts, headers: updates.map(({ header }) => header) };
  if (survivors.length < protocol.participation.minSites) {
    const reason = `${survivors.length} site left`;
    const declines = sites.slice(plan.senders).map((site) => decline(study, manifest, site));
    log.append({ ...leaf, type: 'round.aborted', reason });
    log.append({ ...leaf, type: 'key.destroyed', aggregationKey });
    return { documents: { ...documents, declines } };
  }
  const { record, votes, ...made } = commit(study, plan, { manifest, sent, survivors, updates });
  log.append({ ...leaf, type: 'key.destroyed', aggregationKey });
  return { documents: { ...documents, record, ...(votes && { votes }) }, ...made };
}

function decline(
  { log }: StartedStudy,
  manifest: Signed<Manifest>,
  { siteId, key }: SampleSite,
): Signed<Decline> {
  const { v, studyId, roundNo, attemptId } = manifest.body;
  const code = 'training-failed';
  const manifestHash = signedHash(manifest);
  const body: Decline = { v, studyId, roundNo, attemptId, siteId, manifestHash, code };
  const signed = signBody('decline', body, key);
  const declineHash = signedHash(signed);
  log.append({ ...leafFields(manifest), type: 'round.declined', siteId, declineHash, code });
  return signed;
}

export function issueManifest(
  { protocol, roster, rosterLeafIndex, coordinatorKey, sites, forgery, log }: StartedStudy,
  { roundNo, attemptNo, previous }: RoundPlan,
): Signed<Manifest> {
  const { minSites, advertDeadlineMs, roundDeadlineMs } = protocol.participation;
  const cohort = sites.map(({ siteId }) => siteId);
  const body: Manifest = {
    v: 1,
    studyId: protocol.studyId,
    roundNo,
    attemptId: parseAttemptId(toHex(randomBytes(16))),
    attemptNo,
    studyProtocolHash: studyProtocolHash(protocol),
    backboneHash: protocol.backbone.hash,
    schemaHash: protocol.schemaHash,
    adapterCheckpointHash: contentHash(writeSafetensors(previous)),
    rosterEpoch: roster.body.epoch,
    rosterHash: signedHash(roster),
    rosterLeafIndex,
    cohort,
    minSites,
    aggregation: aggregationOf(protocol, cohort, `${roundNo}/${attemptNo}`),
    ...(protocol.acceptance === undefined ? {} : { acceptance: 'vote' as const }),
    advertDeadlineMs,
    roundDeadlineMs,
    issuedAtMs: AT.atMs,
  };
  const manifest = signBody('manifest', (forgery.manifest ?? same)(body), coordinatorKey);
  const manifestHash = signedHash(manifest);
  log.append({ ...leafFields(manifest), type: 'round.manifest', attemptNo, manifestHash });
  return manifest;
}

function aggregationOf(
  protocol: StudyProtocol,
  cohort: readonly SiteId[],
  keyName: string,
): Manifest['aggregation'] {
  const { privacy } = protocol;
  const groups = groupsOfCohort(protocol, cohort);
  return privacy.secureAggregation === 'on'
    ? {
        kind: 'secure',
        colluders: privacy.colluders,
        threshold: secureThreshold(cohort.length, privacy.colluders),
        ...(groups === undefined ? {} : { groups }),
      }
    : { kind: 'plain', key: toBase64(sampleBoxKey(keyName).publicKey) };
}

export interface Sealing {
  readonly manifest: Signed<Manifest>;
  readonly sent: readonly SentAdvert[];
  readonly survivors: readonly SentAdvert[];
  /** Of the survivors, in their order. */
  readonly updates: readonly SentUpdate[];
}

function commit(
  study: StartedStudy,
  plan: RoundPlan,
  sealing: Sealing,
): {
  record: RoundRecord;
  votes?: Signed<Vote>[];
  adapter?: TensorSet;
  ringSum: Uint8Array;
} {
  const { log, schema, forgery, protocol } = study;
  const { manifest, sent, survivors, updates } = sealing;
  const { attemptId } = manifest.body;
  const leaf = leafFields(manifest);
  const adverts = sent.map(({ advert }) => advert);
  const headers = updates.map(({ header }) => header);
  log.append({
    ...leaf,
    type: 'round.survivors',
    peersHash: peersHash(attemptId, adverts),
    sites: headers.map(({ body }) => body.siteId),
    headersHash: headersHash(attemptId, headers),
  });
  const trueSum = sumUpdates(schema, updates);
  const { previous, isRejected } = plan;
  const mean = nextAdapter({ previous, ringSum: trueSum, schema, peers: sent, survivors });
  const adapter = (forgery.adapter ?? same)(mean);
  const ringSum = encodeVector((forgery.ringSum ?? same)(trueSum));
  const record = (forgery.record ?? same)(roundRecord(sealing, adapter, ringSum));
  const { ringSumHash, adapterCheckpointHash } = record;
  const recordHash = contentHashOf(record);
  const voters = survivors.map(({ site }) => site);
  const votes = protocol.acceptance && voteOn(study, voters, record, plan);
  const made = { record, ringSum, ...(votes && { votes }) };
  if (isRejected === true) {
    return made;
  }
  log.append({ ...leaf, type: 'round.result', recordHash, ringSumHash, adapterCheckpointHash });
  return { ...made, adapter };
}

/** @param aggregation how the sum was made */
export function roundRecord(
  { manifest, sent, survivors, updates }: Sealing,
  adapter: TensorSet,
  ringSum: Uint8Array,
  aggregation: RoundRecord['aggregation'] = { kind: 'plain' },
): RoundRecord {
  const { studyId, roundNo, attemptId, attemptNo, schemaHash, adapterCheckpointHash } =
    manifest.body;
  const adverts = sent.map(({ advert }) => advert);
  return {
    v: 1,
    studyId,
    roundNo,
    attemptId,
    attemptNo,
    manifestHash: signedHash(manifest),
    peersHash: peersHash(attemptId, adverts),
    schemaHash,
    participants: sent.map((own, i) => participant(own, updates[i])),
    survivors: survivors.map(({ site }) => site.siteId),
    advertised: sent.length,
    weightTotal: weightOf(sent),
    weightSurvivors: weightOf(survivors),
    ringSumHash: contentHash(ringSum),
    aggregation,
    serverOptimizer: { kind: 'mean' },
    previousAdapterCheckpointHash: adapterCheckpointHash,
    adapterCheckpointHash: contentHash(writeSafetensors(adapter)),
    softwareVersion: '0.1.0',
  };
}

function participant(
  { site, advert }: SentAdvert,
  update: SentUpdate | undefined,
): RoundRecord['participants'][number] {
  const { siteId, key } = site;
  const { weight } = advert.body;
  const common = { siteId, keyId: keyIdOf(key.publicKey), advertHash: signedHash(advert), weight };
  if (update === undefined) {
    return { ...common, state: 'dropped', byteLength: 0 };
  }
  const { vectorHash, chunkRoot } = update.header.body;
  const headerHash = signedHash(update.header);
  const byteLength = updateChunks(update.header.body).sizes.reduce((sum, size) => sum + size, 0);
  const sizes = { vectorHash, chunkRoot, byteLength };
  return { ...common, state: 'survivor', headerHash, ...sizes };
}

export function leafFields({
  body: { studyId, roundNo, attemptId },
}: Signed<Manifest>): typeof AT & Pick<Manifest, 'studyId' | 'roundNo' | 'attemptId'> {
  return { ...AT, studyId, roundNo, attemptId };
}
