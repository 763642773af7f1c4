/**
 * The other hospitals of this one's studies, and how a person takes one for known: by the six words that it reads out, which follow
 * from its key. The coordinator signs the roster, so that its word on a key is not enough: it could put hospitals of its own beside
 * this one, and read what is left of their sum.
 */
import { areWordsOf } from '@consilium/shared/crypto';
import { fromBase64 } from '@consilium/shared/encoding';
import { publicKeySchema } from '@consilium/shared/protocol';
import { ConsiliumError, parseSiteId, type SiteId } from '@consilium/shared/vocabulary';
import { writeDurably } from '../config/durable-file.js';
import type { Home } from '../config/home.js';
import { requireEnrolled } from '../identity/enrolled.js';
import { fingerprintOf } from '../identity/fingerprint.js';
import { withKnownMember } from '../policy/known-members.js';
import { readPolicy, readPolicyText } from '../policy/policy-file.js';
import type { Member } from '../policy/round-refusals.js';
import { readStudies, type SeenMember } from './study-view.js';

export interface ListedMember extends SeenMember {
  /** That showed this key; none for one that only policy.yaml names. */
  readonly studies: readonly string[];
}

export interface MemberTrust {
  readonly home: Home;
  readonly site: string;
  /** As somebody of that hospital read them out. */
  readonly words: string;
  /** As that hospital sent it, in base64; else the key that a study showed under the name. */
  readonly key?: string | undefined;
}

/** Each key under each name once, by name. @throws ConsiliumError as readStudies */
export async function listMembers(home: Home): Promise<readonly ListedMember[]> {
  const [studies, { policy }] = await Promise.all([readStudies(home), readPolicy(home.policyFile)]);
  const listed = new Map<string, ListedMember>();
  for (const { state, members } of studies) {
    for (const member of members) {
      const name = `${member.site} ${member.key}`;
      const before = listed.get(name);
      const seen = [...(before?.studies ?? []), state.studyId];
      // One that a person approved in one study may be new in another.
      const standing = before?.standing === 'new' ? 'new' : member.standing;
      listed.set(name, { ...member, standing, studies: seen });
    }
  }
  for (const { site, key } of policy.members.known) {
    const name = `${site} ${key}`;
    if (!listed.has(name)) {
      const fingerprint = fingerprintOf(fromBase64(key));
      listed.set(name, { site, key, fingerprint, standing: 'trusted', studies: [] });
    }
  }
  return [...listed.values()].sort((a, b) => (a.site < b.site ? -1 : 1));
}

/**
 * Names the member in policy.yaml, which a running agent takes up at once.
 * @throws ConsiliumError 'not-found' while no study has shown a key under that name; 'bad-request' for a key that is none, this
 * site's own name, and words of another key: then nothing is trusted; 'bad-configuration' where policy.yaml has a fault
 */
export async function trustMember(order: MemberTrust): Promise<Member> {
  const { home, words } = order;
  const site = parseSiteId(order.site);
  const { pinned } = await requireEnrolled(home);
  if (site === pinned.siteId) {
    throw new ConsiliumError('bad-request', `${site} is this hospital itself`);
  }
  const keys = order.key === undefined ? await keysShown(home, site) : [parseKey(order.key)];
  const key = keys.find((each) => areWordsOf(fromBase64(each), words));
  if (key === undefined) {
    throw new ConsiliumError(
      'bad-request',
      `these are not the six words of the key that stands under ${site}, and nothing is trusted: have them read out again from "consilium-agent key show"; if they differ still, the key is not that of ${site}`,
    );
  }
  const member: Member = { site, key };
  await writeDurably(home.policyFile, withKnownMember(await textOf(home), member));
  return member;
}

async function keysShown(home: Home, site: SiteId): Promise<readonly string[]> {
  const members = await listMembers(home);
  const keys = members.filter((member) => member.site === site).map(({ key }) => key);
  if (keys.length === 0) {
    const shown = members.map((member) => member.site).join(', ') || 'none yet';
    throw new ConsiliumError(
      'not-found',
      `no study has shown a key of ${site} (shown: ${shown}): they come with the first round; before it, have ${site} send what its "consilium-agent key show" prints, and give its key as --key`,
    );
  }
  return keys;
}

function parseKey(text: string): string {
  const result = publicKeySchema.safeParse(text.trim());
  if (!result.success) {
    throw new ConsiliumError(
      'bad-request',
      'a key has 32 bytes, in base64, as "consilium-agent key show" prints it',
    );
  }
  return result.data;
}

async function textOf({ policyFile }: Home): Promise<string> {
  return (await readPolicyText(policyFile)) ?? '';
}
