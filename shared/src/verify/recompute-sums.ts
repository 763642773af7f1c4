/** The check `sums`: the ring sum of each secure attempt again, from the masked updates and the secrets that were opened. */
import { contentHash, createContentHash } from '../crypto/index.js';
import { fromBase64 } from '../encoding/index.js';
import { BUNDLE_PATHS, type StudyProtocol } from '../protocol/index.js';
import {
  addMasks,
  companyOf,
  listsOf,
  secureContext,
  unmaskPlan,
  type MasksOfSum,
  type Sharer,
} from '../secagg/index.js';
import { encodeVector, ringAdd } from '../tensors/index.js';
import { ConsiliumError, type SiteId } from '../vocabulary/index.js';
import { largestFileBytes } from './bundle-paths.js';
import { vectorWords, type Evidence } from './evidence.js';
import type { Check } from './findings.js';
import { isOf, summedAttempts } from './history.js';
import { secureAttempts, type SecureAttempt } from './secure-attempt.js';

/** Of a sum between two steps that are told: tens of milliseconds a mask in a browser. */
const SLICE_WORDS = 2 ** 18;

/**
 * @param roundNo the one round to do it for; all of them if not given
 * @returns whether every sum came out again, also those that the sites rejected: never so for a plain study, and not a failure there
 */
export function recomputeSums(
  check: Check,
  evidence: Evidence,
  protocol: StudyProtocol,
  roundNo?: number,
): boolean {
  const summed = summedAttempts(evidence.history).filter(({ sum }) => isOf(sum, roundNo));
  const ids = new Set(summed.map(({ attemptId }) => attemptId));
  const secure = secureAttempts(evidence).filter(({ attempt }) => ids.has(attempt.attemptId));
  const place = { path: BUNDLE_PATHS.studyProtocol };
  const words = check.attempt(place, 'length of an update', () => vectorWords(protocol, 'secure'));
  if (words === undefined) {
    return false;
  }
  const recomputed = secure.filter((attempt, i) => {
    const part = { from: i / secure.length, to: (i + 1) / secure.length };
    return recomputeSum(check, evidence, attempt, { words, part });
  });
  return summed.length > 0 && recomputed.length === summed.length;
}

interface SizeOfSum {
  readonly words: number;
  /** Of the whole check. */
  readonly part: { readonly from: number; readonly to: number };
}

function recomputeSum(
  check: Check,
  evidence: Evidence,
  secure: SecureAttempt,
  { words, part }: SizeOfSum,
): boolean {
  check.covers();
  const { attemptId, result, candidate } = secure.attempt;
  const logged = (result ?? candidate)?.leaf;
  const place = { path: BUNDLE_PATHS.ringSum(attemptId) };
  const masks = check.attempt(place, 'what takes the masks off', () => masksOf(secure));
  const hash = createContentHash();
  const isWhole = masks?.map((ofSum, i) => {
    const total = masks.length * words;
    const roundNo = logged?.roundNo ?? 0;
    const seeWords = (done: number): void => {
      const step = { kind: 'recompute', path: place.path, roundNo, total } as const;
      const share = (i * words + done) / total;
      const fraction = part.from + share * (part.to - part.from);
      check.see?.({ ...step, done: i * words + done }, fraction);
    };
    const sum = new Uint32Array(words);
    const { survivors } = ofSum;
    const added = survivors.filter((siteId) => addMasked(check, evidence, secure, { siteId, sum }));
    const isOpen = check.attempt(place, 'sum without masks', () => {
      takeMasksOff(sum, ofSum, seeWords);
      hash.update(encodeVector(sum));
      return true;
    });
    return added.length === survivors.length && isOpen === true;
  });
  if (isWhole?.includes(false) !== false) {
    return false;
  }
  const expected = logged?.ringSumHash ?? 'one in the log';
  const recomputed = hash.digest();
  check.same(place, 'sum of the masked updates without the masks', expected, recomputed);
  return recomputed === expected;
}

/** In slices, so that whoever watches sees it go on. */
function takeMasksOff(sum: Uint32Array, masks: MasksOfSum, see: (words: number) => void): void {
  const plan = unmaskPlan(masks);
  for (let from = 0; from < sum.length; from += SLICE_WORDS) {
    const to = Math.min(from + SLICE_WORDS, sum.length);
    addMasks(sum, plan, { from, to });
    see(to);
  }
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
