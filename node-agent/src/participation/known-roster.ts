/**
 * The roster that manifests name: read by its hash, checked against its leaf, and kept, since most attempts name the one before.
 * A member's key is pinned from the first roster on that named it: another key is believed only if the member itself has handed
 * over, under both keys and in the log. docs/protocol/v1.md section 4, step 1.
 */
import { verifyBody, type Signed } from '@consilium/shared/crypto';
import { fromBase64, parseCanonicalJson } from '@consilium/shared/encoding';
import {
  doublySignedKeyRotationSchema,
  signedHash,
  signedRosterSchema,
  type Manifest,
  type Roster,
} from '@consilium/shared/protocol';
import {
  ConsiliumError,
  isConsiliumError,
  LIMITS,
  type ContentHash,
} from '@consilium/shared/vocabulary';
import { readBlob } from '../transport/blob-reader.js';
import type { Requests } from '../transport/coordinator-link.js';
import type { LogTrust } from './log-trust.js';
import type { PinnedMembers } from './pinned-members.js';

/** A thousand sites at some 200 bytes each, with room. */
const ROSTER_BYTES = LIMITS.chunkBytes;
const ROTATION_BYTES = 8192;

const ROSTER_CHANGES = ['roster.add', 'roster.rotate', 'roster.revoke'] as const;

type Member = Roster['sites'][number];
type Rotation = NonNullable<Member['rotations']>[number];

export interface RosterSources {
  readonly link: Requests;
  readonly logTrust: LogTrust;
  readonly coordinatorKey: Uint8Array;
}

export class KnownRoster {
  private known: { readonly hash: ContentHash; readonly roster: Signed<Roster> } | undefined;

  constructor(
    private readonly site: RosterSources,
    private readonly pinned: PinnedMembers,
  ) {}

  /**
   * The roster of the manifest, as the log has it.
   * @throws ConsiliumError 'bad-signature', 'bad-message', 'proof-invalid' when no leaf made it, 'unknown-key' when a member has
   * another key than before and did not hand over to it
   */
  async of(manifest: Manifest, signal: AbortSignal): Promise<Signed<Roster>> {
    const { rosterHash: hash, rosterLeafIndex } = manifest;
    if (this.known?.hash === hash) {
      return this.known.roster;
    }
    const roster = await this.read(hash, signal);
    const leaf = await this.site.logTrust.requireLeaf(ROSTER_CHANGES, rosterLeafIndex, signal);
    const { studyId, epoch, sites } = verifyBody('roster', roster, this.site.coordinatorKey);
    const isLogged =
      leaf.rosterHash === signedHash(roster) && leaf.epoch === epoch && leaf.studyId === studyId;
    if (!isLogged) {
      throw new ConsiliumError('proof-invalid', `leaf ${rosterLeafIndex} made another roster`);
    }
    await this.requireSameMembers(sites, signal);
    await this.pinned.write(sites);
    this.known = { hash, roster };
    return roster;
  }

  private async requireSameMembers(sites: readonly Member[], signal: AbortSignal): Promise<void> {
    const pinned = await this.pinned.read();
    for (const member of sites) {
      const key = pinned.get(member.siteId);
      if (key !== undefined && key !== member.identityKey) {
        await this.requireHandover(member, key, signal);
      }
    }
  }

  /** Whether an earlier key of a member has handed over to the one in the roster. @throws as above when a change of key is not what the log has */
  async succeeds(member: Member, earlierKey: string, signal: AbortSignal): Promise<boolean> {
    try {
      await this.requireHandover(member, earlierKey, signal);
      return true;
    } catch (error) {
      if (isConsiliumError(error) && error.code === 'unknown-key') {
        return false;
      }
      throw error;
    }
  }

  /** Follows the member's changes of key from the one that is pinned to the one in the roster. */
  private async requireHandover(
    member: Member,
    pinnedKey: string,
    signal: AbortSignal,
  ): Promise<void> {
    let key = pinnedKey;
    for (const rotation of member.rotations ?? []) {
      const { oldKey, newKey } = await this.readRotation(member, rotation, signal);
      if (oldKey === key) {
        key = newKey;
      }
    }
    if (key !== member.identityKey) {
      throw new ConsiliumError(
        'unknown-key',
        `${member.siteId} has another key than before, and its old key did not hand over to it`,
      );
    }
  }

  /** What both keys have signed, as the log has it. */
  private async readRotation(
    { siteId }: Member,
    { hash, leafIndex }: Rotation,
    signal: AbortSignal,
  ): Promise<{ readonly oldKey: string; readonly newKey: string }> {
    const bytes = await readBlob(this.site.link, { hash, maxBytes: ROTATION_BYTES, signal });
    const parsed = doublySignedKeyRotationSchema.safeParse(parseCanonicalJson(bytes));
    if (!parsed.success) {
      throw new ConsiliumError('bad-message', `the change of key of ${siteId} has no known form`);
    }
    const { byOld, byNew } = parsed.data;
    const body = verifyBody('key-rotation', byOld, fromBase64(byOld.body.oldKey));
    const again = verifyBody('key-rotation', byNew, fromBase64(byNew.body.newKey));
    const leaf = await this.site.logTrust.requireLeaf('site.key-rotated', leafIndex, signal);
    const isHandover =
      body.siteId === siteId &&
      body.oldKey === again.oldKey &&
      body.newKey === again.newKey &&
      again.siteId === siteId &&
      leaf.siteId === siteId &&
      leaf.rotationHash === hash &&
      leaf.identityKey === body.newKey;
    if (!isHandover) {
      throw new ConsiliumError('proof-invalid', `leaf ${leafIndex} logs no such change of key`);
    }
    return body;
  }

  private async read(hash: ContentHash, signal: AbortSignal): Promise<Signed<Roster>> {
    const bytes = await readBlob(this.site.link, { hash, maxBytes: ROSTER_BYTES, signal });
    const roster = signedRosterSchema.safeParse(parseCanonicalJson(bytes));
    if (!roster.success) {
      throw new ConsiliumError('bad-message', 'the roster has no known form');
    }
    return roster.data;
  }
}
