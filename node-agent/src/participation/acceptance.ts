/**
 * What a site checks before it believes a message of the coordinator. Each function takes what came and what this site holds,
 * and either returns or throws a coded error; none sends or writes. docs/protocol/v1.md section 4, steps 1, 3 and 5.
 */
import {
  checkBoxPublicKey,
  contentHashOf,
  verifyBody,
  type Signed,
} from '@consilium/shared/crypto';
import { fromBase64 } from '@consilium/shared/encoding';
import {
  adapterSchema,
  privateAdapterSchema,
  peersHash,
  signedHash,
  studyProtocolHash,
  type Advert,
  type Leaf,
  type Manifest,
  type Roster,
  type RoundRecord,
  type StudyProtocol,
} from '@consilium/shared/protocol';
import { decodeFloat } from '@consilium/shared/encoding';
import { parseTensorSchema, schemaHash, type TensorSchema } from '@consilium/shared/tensors';
import {
  ConsiliumError,
  LIMITS,
  type ContentHash,
  type SiteId,
} from '@consilium/shared/vocabulary';
import type { AttemptState, StudyState } from './agent-state.js';
import { requireEqual } from './require-equal.js';
import {
  requireAcceptableMaskKeys,
  requireApprovedAggregation,
  requireTrueAggregation,
} from './secure-acceptance.js';

type LeafOf<T> = Extract<Leaf, { type: T }>;

/**
 * The schema that follows from a study protocol.
 * @throws ConsiliumError 'bad-tensor-schema' when it is not the one it names, when the private adapter does not fit, or when one of
 *   them is beyond the limits of an adapter
 */
export function requireSchema(protocol: StudyProtocol): TensorSchema {
  const { geometry } = protocol.backbone;
  const updateRange = decodeFloat(protocol.training.updateRange);
  const { adapter, privateAdapter, task } = protocol;
  const schema = parseTensorSchema(adapterSchema({ geometry, adapter, task, updateRange }));
  if (privateAdapter !== undefined) {
    parseTensorSchema(privateAdapterSchema({ geometry, adapter: privateAdapter, updateRange }));
  }
  if (schemaHash(schema) !== protocol.schemaHash) {
    throw new ConsiliumError('bad-tensor-schema', 'the study names another schema than it implies');
  }
  return schema;
}

export interface OfferCheck {
  readonly protocol: Signed<StudyProtocol>;
  readonly leaf: LeafOf<'study.created'>;
  readonly coordinatorKey: Uint8Array;
  readonly siteId: SiteId;
}

/** @throws ConsiliumError 'bad-signature', 'proof-invalid', 'not-permitted' */
export function requireAcceptableOffer(check: OfferCheck): void {
  const body = verifyBody('study', check.protocol, check.coordinatorKey);
  const hash = studyProtocolHash(body);
  requireEqual(
    [
      ['study', check.leaf.studyId, body.studyId],
      ['study protocol', check.leaf.studyProtocolHash, hash],
      ['tensor schema', check.leaf.schemaHash, body.schemaHash],
    ],
    'proof-invalid',
  );
  const { sites } = body.participation;
  if (sites !== 'all' && !sites.includes(check.siteId)) {
    throw new ConsiliumError('not-permitted', 'the study protocol does not name this site');
  }
}

export interface ManifestCheck {
  readonly attempt: AttemptState;
  readonly study: StudyState;
  readonly leaf: LeafOf<'round.manifest'>;
  readonly coordinatorKey: Uint8Array;
  readonly siteId: SiteId;
  /** The adapter checkpoint of the round before, if this site verified that round. */
  readonly known: ContentHash | undefined;
}

/** @throws ConsiliumError 'bad-signature', 'stale-attempt', 'proof-invalid', 'bad-message', 'not-permitted', 'weak-key' */
export function requireAcceptableManifest(check: ManifestCheck): Manifest {
  const { attempt, study, leaf, siteId } = check;
  const manifest = verifyBody('manifest', attempt.manifest, check.coordinatorKey);
  const protocol = study.offer.protocol.body;
  if (manifest.roundNo <= (study.adapter?.roundNo ?? 0)) {
    throw new ConsiliumError('stale-attempt', `round ${manifest.roundNo} is done at this site`);
  }
  requireEqual(
    [
      ['study', leaf.studyId, manifest.studyId],
      ['round', leaf.roundNo, manifest.roundNo],
      ['attempt', leaf.attemptId, manifest.attemptId],
      ['attempt number', leaf.attemptNo, manifest.attemptNo],
      ['manifest', leaf.manifestHash, signedHash(attempt.manifest)],
    ],
    'proof-invalid',
  );
  requireEqual(
    [
      ['study', manifest.studyId, protocol.studyId],
      ['study protocol', manifest.studyProtocolHash, studyProtocolHash(protocol)],
      ['backbone', manifest.backboneHash, protocol.backbone.hash],
      ['tensor schema', manifest.schemaHash, protocol.schemaHash],
      [
        'adapter checkpoint',
        manifest.adapterCheckpointHash,
        check.known ?? manifest.adapterCheckpointHash,
      ],
      ['smallest number of sites', manifest.minSites, protocol.participation.minSites],
      ['vote', manifest.acceptance ?? 'none', protocol.acceptance === undefined ? 'none' : 'vote'],
    ],
    'bad-message',
  );
  if (manifest.roundNo > protocol.training.rounds) {
    throw new ConsiliumError('bad-message', `the study has ${protocol.training.rounds} rounds`);
  }
  requireCohort(manifest, siteId);
  requireApprovedAggregation(manifest, protocol, study.cohorts);
  return manifest;
}

