/**
 * Which sums of honest updates an attacker reads in one attempt, computed as it would: from every vector it takes off each mask
 * that it can make, and adds up those that the remaining masks hang together by.
 */
import type { Signed } from '@consilium/shared/crypto';
import { fromBase64, toHex } from '@consilium/shared/encoding';
import type { Advert } from '@consilium/shared/protocol';
import {
  addMasks,
  pairMaskSeed,
  secureContext,
  selfMaskSeed,
  type Mask,
} from '@consilium/shared/secagg';
import type { AttemptId, SiteId } from '@consilium/shared/vocabulary';
import { WORDS } from './cast.js';
import type { PooledKnowledge } from './pooled-knowledge.js';
import { secureAttempt } from './site-checks.js';
import { known } from './site-journal.js';
import type { SimulatedSite } from './simulated-site.js';

export interface ReadableSum {
  readonly attemptId: AttemptId;
  /** Honest. */
  readonly sites: readonly SiteId[];
  readonly words: Uint32Array;
}

export interface AttemptRead {
  readonly sums: readonly ReadableSum[];
  /** Honest sites of which b and s are both open. */
  readonly bothOpen: readonly SiteId[];
}

interface Secrets {
  readonly selfSeed: Uint8Array | undefined;
  readonly maskKey: Uint8Array | undefined;
}

/** A vector without the masks that could be made. */
interface Stripped {
  readonly siteId: SiteId;
  readonly words: Uint32Array;
  readonly context: string;
  /** Sites with which it still shares a mask. */
  readonly tiedTo: readonly SiteId[];
}

export async function readAttempt(
  attemptId: AttemptId,
  honest: readonly SimulatedSite[],
  knowledge: PooledKnowledge,
): Promise<AttemptRead> {
  const names = [...honest.map(({ siteId }) => siteId), ...knowledge.corrupt];
  const secrets = new Map<SiteId, Secrets>();
  for (const siteId of names) {
    secrets.set(siteId, {
      selfSeed: await knowledge.secretOf(attemptId, siteId, 'self-seed'),
      maskKey: await knowledge.secretOf(attemptId, siteId, 'mask-key'),
    });
  }
  const stripped = honest.flatMap((site) => strip(attemptId, site, knowledge, secrets));
  const isBothOpen = ({ siteId }: SimulatedSite) => {
    const { selfSeed, maskKey } = secrets.get(siteId) ?? {};
    return selfSeed !== undefined && maskKey !== undefined;
  };
  return {
    sums: groupsOf(stripped).map((group) => sumOf(attemptId, group)),
    bothOpen: honest.filter(isBothOpen).map(({ siteId }) => siteId),
  };
}

function strip(
  attemptId: AttemptId,
  site: SimulatedSite,
  knowledge: PooledKnowledge,
  secrets: ReadonlyMap<SiteId, Secrets>,
): Stripped[] {
  const { siteId } = site;
  const vector = knowledge.vectorOf(attemptId, siteId);
  const selfSeed = secrets.get(siteId)?.selfSeed;
  if (vector === undefined || selfSeed === undefined) {
    return [];
  }
  const { manifest, adverts, relay } = known(
    site.attempt(attemptId),
    'manifest',
    'adverts',
    'relay',
  );
  const { sharersHash } = relay;
  const context = secureContext({ ...secureAttempt(manifest, adverts), sharersHash });
  const others = relay.sharers.filter((sharer) => sharer !== siteId);
  const masks: Mask[] = [{ seed: selfMaskSeed(selfSeed, context, siteId), sign: -1 }];
  const tiedTo: SiteId[] = [];
  for (const their of others) {
    const seed = pairSeed({ siteId, their, adverts, context }, secrets);
    if (seed === undefined) {
      tiedTo.push(their);
    } else {
      masks.push({ seed, sign: their > siteId ? -1 : 1 });
    }
  }
  const words = vector.slice();
  addMasks(words, masks);
  return [{ siteId, words, context: toHex(context), tiedTo }];
}

interface Pair {
  readonly siteId: SiteId;
  readonly their: SiteId;
  readonly adverts: readonly Signed<Advert>[];
  readonly context: Uint8Array;
}

/** Either of the two mask keys gives the mask of their pair. */
function pairSeed(
  { siteId, their, adverts, context }: Pair,
  secrets: ReadonlyMap<SiteId, Secrets>,
): Uint8Array | undefined {
  const seedOf = (own: SiteId, other: SiteId): Uint8Array | undefined => {
    const ownSecret = secrets.get(own)?.maskKey;
    const advert = adverts.find(({ body }) => body.siteId === other);
    const theirKey = fromBase64(advert?.body.secure?.maskKey ?? '');
    return ownSecret && pairMaskSeed({ ownSecret, theirKey, own, their: other, context });
  };
  return seedOf(siteId, their) ?? seedOf(their, siteId);
}

/** Vectors that hang together and lack nothing: added up, all their masks are gone. */
function groupsOf(stripped: readonly Stripped[]): readonly (readonly Stripped[])[] {
  const open = new Map(stripped.map((one) => [one.siteId, one]));
  const groups: (readonly Stripped[])[] = [];
  for (const one of stripped) {
    if (open.has(one.siteId)) {
      const group = groupOf(one, stripped);
      group.forEach(({ siteId }) => open.delete(siteId));
      if (group.every((member) => isWhole(member, group))) {
        groups.push(group);
      }
    }
  }
  return groups;
}

function groupOf(first: Stripped, all: readonly Stripped[]): readonly Stripped[] {
  const group = [first];
  // Grows while it is walked.
  for (const member of group) {
    const next = all.filter((one) => !group.includes(one) && isTied(member, one));
    group.push(...next);
  }
  return group;
}

function isWhole(member: Stripped, group: readonly Stripped[]): boolean {
  return member.tiedTo.every((their) =>
    group.some((other) => other.siteId === their && isTied(member, other)),
  );
}

function isTied(a: Stripped, b: Stripped): boolean {
  return a.context === b.context && a.tiedTo.includes(b.siteId) && b.tiedTo.includes(a.siteId);
}

function sumOf(attemptId: AttemptId, group: readonly Stripped[]): ReadableSum {
  const words = new Uint32Array(WORDS);
  for (const one of group) {
    one.words.forEach((word, i) => {
      words[i] = (words[i] ?? 0) + word;
    });
  }
  return { attemptId, sites: group.map(({ siteId }) => siteId), words };
}
