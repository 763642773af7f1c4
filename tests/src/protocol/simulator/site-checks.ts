/** A site's checks and answers in a secure attempt, by the functions of shared/src/secagg. docs/protocol/v1.md section 4.1. */
import { checkBoxPublicKey, signBody, verifyBody, type Signed } from '@consilium/shared/crypto';
import { canonicalBytes, fromBase64, toBase64 } from '@consilium/shared/encoding';
import { leafHash } from '@consilium/shared/log';
import {
  peersHash,
  signedHash,
  type Advert,
  type Leaf,
  type Manifest,
  type Unmasking,
} from '@consilium/shared/protocol';
import {
  dealShares,
  openRelay,
  requireQuorum,
  requireSurvivors,
  selfSeedHash,
  summedBefore,
  summedTrainings,
  unmaskingShares,
  type OpenedRelay,
  type Peer,
  type SecureAttempt,
  type SummedTrainings,
  type SurvivorsLeaf,
} from '@consilium/shared/secagg';
import { ConsiliumError, type SiteId } from '@consilium/shared/vocabulary';
import { COORDINATOR, secretsOf, type Member } from './cast.js';
import { secureTerms, type Defences } from './defences.js';
import { CHECKPOINT, ofSite, type Told } from './messages.js';
import { known, type AttemptFacts, type SiteAttempt } from './site-journal.js';

export interface Checker {
  readonly self: Member;
  /** Identity keys of the members, from the logged roster. */
  readonly roster: ReadonlyMap<SiteId, Uint8Array>;
  /** c that the site approved. */
  readonly colluders: number;
  readonly defences: Defences;
  /** What a corrupt site says that its updates come from, in whichever training they were made. */
  readonly training?: number;
}

type Lists = readonly (readonly SiteId[])[];

/** Section 4, step 1, and step 1 of 4.1. @param cohorts of earlier attempts. @throws ConsiliumError */
export function acceptManifest(
  { self, colluders, defences }: Checker,
  message: Told<'round.manifest'>,
  leaf: Leaf,
  cohorts: Lists,
): Partial<AttemptFacts> {
  const manifest = verifyBody('manifest', message.manifest, COORDINATOR.publicKey);
  const manifestHash = signedHash(message.manifest);
  const { attemptId, cohort } = manifest;
  if (leaf.type !== 'round.manifest' || leaf.manifestHash !== manifestHash) {
    throw new ConsiliumError('proof-invalid', 'the log names another manifest');
  }
  if (manifest.adapterCheckpointHash !== CHECKPOINT || !cohort.includes(self.siteId)) {
    throw refuse('the manifest is of another adapter checkpoint or without this site');
  }
  const terms = secureTerms(manifest);
  const least = defences.leastThreshold(manifest, cohorts);
  if (terms.colluders !== colluders || terms.threshold < least) {
    throw refuse(`a threshold of ${terms.threshold}, ${least} are needed`);
  }
  requireEnough(cohort.length, defences.required(manifest, cohort.length));
  const secrets = secretsOf(attemptId, self.siteId);
  const body: Advert = {
    ...ofSite(attemptId, self.siteId),
    manifestHash,
    transportKey: toBase64(secrets.transport.publicKey),
    weight: 1,
    nonce: toBase64(new Uint8Array(32)),
    secure: {
      maskKey: toBase64(secrets.mask.publicKey),
      selfSeedHash: toBase64(selfSeedHash(secrets.selfSeed)),
    },
  };
  const advert = signBody('advert', body, self.identity);
  const manifestLeafIndex = message.leafIndex;
  return { manifest: message.manifest, manifestLeafIndex, secrets, advert };
}

