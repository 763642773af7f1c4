/** The check `revealed`: to take the masks off, b of each survivor and s of each other sharer was opened, each as its advert says, and nothing else. */
import { contentHashOf } from '../crypto/index.js';
import { fromBase64 } from '../encoding/index.js';
import { BUNDLE_PATHS, type Advert, type Revealed, type SecretKind } from '../protocol/index.js';
import { isSecretOf } from '../secagg/index.js';
import type { SiteId } from '../vocabulary/index.js';
import type { Evidence } from './evidence.js';
import type { Check, Place } from './findings.js';
import { secureAttempts, type SecureAttempt } from './secure-attempt.js';

type OpenedSecret = Revealed['secrets'][number];

export function verifyRevealed(check: Check, evidence: Evidence): void {
  for (const secure of secureAttempts(evidence)) {
    const { revealed } = secure.read;
    if (revealed !== undefined) {
      check.covers();
      verifyOpened(check, secure, revealed);
    }
  }
}

function verifyOpened(check: Check, secure: SecureAttempt, revealed: Revealed): void {
  const { attempt, read, sharers } = secure;
  const place = { path: BUNDLE_PATHS.revealed(attempt.attemptId) };
  check.same(place, 'attemptId', attempt.attemptId, revealed.attemptId);
  const aggregation = read.record?.aggregation;
  if (aggregation?.kind === 'secure') {
    const what = 'hash in the round record';
    check.same(place, what, aggregation.revealedHash, contentHashOf(revealed));
  }
  const named = revealed.secrets.map(({ siteId }) => siteId);
  for (const siteId of new Set([...(sharers ?? []), ...named])) {
    const secrets = revealed.secrets.filter((secret) => secret.siteId === siteId);
    verifySite(check, place, secure, { siteId, secrets });
  }
}

interface OpenedOfSite {
  readonly siteId: SiteId;
  readonly secrets: readonly OpenedSecret[];
}

/** Of a site that is named in both ways the update itself can be read, so it is named. */
function verifySite(
  check: Check,
  place: Place,
  { attempt, read, sharers }: SecureAttempt,
  { siteId, secrets }: OpenedOfSite,
): void {
  const what = `opened of ${siteId}`;
  const expected = expectedKind(siteId, attempt.survivors?.leaf.sites ?? [], sharers);
  const kinds = secrets.map(({ kind }) => kind).sort();
  if (kinds.length > 1) {
    check.fail(place, { what, expected, found: `${kinds.join(' and ')}: its update can be read` });
  } else {
    check.same(place, what, expected, kinds[0] ?? 'nothing');
  }
  const advert = read.adverts?.find(({ body }) => body.siteId === siteId)?.body;
  for (const secret of secrets) {
    verifySecret(check, place, secret, advert);
  }
}

function expectedKind(
  siteId: SiteId,
  survivors: readonly SiteId[],
  sharers: ReadonlySet<SiteId> | undefined,
): SecretKind | 'nothing' {
  if (survivors.includes(siteId)) {
    return 'self-seed';
  }
  return sharers?.has(siteId) === false ? 'nothing' : 'mask-key';
}

function verifySecret(
  check: Check,
  place: Place,
  { siteId, kind, secret }: OpenedSecret,
  advert: Advert | undefined,
): void {
  const secure = advert?.secure;
  if (secure !== undefined) {
    const committed = {
      maskKey: fromBase64(secure.maskKey),
      selfSeedHash: fromBase64(secure.selfSeedHash),
    };
    if (!isSecretOf(committed, kind, fromBase64(secret))) {
      const what = `${kind} of ${siteId}`;
      check.fail(place, { what, expected: 'the one of its advert', found: 'another' });
    }
  }
}
