/** What happens between the rounds: a site takes a new key, one joins late, one joins late and leaves, one is revoked. */
import {
  contentHashOf,
  keyIdOf,
  signBody,
  type Signed,
  type SigningKeyPair,
} from '../../crypto/index.js';
import { toBase64 } from '../../encoding/index.js';
import {
  signedHash,
  type DoublySignedKeyRotation,
  type Join,
  type KeyRotation,
  type Roster,
  type Withdrawal,
} from '../../protocol/index.js';
import { ConsiliumError, parseSiteId } from '../../vocabulary/index.js';
import { AT, same, type SampleSite, type StartedStudy } from './sample-context.js';
import { sampleSigningKey } from './sample-keys.js';
import { APPROVER } from './sample-people.js';
import { addToRoster, enrol, join, nextRoster } from './sample-recruiting.js';

/** Shows the verifier what two rounds show, and every way in which a roster changes. */
export interface ChangedStudy {
  readonly study: StartedStudy;
  readonly joins: readonly Signed<Join>[];
  readonly rotations: readonly DoublySignedKeyRotation[];
  readonly withdrawals: readonly Signed<Withdrawal>[];
}

export function changeMembers(started: StartedStudy): ChangedStudy {
  const rotated = rotate(started, 'southbank');
  const late = joinLate(rotated.study, 'lakeside');
  const brief = joinLate(late.study, 'ridgeway');
  const left = withdraw(brief.study, 'ridgeway');
  const study = revoke(left.study, 'northgate');
  const everybody = [...started.sites, ...study.sites.slice(2)];
  const { keepsEverybody = false } = started.forgery;
  return {
    study: keepsEverybody ? { ...study, sites: everybody } : study,
    joins: [late.join, brief.join],
    rotations: [rotated.rotation],
    withdrawals: [left.withdrawal],
  };
}

function rotate(study: StartedStudy, name: string) {
  const site = siteOf(study, name);
  const key = sampleSigningKey(`${name}, the second`);
  const rotation = (study.forgery.rotation ?? same)(signRotation(study, site, key));
  const rotationHash = contentHashOf(rotation);
  const { siteId } = site;
  const [oldKeyId, keyId] = [keyIdOf(site.key.publicKey), keyIdOf(key.publicKey)];
  const identityKey = toBase64(key.publicKey);
  const change = { siteId, oldKeyId, keyId, rotationHash };
  const leafIndex = study.log.append({ ...AT, type: 'site.key-rotated', identityKey, ...change });
  const rotations = [{ hash: rotationHash, leafIndex }];
  const entries = study.roster.body.sites.map((entry) =>
    entry.siteId === siteId ? { siteId, keyId, identityKey, rotations } : entry,
  );
  const step = nextRoster(study, study.rosters, entries, { type: 'roster.rotate', ...change });
  const sites = study.sites.map((own) => (own === site ? { ...site, key } : own));
  return { rotation, study: withRoster({ ...study, sites }, step) };
}

function signRotation(
  { coordinatorKey }: StartedStudy,
  { siteId, key: old }: SampleSite,
  key: SigningKeyPair,
): DoublySignedKeyRotation {
  const body: KeyRotation = {
    v: 1,
    siteId,
    coordinatorKeyId: keyIdOf(coordinatorKey.publicKey),
    oldKey: toBase64(old.publicKey),
    newKey: toBase64(key.publicKey),
  };
  return { byOld: signBody('key-rotation', body, old), byNew: signBody('key-rotation', body, key) };
}

function joinLate(study: StartedStudy, name: string) {
  const site = { siteId: parseSiteId(name), key: sampleSigningKey(name), weight: 23 };
  enrol(study, site);
  const signed = join(study, site);
  const step = addToRoster(study, site, study.rosters);
  return { join: signed, study: withRoster({ ...study, sites: [...study.sites, site] }, step) };
}

function withdraw(study: StartedStudy, name: string) {
  const { siteId, key } = siteOf(study, name);
  const { studyId } = study.protocol;
  const body: Withdrawal = { v: 1, studyId, siteId, afterRound: 1 };
  const withdrawal = signBody('withdrawal', (study.forgery.withdrawal ?? same)(body), key);
  const withdrawalHash = signedHash(withdrawal);
  study.log.append({ ...AT, type: 'study.withdrawn', studyId, siteId, withdrawalHash });
  return { withdrawal, study: remove(study, name, 'withdrawn') };
}

function revoke(study: StartedStudy, name: string): StartedStudy {
  const { siteId, key } = siteOf(study, name);
  study.log.append({
    ...AT,
    type: 'site.revoked',
    siteId,
    keyId: keyIdOf(key.publicKey),
    by: APPROVER,
    reason: 'key-lost',
  });
  return remove(study, name, 'revoked');
}

function remove(study: StartedStudy, name: string, because: 'revoked' | 'withdrawn'): StartedStudy {
  const { siteId, key } = siteOf(study, name);
  const entries = study.roster.body.sites.filter((entry) => entry.siteId !== siteId);
  const keyId = keyIdOf(key.publicKey);
  const change = { type: 'roster.revoke', siteId, keyId, validUntilRound: 1, because } as const;
  const step = nextRoster(study, study.rosters, entries, change);
  const sites = study.sites.filter((own) => own.siteId !== siteId);
  return withRoster({ ...study, sites }, step);
}

function withRoster(
  study: StartedStudy,
  { roster, leafIndex }: { readonly roster: Signed<Roster>; readonly leafIndex: number },
): StartedStudy {
  return { ...study, roster, rosters: [...study.rosters, roster], rosterLeafIndex: leafIndex };
}

function siteOf({ sites }: StartedStudy, name: string): SampleSite {
  const site = sites.find(({ siteId }) => siteId === name);
  if (site === undefined) {
    throw new ConsiliumError('internal', `the sample study has no ${name}`);
  }
  return site;
}
