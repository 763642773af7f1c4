/** The round record: from it and the ring sum anybody recomputes the next adapter checkpoint. docs/protocol/v1.md section 4. */
import {
  signedHash,
  updateChunks,
  type Participant,
  type RoundRecord,
  type UpdateHeader,
} from '@consilium/shared/protocol';
import type { ContentHash, KeyId, SiteId } from '@consilium/shared/vocabulary';
import { SOFTWARE_VERSION } from '../platform/software-version.js';
import { peersOf, weightOf, type Attempt, type Participant as Row } from './attempt.js';

export interface SealedRound {
  readonly attempt: Attempt;
  /** Sites that count, sorted. */
  readonly survivors: readonly SiteId[];
  readonly ringSumHash: ContentHash;
  readonly adapterCheckpointHash: ContentHash;
  readonly aggregation: RoundRecord['aggregation'];
  /** Of every site in the cohort, by the roster. */
  readonly keyIds: ReadonlyMap<SiteId, KeyId>;
}

export function roundRecord(sealed: SealedRound): RoundRecord {
  const { attempt, survivors, keyIds } = sealed;
  const { body } = attempt.manifest;
  const peers = peersOf(attempt);
  const { peersHash } = attempt;
  if (peersHash === undefined) {
    throw new RangeError('a round record needs a closed set of adverts');
  }
  return {
    v: 1,
    studyId: body.studyId,
    roundNo: body.roundNo,
    attemptId: body.attemptId,
    attemptNo: body.attemptNo,
    manifestHash: attempt.manifestHash,
    peersHash,
    schemaHash: body.schemaHash,
    participants: attempt.participants.map((row) => participantOf(row, survivors, keyIds)),
    survivors: [...survivors],
    advertised: peers.length,
    weightTotal: weightOf(peers),
    weightSurvivors: weightOf(peers.filter(({ siteId }) => survivors.includes(siteId))),
    ringSumHash: sealed.ringSumHash,
    aggregation: sealed.aggregation,
    serverOptimizer: { kind: 'mean' },
    previousAdapterCheckpointHash: body.adapterCheckpointHash,
    adapterCheckpointHash: sealed.adapterCheckpointHash,
    softwareVersion: SOFTWARE_VERSION,
  };
}

/** Bytes of an update on the wire: its chunks. */
export function travelBytes(header: UpdateHeader): number {
  return updateChunks(header).sizes.reduce((sum, size) => sum + size, 0);
}

function participantOf(
  row: Row,
  survivors: readonly SiteId[],
  keyIds: SealedRound['keyIds'],
): Participant {
  const keyId = keyIds.get(row.siteId);
  if (keyId === undefined) {
    throw new RangeError(`site ${row.siteId} of the cohort is not in the roster`);
  }
  const advert = row.isPeer ? row.advert : undefined;
  const state = stateOf(row, survivors);
  const sent = state === 'survivor' || state === 'refused' ? row.header : undefined;
  return {
    siteId: row.siteId,
    keyId,
    state,
    weight: advert?.body.weight ?? 0,
    byteLength: sent === undefined ? 0 : travelBytes(sent.body),
    ...(advert === undefined ? {} : { advertHash: signedHash(advert) }),
    ...(sent === undefined
      ? {}
      : {
          headerHash: signedHash(sent),
          vectorHash: sent.body.vectorHash,
          chunkRoot: sent.body.chunkRoot,
        }),
  };
}

function stateOf(row: Row, survivors: readonly SiteId[]): Participant['state'] {
  if (survivors.includes(row.siteId)) {
    return 'survivor';
  }
  return row.state === 'declined' || row.state === 'refused' ? row.state : 'dropped';
}