/** Step 2: the adverts, then this site's shares. @throws ConsiliumError */
export async function acceptPeers(
  { self, roster, defences }: Checker,
  attempt: SiteAttempt,
  { adverts }: Told<'round.peers'>,
): Promise<Partial<AttemptFacts>> {
  const { manifest, secrets, advert } = known(attempt, 'manifest', 'secrets', 'advert');
  const { attemptId, cohort } = manifest.body;
  adverts.forEach((one) => requireAdvert(one, manifest, roster));
  requireDistinct(adverts, cohort);
  const own = adverts.find(({ body }) => body.siteId === self.siteId);
  if (own === undefined || signedHash(own) !== signedHash(advert)) {
    throw refuse('the advert of this site is not the one that it sent');
  }
  requireEnough(adverts.length, defences.required(manifest.body, adverts.length));
  const place = secureAttempt(manifest, adverts);
  const dealt = await dealShares({
    attemptId,
    siteId: self.siteId,
    peers: peersOf(adverts, roster),
    threshold: defences.threshold(manifest.body, adverts.length),
    secrets: { selfSeed: secrets.selfSeed, maskKey: secrets.mask.secretKey },
    transportSecret: secrets.transport.secretKey,
    peersHash: place.peersHash,
  });
  const { entries, entriesRoot } = dealt;
  const body = {
    ...ofSite(attemptId, self.siteId),
    ...place,
    entriesRoot,
    entries: entries.length,
  };
  const shares = signBody('shares', body, self.identity);
  return { adverts, dealing: { shares, entries, own: dealt.own } };
}

/** Step 3. @throws ConsiliumError as openRelay */
export function acceptRelay(
  { self, roster, defences }: Checker,
  attempt: SiteAttempt,
  { dealt }: Told<'round.relay'>,
): OpenedRelay {
  const { manifest, adverts } = known(attempt, 'manifest', 'adverts');
  const { secrets, dealing } = known(attempt, 'secrets', 'dealing');
  const own = { pair: dealing.own, sharesHash: signedHash(dealing.shares) };
  return openRelay({
    dealt,
    holder: { siteId: self.siteId, transportSecret: secrets.transport.secretKey, own },
    attempt: secureAttempt(manifest, adverts),
    peers: peersOf(adverts, roster),
    required: defences.required(manifest.body, adverts.length),
  });
}

/** Of the same adapter checkpoint. */
export interface ListsBefore {
  /** That the leaf names. */
  readonly earlier: readonly SurvivorsLeaf[];
  /** That this site endorsed. */
  readonly own: readonly SummedTrainings[];
}

/** Step 5, but for the log. @throws ConsiliumError as requireSurvivors; 'not-permitted' by the difference rule */
export function acceptSurvivors(
  { self, roster, defences }: Checker,
  attempt: SiteAttempt,
  { leafIndex, headers }: Told<'round.survivors'>,
  leaf: SurvivorsLeaf,
  { earlier, own }: ListsBefore,
): AttemptFacts['endorsed'] {
  const { manifest, adverts, relay } = known(attempt, 'manifest', 'adverts', 'relay');
  const { header } = attempt.facts;
  const survivors = requireSurvivors({
    leaf,
    headers,
    attempt: secureAttempt(manifest, adverts),
    sharers: sharersOf(adverts, relay, roster),
    sharersHash: relay.sharersHash,
    required: defences.required(manifest.body, adverts.length),
    own: { siteId: self.siteId, ...(header ? { headerHash: signedHash(header) } : {}) },
  });
  const { attemptId } = manifest.body;
  if (defences.endorsesOnce && earlier.some((one) => one.attemptId === attemptId)) {
    throw new ConsiliumError('proof-invalid', 'the log names other survivors of the attempt');
  }
  const lists = earlier.map(({ sites }) => sites);
  if (!defences.mayEndorse(lists, survivors, secureTerms(manifest.body).colluders)) {
    throw new ConsiliumError('not-permitted', 'the survivors break the difference rule');
  }
  const trainings = summedTrainings(headers.map(({ body }) => body));
  if (defences.asksForNewDeltas && summedBefore(own, trainings).length > 0) {
    throw new ConsiliumError('not-permitted', 'a delta is in a list that this site endorsed');
  }
  const body = {
    ...ofSite(attemptId, self.siteId),
    leafIndex,
    leafHash: toBase64(leafHash(canonicalBytes(leaf))),
  };
  return { endorsement: signBody('endorsement', body, self.identity), survivors, trainings };
}

