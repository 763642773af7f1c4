/** The check `records`: what the coordinator says of a round is what adverts, headers and leaves say. */
import { contentHashOf, type Signed } from '../crypto/index.js';
import {
  BUNDLE_PATHS,
  signedHash,
  updateChunks,
  type Advert,
  type Participant,
  type RoundRecord,
  type UpdateHeader,
} from '../protocol/index.js';
import type { SiteId } from '../vocabulary/index.js';
import { manifestRoster, type Evidence, type ReadAttempt } from './evidence.js';
import type { Check, Place } from './findings.js';
import { summedAttempts, type SummedAttempt } from './history.js';
import { attemptFields, sitesText } from './site-documents.js';
import { verifyRecordAggregation } from './verify-record-aggregation.js';

export function verifyRecords(check: Check, evidence: Evidence): void {
  for (const attempt of summedAttempts(evidence.history)) {
    const read = evidence.documents.attempts.get(attempt.attemptId);
    if (read?.record !== undefined) {
      check.covers();
      verifyLogged(check, attempt, read.record);
      verifyTerms(check, evidence, attempt, read);
      verifyWeights(check, attempt, read);
      verifySurvivors(check, attempt, read.record);
      verifyParticipants(check, read, read.record, keyIdsOf(evidence, read));
      verifyRecordAggregation(check, evidence, attempt, read.record);
    }
  }
}

function keyIdsOf(evidence: Evidence, { manifest }: ReadAttempt) {
  const sites = manifest && manifestRoster(evidence, manifest.body)?.sites;
  return sites && new Map(sites.map(({ siteId, keyId }) => [siteId, keyId]));
}

function verifyLogged(check: Check, { attemptId, sum }: SummedAttempt, record: RoundRecord): void {
  const place = { path: BUNDLE_PATHS.record(attemptId) };
  const { index, recordHash, ringSumHash, adapterCheckpointHash } = sum;
  check.same(place, `hash in leaf ${index}`, recordHash, contentHashOf(record));
  check.agrees(place, { ringSumHash }, record);
  if (adapterCheckpointHash !== undefined) {
    check.agrees(place, { adapterCheckpointHash }, record);
  }
}

function verifyTerms(
  check: Check,
  evidence: Evidence,
  attempt: SummedAttempt,
  read: ReadAttempt,
): void {
  const place = { path: BUNDLE_PATHS.record(attempt.attemptId) };
  const { record, manifest } = read;
  const schemaHash = evidence.documents.studyProtocol?.body.schemaHash;
  const peersHash = attempt.adverts?.leaf.peersHash;
  const expected = {
    ...attemptFields(evidence, attempt, read),
    ...(attempt.manifest === undefined ? {} : { attemptNo: attempt.manifest.leaf.attemptNo }),
    ...(schemaHash === undefined ? {} : { schemaHash }),
    ...(peersHash === undefined ? {} : { peersHash }),
    ...(manifest === undefined
      ? {}
      : { previousAdapterCheckpointHash: manifest.body.adapterCheckpointHash }),
  };
  check.agrees(place, expected, record ?? {});
}

/** The sums that the mean is taken with come from what the sites signed. */
function verifyWeights(
  check: Check,
  { attemptId, survivors }: SummedAttempt,
  { record, adverts }: ReadAttempt,
): void {
  if (adverts === undefined || survivors === undefined) {
    return;
  }
  const place = { path: BUNDLE_PATHS.record(attemptId) };
  check.agrees(place, roundWeights(adverts, survivors.leaf.sites), record ?? {});
}

export interface RoundWeights {
  /** n of the scale. */
  readonly advertised: number;
  readonly weightTotal: number;
  readonly weightSurvivors: number;
}

