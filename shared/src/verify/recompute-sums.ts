/** The check `sums`: the ring sum of each secure attempt again, from the masked updates and the secrets that were opened. */
import { contentHash, createContentHash } from '../crypto/index.js';
import { fromBase64 } from '../encoding/index.js';
import { BUNDLE_PATHS, type StudyProtocol } from '../protocol/index.js';
import {
  companyOf,
  listsOf,
  secureContext,
  unmaskSum,
  type MasksOfSum,
  type Sharer,
} from '../secagg/index.js';
import { encodeVector, ringAdd } from '../tensors/index.js';
import { ConsiliumError, type SiteId } from '../vocabulary/index.js';
import { largestFileBytes } from './bundle-paths.js';
import { vectorWords, type Evidence } from './evidence.js';
import type { Check } from './findings.js';
import { summedAttempts } from './history.js';
import { secureAttempts, type SecureAttempt } from './secure-attempt.js';

/** @returns whether every sum came out again, also those that the sites rejected: never so for a plain study, and not a failure there */
export function recomputeSums(check: Check, evidence: Evidence, protocol: StudyProtocol): boolean {
  const summed = summedAttempts(evidence.history);
  const ids = new Set(summed.map(({ attemptId }) => attemptId));
  const secure = secureAttempts(evidence).filter(({ attempt }) => ids.has(attempt.attemptId));
  const place = { path: BUNDLE_PATHS.studyProtocol };
  const words = check.attempt(place, 'length of an update', () => vectorWords(protocol, 'secure'));
  if (words === undefined) {
    return false;
  }
  const recomputed = secure.filter((attempt) => recomputeSum(check, evidence, attempt, words));
  return summed.length > 0 && recomputed.length === summed.length;
}

function recomputeSum(
  check: Check,
  evidence: Evidence,
  secure: SecureAttempt,
  words: number,
): boolean {
  check.covers();
  const { attemptId, result, candidate } = secure.attempt;
  const place = { path: BUNDLE_PATHS.ringSum(attemptId) };
  const masks = check.attempt(place, 'what takes the masks off', () => masksOf(secure));
  const hash = createContentHash();
  const isWhole = masks?.map((ofSum) => {
    const sum = new Uint32Array(words);
    const { survivors } = ofSum;
    const added = survivors.filter((siteId) => addMasked(check, evidence, secure, { siteId, sum }));
    const isOpen = check.attempt(place, 'sum without masks', () => {
      unmaskSum(sum, ofSum);
      hash.update(encodeVector(sum));
      return true;
    });
    return added.length === survivors.length && isOpen === true;
  });
  if (isWhole?.includes(false) !== false) {
    return false;
  }
  const expected = (result ?? candidate)?.leaf.ringSumHash ?? 'one in the log';
  const recomputed = hash.digest();
  check.same(place, 'sum of the masked updates without the masks', expected, recomputed);
  return recomputed === expected;
}

/** Of each sum. Only what sites signed and the log names goes into it. @throws ConsiliumError 'not-found' where a part is missing, 'bad-encoding' */
function masksOf({ attempt, read, groups }: SecureAttempt): MasksOfSum[] {
  const { attemptId, manifest, adverts, survivors } = attempt;
  const sharersHash = survivors?.leaf.sharersHash;
  const { shares, revealed } = read;
  if (
    manifest === undefined ||
    adverts === undefined ||
    survivors === undefined ||
    sharersHash === undefined ||
    shares === undefined ||
    revealed === undefined
  ) {
    throw new ConsiliumError('not-found', 'a leaf, the shares or the opened secrets are missing');
  }
  const { manifestHash } = manifest.leaf;
  const { peersHash } = adverts.leaf;
  const context = secureContext({ attemptId, manifestHash, peersHash, sharersHash });
  const sharers = shares.map(({ body }) => sharerOf(body.siteId, read.adverts));
  const secrets = revealed.secrets.map(({ siteId, kind, secret }) => ({
    siteId,
    kind,
    secret: fromBase64(secret),
  }));
  return listsOf(survivors.leaf).map((list) => ({
    context,
    sharers: companyOf(groups, list[0], sharers, siteIdOf),
    survivors: list,
    secrets: companyOf(groups, list[0], secrets, siteIdOf),
  }));
}

function siteIdOf({ siteId }: { readonly siteId: SiteId }): SiteId {
  return siteId;
}

function sharerOf(siteId: SiteId, adverts: SecureAttempt['read']['adverts']): Sharer {
  const secure = adverts?.find(({ body }) => body.siteId === siteId)?.body.secure;
  if (secure === undefined) {
    throw new ConsiliumError('not-found', `no advert of ${siteId} has a mask key`);
  }
  return { siteId, maskKey: fromBase64(secure.maskKey) };
}

interface MaskedUpdate {
  readonly siteId: SiteId;
  /** One vector at a time is in memory beside it. */
  readonly sum: Uint32Array;
}

/** @returns whether the update is the one of the site's header */
function addMasked(
  check: Check,
  { source }: Evidence,
  { attempt, read }: SecureAttempt,
  { siteId, sum }: MaskedUpdate,
): boolean {
  const path = BUNDLE_PATHS.masked(attempt.attemptId, siteId);
  const vector = check.attempt({ path }, 'masked update', () => {
    const bytes = source.read(path, largestFileBytes(path));
    ringAdd(sum, bytes);
    return contentHash(bytes);
  });
  const header = read.headers?.find(({ body }) => body.siteId === siteId)?.body;
  const expected = header?.vectorHash ?? 'one in a header';
  if (vector !== undefined) {
    check.same({ path }, `vectorHash of ${siteId}`, expected, vector);
  }
  return vector === expected;
}
