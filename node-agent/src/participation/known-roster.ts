/**
 * The roster that manifests name: read by its hash, checked against its leaf and this site's own key, and kept, since most
 * attempts name the one before. docs/protocol/v1.md section 4, step 1.
 */
import { verifyBody, type Signed } from '@consilium/shared/crypto';
import { parseCanonicalJson } from '@consilium/shared/encoding';
import {
  signedHash,
  signedRosterSchema,
  type Manifest,
  type Roster,
} from '@consilium/shared/protocol';
import { ConsiliumError, LIMITS, type ContentHash } from '@consilium/shared/vocabulary';
import { readBlob } from '../transport/blob-reader.js';
import type { SiteContext } from './site-context.js';

/** A thousand sites at some 200 bytes each, with room. */
const ROSTER_BYTES = LIMITS.chunkBytes;

const ROSTER_CHANGES = ['roster.add', 'roster.rotate', 'roster.revoke'] as const;

export class KnownRoster {
  private known: { readonly hash: ContentHash; readonly roster: Signed<Roster> } | undefined;

  constructor(private readonly site: Pick<SiteContext, 'link' | 'logTrust' | 'coordinatorKey'>) {}

  /**
   * The roster of the manifest, as the log has it.
   * @throws ConsiliumError 'bad-signature', 'bad-message', 'proof-invalid' when no leaf made it
   */
  async of(manifest: Manifest, signal: AbortSignal): Promise<Signed<Roster>> {
    const { rosterHash: hash, rosterLeafIndex } = manifest;
    if (this.known?.hash === hash) {
      return this.known.roster;
    }
    const roster = await this.read(hash, signal);
    const leaf = await this.site.logTrust.requireLeaf(ROSTER_CHANGES, rosterLeafIndex, signal);
    const { studyId, epoch } = verifyBody('roster', roster, this.site.coordinatorKey);
    const isLogged =
      leaf.rosterHash === signedHash(roster) && leaf.epoch === epoch && leaf.studyId === studyId;
    if (!isLogged) {
      throw new ConsiliumError('proof-invalid', `leaf ${rosterLeafIndex} made another roster`);
    }
    this.known = { hash, roster };
    return roster;
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
