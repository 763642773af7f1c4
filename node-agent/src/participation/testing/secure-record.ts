/** The record of a secure round of the specs. */
import type { Signed } from '@consilium/shared/crypto';
import {
  peersHash,
  sharersHash,
  signedHash,
  type RoundRecord,
  type Shares,
  type UpdateHeader,
} from '@consilium/shared/protocol';
import type { ContentHash, SiteId } from '@consilium/shared/vocabulary';
import { secureAggregationOf } from '../secure-acceptance.js';
import { participant } from './attempt-in-progress.js';
import type { Heard } from './secure-ghost.js';

export interface SecureRound {
  readonly heard: Heard;
  /** U2. */
  readonly sharers: readonly Signed<Shares>[];
  /** U3. */
  readonly survivors: readonly SiteId[];
  readonly headers: readonly Signed<UpdateHeader>[];
  readonly weightTotal: number;
  readonly weightSurvivors: number;
  readonly previousHash: ContentHash;
  readonly adapterHash: ContentHash;
  readonly ringSumHash: ContentHash;
  readonly revealedHash: ContentHash;
}

export function secureRecord({ heard, sharers, survivors, ...input }: SecureRound): RoundRecord {
  const { manifest, adverts } = heard;
  const { colluders, threshold } = secureAggregationOf(manifest.body);
  const { attemptId, roundNo, attemptNo, studyId, schemaHash } = manifest.body;
  const hashes = new Map(input.headers.map((header) => [header.body.siteId, signedHash(header)]));
  return {
    v: 1,
    studyId,
    roundNo,
    attemptId,
    attemptNo,
    manifestHash: signedHash(manifest),
    peersHash: peersHash(attemptId, adverts),
    schemaHash: schemaHash,
    participants: adverts.map((advert) => {
      const { siteId, weight } = advert.body;
      const headerHash = hashes.get(siteId);
      return {
        ...participant(advert, weight),
        ...(survivors.includes(siteId) ? {} : { state: 'dropped' as const }),
        ...(headerHash === undefined ? {} : { headerHash }),
      };
    }),
    survivors: [...survivors],
    advertised: adverts.length,
    weightTotal: input.weightTotal,
    weightSurvivors: input.weightSurvivors,
    ringSumHash: input.ringSumHash,
    aggregation: {
      kind: 'secure',
      colluders,
      threshold,
      sharersHash: sharersHash(attemptId, sharers),
      sharers: sharers.map(({ body }) => body.siteId),
      revealedHash: input.revealedHash,
    },
    serverOptimizer: { kind: 'mean' },
    previousAdapterCheckpointHash: input.previousHash,
    adapterCheckpointHash: input.adapterHash,
    softwareVersion: 'specs',
  };
}
