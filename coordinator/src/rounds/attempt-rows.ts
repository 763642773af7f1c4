/** Rows of attempts and participants as the rules see them. */
import type { Signed } from '@consilium/shared/crypto';
import type {
  Advert,
  Decline,
  Endorsement,
  Manifest,
  Revealed,
  RoundRecord,
  Shares,
  UpdateHeader,
  Vote,
} from '@consilium/shared/protocol';
import type { AttemptId, ContentHash, SiteId } from '@consilium/shared/vocabulary';
import type { AttemptEntity } from './attempt.entity.js';
import type { Attempt, Participant, SurvivorsLeaf } from './attempt.js';
import type { ParticipantEntity } from './participant.entity.js';

export function toAttempt(row: AttemptEntity, participants: readonly ParticipantEntity[]): Attempt {
  return {
    attemptId: row.attemptId as AttemptId,
    phase: row.phase,
    manifest: JSON.parse(row.manifest) as Signed<Manifest>,
    manifestHash: row.manifestHash as ContentHash,
    openedAtMs: row.openedAtMs,
    phaseSinceMs: row.phaseSinceMs ?? row.openedAtMs,
    participants: participants.map(toParticipant).sort((a, b) => (a.siteId < b.siteId ? -1 : 1)),
    ...(row.sealedKey === null ? {} : { sealedKey: row.sealedKey }),
    ...(row.peersHash === null ? {} : { peersHash: row.peersHash as ContentHash }),
    ...(row.survivors === null ? {} : { survivors: JSON.parse(row.survivors) as SiteId[] }),
    ...secureColumns(row),
    ...(row.candidate === null ? {} : { candidate: JSON.parse(row.candidate) as RoundRecord }),
    ...(row.record === null ? {} : { record: JSON.parse(row.record) as RoundRecord }),
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(row.endedAtMs === null ? {} : { endedAtMs: row.endedAtMs }),
  };
}

function secureColumns(
  row: AttemptEntity,
): Pick<Attempt, 'sharersHash' | 'survivorsLeaf' | 'revealed'> {
  const { sharersHash, survivorsLeaf, revealed } = row;
  return {
    ...(sharersHash === null ? {} : { sharersHash: sharersHash as ContentHash }),
    ...(survivorsLeaf === null
      ? {}
      : { survivorsLeaf: JSON.parse(survivorsLeaf) as SurvivorsLeaf }),
    ...(revealed === null ? {} : { revealed: JSON.parse(revealed) as Revealed }),
  };
}

function toParticipant(row: ParticipantEntity): Participant {
  return {
    siteId: row.siteId as SiteId,
    state: row.state,
    isPeer: row.isPeer,
    isSharer: row.isSharer,
    ...(row.advert === null ? {} : { advert: JSON.parse(row.advert) as Signed<Advert> }),
    ...(row.decline === null ? {} : { decline: JSON.parse(row.decline) as Signed<Decline> }),
    ...(row.shares === null ? {} : { shares: JSON.parse(row.shares) as Signed<Shares> }),
    ...(row.header === null ? {} : { header: JSON.parse(row.header) as Signed<UpdateHeader> }),
    ...(row.endorsement === null
      ? {}
      : { endorsement: JSON.parse(row.endorsement) as Signed<Endorsement> }),
    ...(row.vote === null ? {} : { vote: JSON.parse(row.vote) as Signed<Vote> }),
  };
}