function requireCohort({ cohort, minSites }: Manifest, siteId: SiteId): void {
  if (!cohort.includes(siteId)) {
    throw new ConsiliumError('not-permitted', 'this site is not in the cohort');
  }
  const isPossible = cohort.length >= minSites && cohort.length <= LIMITS.sitesPerStudy;
  if (new Set(cohort).size !== cohort.length || !isPossible) {
    throw new ConsiliumError('bad-message', 'the cohort repeats a site, is too small or too large');
  }
}

export interface RosterCheck {
  readonly roster: Signed<Roster>;
  readonly manifest: Manifest;
  readonly coordinatorKey: Uint8Array;
  readonly siteId: SiteId;
  readonly identityKey: string;
}

/** The identity keys of the cohort. @throws ConsiliumError 'bad-signature', 'bad-message', 'unknown-key' */
export function requireAcceptableRoster(check: RosterCheck): ReadonlyMap<SiteId, Uint8Array> {
  const { manifest, siteId } = check;
  const roster = verifyBody('roster', check.roster, check.coordinatorKey);
  requireEqual(
    [
      ['roster', signedHash(check.roster), manifest.rosterHash],
      ['roster epoch', roster.epoch, manifest.rosterEpoch],
      ['study', roster.studyId, manifest.studyId],
    ],
    'bad-message',
  );
  const keys = new Map(roster.sites.map((site) => [site.siteId, site.identityKey]));
  if (keys.size !== roster.sites.length || new Set(keys.values()).size !== keys.size) {
    throw new ConsiliumError('bad-message', 'the roster repeats a site or a key');
  }
  if (keys.get(siteId) !== check.identityKey) {
    throw new ConsiliumError('unknown-key', 'the roster names another key for this site');
  }
  return new Map(manifest.cohort.map((site) => [site, fromBase64(requireKey(keys, site))]));
}

export interface PeersCheck {
  readonly adverts: readonly Signed<Advert>[];
  readonly own: Signed<Advert>;
  readonly manifest: Manifest;
  readonly manifestHash: ContentHash;
  readonly keys: ReadonlyMap<SiteId, Uint8Array>;
}

/** U1, checked advert by advert. A foreign, repeated or altered one spoils the set. @throws ConsiliumError coded */
export function requireAcceptablePeers(check: PeersCheck): void {
  const { adverts, own, manifest } = check;
  if (adverts.length < manifest.minSites) {
    throw new ConsiliumError('bad-message', `${adverts.length} adverts, the study needs more`);
  }
  for (const advert of adverts) {
    requireAcceptableAdvert(advert, check);
  }
  const sites = new Set(adverts.map(({ body }) => body.siteId));
  const transportKeys = new Set(adverts.map(({ body }) => body.transportKey));
  if (sites.size !== adverts.length || transportKeys.size !== adverts.length) {
    throw new ConsiliumError('duplicate', 'two adverts share a site or a transport key');
  }
  requireAcceptableMaskKeys(adverts, manifest);
  const mine = adverts.find(({ body }) => body.siteId === own.body.siteId);
  if (mine === undefined || signedHash(mine) !== signedHash(own)) {
    throw new ConsiliumError('bad-message', "this site's own advert is missing or was altered");
  }
}

function requireAcceptableAdvert(
  advert: Signed<Advert>,
  { keys, manifest, manifestHash }: PeersCheck,
): void {
  const key = keys.get(advert.body.siteId);
  if (key === undefined) {
    throw new ConsiliumError('unknown-key', `${advert.body.siteId} is not in the cohort`);
  }
  const body = verifyBody('advert', advert, key);
  requireEqual(
    [
      ['study', body.studyId, manifest.studyId],
      ['round', body.roundNo, manifest.roundNo],
      ['attempt', body.attemptId, manifest.attemptId],
      ['manifest', body.manifestHash, manifestHash],
    ],
    'bad-message',
  );
  checkBoxPublicKey(fromBase64(body.transportKey));
}

