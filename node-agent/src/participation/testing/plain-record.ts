/** What the coordinator of the specs writes down of two sites: the roster, and the record of a plain round. */
import { keyIdOf } from '@consilium/shared/crypto';
import { toBase64 } from '@consilium/shared/encoding';
import {
  peersHash,
  signedHash,
  type Leaf,
  type Roster,
  type RoundRecord,
} from '@consilium/shared/protocol';
import type { Signed } from '@consilium/shared/crypto';
import type { ContentHash, SiteId, StudyId } from '@consilium/shared/vocabulary';
import { given, participant, type AttemptInProgress } from './attempt-in-progress.js';
import { GHOST } from './ghost.js';

export interface SummedPair {
  /** The site under test; the other one is the ghost. */
  readonly siteId: SiteId;
  readonly weights: { readonly own: number; readonly ghost: number };
  readonly ringSumHash: ContentHash;
  readonly previousHash: ContentHash;
  readonly adapterHash: ContentHash;
}

export function plainRecord(attempt: AttemptInProgress, summed: SummedPair): RoundRecord {
  const { studyId, roundNo, attemptId, attemptNo, schemaHash } = attempt.manifest.body;
  const { siteId, weights } = summed;
  const [own, header] = [given(attempt.advert), given(attempt.header)];
  const weightTotal = weights.own + weights.ghost;
  return {
    v: 1,
    studyId,
    roundNo,
    attemptId,
    attemptNo,
    manifestHash: signedHash(attempt.manifest),
    peersHash: peersHash(attemptId, [attempt.ghostAdvert, own]),
    schemaHash,
    participants: [
      participant(attempt.ghostAdvert, weights.ghost),
      { ...participant(own, weights.own), headerHash: signedHash(header) },
    ],
    survivors: [GHOST, siteId],
    advertised: 2,
    weightTotal,
    weightSurvivors: weightTotal,
    ringSumHash: summed.ringSumHash,
    aggregation: { kind: 'plain' },
    serverOptimizer: { kind: 'mean' },
    previousAdapterCheckpointHash: summed.previousHash,
    adapterCheckpointHash: summed.adapterHash,
    softwareVersion: 'specs',
  };
}

export function rosterOf(
  studyId: StudyId,
  members: readonly { readonly siteId: SiteId; readonly identityKey: Uint8Array }[],
): Roster {
  const sites = members.map(({ siteId, identityKey }) => ({
    siteId,
    keyId: keyIdOf(identityKey),
    identityKey: toBase64(identityKey),
  }));
  return { v: 1, studyId, epoch: 2, sites };
}

export function rosterLeaf(roster: Signed<Roster>): Extract<Leaf, { type: 'roster.add' }> {
  const { siteId, keyId } = given(roster.body.sites.at(-1));
  const { studyId, epoch } = roster.body;
  const common = { v: 1, atMs: 0, type: 'roster.add', studyId, siteId, keyId } as const;
  return { ...common, epoch, rosterHash: signedHash(roster) };
}
