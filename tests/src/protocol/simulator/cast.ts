/** Who plays: identities, one-time keys and updates. No choice of a schedule hangs on a key, so a schedule can be played again. */
import {
  boxKeyPairFrom,
  generateSigningKeyPair,
  seededRandom,
  sha256,
  type BoxKeyPair,
  type SigningKeyPair,
} from '@consilium/shared/crypto';
import { utf8 } from '@consilium/shared/encoding';
import type { AttemptId, SiteId } from '@consilium/shared/vocabulary';
import { CHECKPOINT } from './messages.js';

export interface Member {
  readonly siteId: SiteId;
  readonly identity: SigningKeyPair;
}

export interface OneTimeSecrets {
  readonly transport: BoxKeyPair;
  /** s and S */
  readonly mask: BoxKeyPair;
  /** b */
  readonly selfSeed: Uint8Array;
}

/** Words of a vector. */
export const WORDS = 16;
/** Updates are in ±RANGE. */
const RANGE = 2 ** 20;
/** What trainings from one adapter checkpoint at one site differ by, at most, in each word. */
const NOISE = 8;
/** Combinations of a few sums are about a site when they miss its update by no more than all their noise together. */
const CLOSE = 2 ** 12;

const members = new Map<string, Member>();
const oneTimeSecrets = new Map<string, OneTimeSecrets>();

/** The site of that name; its key is slow to make, so made once. */
export function memberNamed(name: string): Member {
  const member = members.get(name) ?? {
    siteId: name as SiteId,
    identity: generateSigningKeyPair(),
  };
  members.set(name, member);
  return member;
}

export function sitesNamed(count: number): readonly Member[] {
  return Array.from({ length: count }, (_, i) => memberNamed(`site-${i + 1}`));
}

export const COORDINATOR = generateSigningKeyPair();

/** The same each time; kept for a while, since key pairs are slow to make. */
export function secretsOf(attemptId: AttemptId, siteId: SiteId): OneTimeSecrets {
  const name = `${attemptId} ${siteId}`;
  const secrets = oneTimeSecrets.get(name) ?? drawSecrets(attemptId, siteId);
  if (oneTimeSecrets.size > 200) {
    oneTimeSecrets.clear();
  }
  oneTimeSecrets.set(name, secrets);
  return secrets;
}

function drawSecrets(attemptId: AttemptId, siteId: SiteId): OneTimeSecrets {
  const drawn = (what: string) => sha256(utf8(`simulator/${attemptId}/${siteId}/${what}`));
  return {
    transport: boxKeyPairFrom(drawn('transport')),
    mask: boxKeyPairFrom(drawn('mask')),
    selfSeed: drawn('self-seed'),
  };
}

/** What the site trains, give or take: what an attacker is after. */
export function updateOf(siteId: SiteId): Int32Array {
  const random = seededRandom(`simulator/update/${CHECKPOINT}/${siteId}`);
  return Int32Array.from({ length: WORDS }, () => random.integer(2 * RANGE + 1) - RANGE);
}

/** The site's update as it came out of its nth training. */
export function trainedUpdate(siteId: SiteId, training: number): Uint32Array {
  const random = seededRandom(`simulator/training/${siteId}/${training}`);
  return Uint32Array.from(updateOf(siteId), (word) => word + random.integer(2 * NOISE + 1) - NOISE);
}

/** Whether somebody who has this knows the update of the site. */
export function isAboutUpdateOf(siteId: SiteId, found: Int32Array): boolean {
  return updateOf(siteId).every((word, i) => Math.abs(word - (found[i] ?? 0)) <= CLOSE);
}