/** Step 6. @throws ConsiliumError as requireQuorum */
export function acceptQuorum(
  { self, roster, defences }: Checker,
  attempt: SiteAttempt,
  { endorsements }: Told<'round.quorum'>,
): AttemptFacts['unmasking'] {
  const { manifest, adverts, relay, endorsed } = known(
    attempt,
    'manifest',
    'adverts',
    'relay',
    'endorsed',
  );
  const { attemptId } = manifest.body;
  const { leafHash: endorsedHash } = endorsed.endorsement.body;
  if (defences.awaitsQuorum) {
    requireQuorum({
      endorsements,
      attemptId,
      leafHash: fromBase64(endorsedHash),
      sharers: sharersOf(adverts, relay, roster),
      threshold: defences.threshold(manifest.body, adverts.length),
    });
  }
  const asked = unmaskingShares(relay.held, endorsed.survivors, relay.sharers);
  const shares = defences.opensOneKind ? asked : bothKinds(relay);
  const body = { ...ofSite(attemptId, self.siteId), leafHash: endorsedHash, shares };
  return signBody('unmasking', body, self.identity);
}

export function secureAttempt(
  manifest: Signed<Manifest>,
  adverts: readonly Signed<Advert>[],
): SecureAttempt {
  const { attemptId } = manifest.body;
  return {
    attemptId,
    manifestHash: signedHash(manifest),
    peersHash: peersHash(attemptId, adverts),
  };
}

/** U1 with the keys of the roster. */
export function peersOf(
  adverts: readonly Signed<Advert>[],
  roster: ReadonlyMap<SiteId, Uint8Array>,
): Peer[] {
  return adverts.map(({ body }) => ({
    siteId: body.siteId,
    identityKey: keyIn(roster, body.siteId),
    transportKey: fromBase64(body.transportKey),
  }));
}

/** @throws ConsiliumError 'unknown-key' */
export function keyIn(roster: ReadonlyMap<SiteId, Uint8Array>, siteId: SiteId): Uint8Array {
  const key = roster.get(siteId);
  if (key === undefined) {
    throw new ConsiliumError('unknown-key', `site ${siteId} is not in the roster`);
  }
  return key;
}

function sharersOf(
  adverts: readonly Signed<Advert>[],
  { sharers }: OpenedRelay,
  roster: ReadonlyMap<SiteId, Uint8Array>,
): Peer[] {
  return peersOf(adverts, roster).filter(({ siteId }) => sharers.includes(siteId));
}

function bothKinds({ sharers, held }: OpenedRelay): Unmasking['shares'] {
  return sharers.flatMap((dealer) => {
    const pair = held.get(dealer);
    return pair === undefined
      ? []
      : [
          { dealer, kind: 'self-seed' as const, share: toBase64(pair.selfSeed) },
          { dealer, kind: 'mask-key' as const, share: toBase64(pair.maskKey) },
        ];
  });
}

function requireAdvert(
  advert: Signed<Advert>,
  manifest: Signed<Manifest>,
  roster: ReadonlyMap<SiteId, Uint8Array>,
): void {
  const { siteId } = advert.body;
  const body = verifyBody('advert', advert, keyIn(roster, siteId));
  const isOfManifest =
    body.attemptId === manifest.body.attemptId && body.manifestHash === signedHash(manifest);
  if (!isOfManifest || body.secure === undefined) {
    throw refuse(`the advert of site ${siteId} is for another attempt or manifest`);
  }
  checkBoxPublicKey(fromBase64(body.transportKey));
  checkBoxPublicKey(fromBase64(body.secure.maskKey));
}

function requireDistinct(adverts: readonly Signed<Advert>[], cohort: readonly SiteId[]): void {
  const keys = adverts.flatMap(({ body }) => [body.transportKey, body.secure?.maskKey]);
  const names = adverts.map(({ body }) => body.siteId);
  if (new Set(keys).size !== keys.length || new Set(names).size !== names.length) {
    throw new ConsiliumError('duplicate', 'a key or a site is named twice among the adverts');
  }
  if (!names.every((siteId) => cohort.includes(siteId))) {
    throw refuse('a site advertised that is not in the cohort');
  }
}

function requireEnough(present: number, least: number): void {
  if (present < least) {
    throw new ConsiliumError('bad-request', `${present} sites, ${least} are needed`);
  }
}

function refuse(reason: string): ConsiliumError {
  return new ConsiliumError('bad-message', `refused: ${reason}`);
}