export interface RecordCheck {
  readonly attempt: AttemptState;
  readonly record: RoundRecord;
  /** Of a candidate too: it is checked like what it may become. */
  readonly leaf: LeafOf<'round.result'> | LeafOf<'round.candidate'>;
  readonly siteId: SiteId;
  /** The last round that this site verified, and the adapter checkpoint that it computed. */
  readonly adapter: StudyState['adapter'];
}

/** What the record says, against the log and against what this site saw of the attempt. @throws ConsiliumError 'proof-invalid' */
export function requireAcceptableRecord(check: RecordCheck): void {
  const { attempt, record, leaf, siteId } = check;
  const manifest = attempt.manifest.body;
  requireEqual(
    [
      ['study', leaf.studyId, manifest.studyId],
      ['round', leaf.roundNo, manifest.roundNo],
      ['attempt', leaf.attemptId, manifest.attemptId],
      ['round record', leaf.recordHash, contentHashOf(record)],
      ['ring sum', leaf.ringSumHash, record.ringSumHash],
      [
        'adapter checkpoint',
        leaf.type === 'round.result' ? leaf.adapterCheckpointHash : record.adapterCheckpointHash,
        record.adapterCheckpointHash,
      ],
      ['study', record.studyId, manifest.studyId],
      ['round', record.roundNo, manifest.roundNo],
      ['attempt', record.attemptId, manifest.attemptId],
      ['manifest', record.manifestHash, signedHash(attempt.manifest)],
      ['tensor schema', record.schemaHash, manifest.schemaHash],
      [
        'previous adapter checkpoint',
        record.previousAdapterCheckpointHash,
        manifest.adapterCheckpointHash,
      ],
    ],
    'proof-invalid',
  );
  requireSequel(record, check.adapter);
  requireTrueSurvivors(record, manifest);
  requireTrueAggregation(attempt, record);
  requireOwnEntry(attempt, record, siteId);
  if (attempt.peers !== undefined) {
    requirePeersAsSeen(attempt.peers, record);
  }
}

/** A round is done once, from what this site computed; a site that missed the round before takes the log's word for it. */
function requireSequel(record: RoundRecord, adapter: StudyState['adapter']): void {
  const done = adapter?.roundNo ?? 0;
  if (record.roundNo <= done) {
    throw new ConsiliumError('proof-invalid', `round ${record.roundNo} is done at this site`);
  }
  if (record.roundNo === done + 1 && record.previousAdapterCheckpointHash !== adapter?.hash) {
    throw new ConsiliumError(
      'proof-invalid',
      'the record starts from another adapter checkpoint than the one this site computed',
    );
  }
}

function requireTrueSurvivors(record: RoundRecord, { cohort, minSites }: Manifest): void {
  const counted = record.participants.filter(({ state }) => state === 'survivor');
  const weight = counted.reduce((sum, participant) => sum + participant.weight, 0);
  const isTrue =
    new Set(record.participants.map(({ siteId }) => siteId)).size === record.participants.length &&
    record.weightSurvivors <= record.weightTotal &&
    record.advertised <= cohort.length &&
    record.survivors.length >= minSites &&
    record.survivors.every((site) => cohort.includes(site)) &&
    counted.length === record.survivors.length &&
    counted.every(({ siteId }) => record.survivors.includes(siteId)) &&
    weight === record.weightSurvivors;
  if (!isTrue) {
    throw new ConsiliumError('proof-invalid', 'the record contradicts itself about the survivors');
  }
}

/** A site may be counted only with the update that it sent. */
function requireOwnEntry(attempt: AttemptState, record: RoundRecord, siteId: SiteId): void {
  const own = record.participants.find((participant) => participant.siteId === siteId);
  if (own?.state !== 'survivor') {
    return;
  }
  const { header } = attempt;
  if (header === undefined || own.headerHash !== signedHash(header)) {
    throw new ConsiliumError(
      'proof-invalid',
      'the record counts an update that this site never sent',
    );
  }
}

function requirePeersAsSeen(peers: readonly Signed<Advert>[], record: RoundRecord): void {
  requireEqual(
    [
      ['adverts', record.peersHash, peersHash(record.attemptId, peers)],
      ['number of adverts', record.advertised, peers.length],
      ['weights', record.weightTotal, peers.reduce((sum, { body }) => sum + body.weight, 0)],
    ],
    'proof-invalid',
  );
  const weights = new Map(peers.map(({ body }) => [body.siteId, body.weight]));
  requireEqual(
    record.participants.map(({ siteId, weight }) => [
      `weight of ${siteId}`,
      weight,
      weights.get(siteId) ?? 0,
    ]),
    'proof-invalid',
  );
}

function requireKey(keys: ReadonlyMap<SiteId, string>, site: SiteId): string {
  const key = keys.get(site);
  if (key === undefined) {
    throw new ConsiliumError('unknown-key', `${site} is in the cohort but not in the roster`);
  }
  return key;
}