/** What the sites' adverts make of a set of survivors. */
export function roundWeights(
  adverts: readonly Signed<Advert>[],
  survivors: readonly SiteId[],
): { readonly [K in keyof RoundWeights]: number } {
  const survived = new Set(survivors);
  const sum = (counted: readonly Signed<Advert>[]): number =>
    counted.reduce((total, { body }) => total + body.weight, 0);
  return {
    advertised: adverts.length,
    weightTotal: sum(adverts),
    weightSurvivors: sum(adverts.filter(({ body }) => survived.has(body.siteId))),
  };
}

function verifySurvivors(
  check: Check,
  { attemptId, survivors }: SummedAttempt,
  record: RoundRecord,
): void {
  const place = { path: BUNDLE_PATHS.record(attemptId) };
  const named = sitesText(record.survivors);
  const counted = record.participants.filter(({ state }) => state === 'survivor');
  const states = sitesText(counted.map(({ siteId }) => siteId));
  check.same(place, 'participants that survived', named, states);
  if (survivors !== undefined) {
    const logged = sitesText(survivors.leaf.sites);
    check.same(place, `survivors in leaf ${survivors.index}`, logged, named);
  }
}

function verifyParticipants(
  check: Check,
  { manifest, adverts, headers }: ReadAttempt,
  record: RoundRecord,
  keyIds: ReadonlyMap<SiteId, string> | undefined,
): void {
  const place = { path: BUNDLE_PATHS.record(record.attemptId) };
  const sites = sitesText(record.participants.map(({ siteId }) => siteId));
  check.same(place, 'participants', sitesText(manifest?.body.cohort ?? []), sites);
  const minSites = manifest?.body.minSites ?? 1;
  if (record.survivors.length < minSites) {
    const found = `${record.survivors.length}`;
    check.fail(place, { what: 'survivors', expected: `at least ${minSites}`, found });
  }
  for (const participant of record.participants) {
    const { siteId } = participant;
    if (keyIds !== undefined) {
      const keyId = keyIds.get(siteId) ?? 'one of the roster';
      check.same(place, `keyId of ${siteId}`, keyId, participant.keyId);
    }
    verifyAdvert(check, place, participant, ofSite(adverts, siteId));
    verifyHeader(check, place, participant, ofSite(headers, siteId));
  }
}

/** @param advert the participant's; a site that sent none weighs nothing */
function verifyAdvert(
  check: Check,
  place: Place,
  participant: Participant,
  advert: Signed<Advert> | undefined,
): void {
  const { siteId, weight, advertHash } = participant;
  const hash = advert === undefined ? 'none' : signedHash(advert);
  check.same(place, `advert of ${siteId}`, hash, advertHash ?? 'none');
  check.same(place, `weight of ${siteId}`, advert?.body.weight ?? 0, weight);
}

/** Only a survivor's update has to be there; of the others the record may say nothing, but nothing false. */
function verifyHeader(
  check: Check,
  place: Place,
  participant: Participant,
  header: Signed<UpdateHeader> | undefined,
): void {
  const { siteId, headerHash, vectorHash, chunkRoot, byteLength, state } = participant;
  if (state === 'survivor' || headerHash !== undefined) {
    const hash = header === undefined ? 'none' : signedHash(header);
    check.same(place, `header of ${siteId}`, hash, headerHash ?? 'none');
  }
  if (state === 'survivor' && header !== undefined) {
    const { body } = header;
    check.same(place, `vector of ${siteId}`, body.vectorHash, vectorHash);
    check.same(place, `chunks of ${siteId}`, body.chunkRoot, chunkRoot);
    const bytes = check.attempt(place, `length of ${siteId}`, () => travelLength(body));
    check.same(place, `bytes of ${siteId}`, bytes ?? 'of its chunks', byteLength);
  }
}

/** Of all chunks as they travel. */
function travelLength(header: UpdateHeader): number {
  return updateChunks(header).sizes.reduce((sum, size) => sum + size, 0);
}

function ofSite<T extends { readonly siteId: SiteId }>(
  documents: readonly Signed<T>[] | undefined,
  siteId: SiteId,
): Signed<T> | undefined {
  return documents?.find(({ body }) => body.siteId === siteId);
}
