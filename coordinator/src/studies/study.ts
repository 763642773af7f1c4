/** A study as the other modules see it. */
import type { Signed } from '@consilium/shared/crypto';
import { decodeFloat } from '@consilium/shared/encoding';
import {
  adapterSchema,
  type Join,
  type Roster,
  type StudyProtocol,
} from '@consilium/shared/protocol';
import type { StudyPhase } from '@consilium/shared/rounds';
import type { TensorSchema } from '@consilium/shared/tensors';
import type { ContentHash, OperatorId, SiteId, StudyId } from '@consilium/shared/vocabulary';

/** Since then no attempt is opened. */
export interface StudyPause {
  readonly by: OperatorId;
  readonly reason: string;
  readonly atMs: number;
}

export interface Study {
  readonly studyId: StudyId;
  readonly phase: StudyPhase;
  readonly protocol: StudyProtocol;
  readonly signed: Signed<StudyProtocol>;
  readonly protocolHash: ContentHash;
  readonly schema: TensorSchema;
  /** The newest; epoch 0 while nobody has joined. */
  readonly roster: Signed<Roster>;
  readonly rosterHash: ContentHash;
  /** The leaf that made the roster's epoch; 0 while nobody has joined. */
  readonly rosterLeafIndex: number;
  /** Committed rounds. */
  readonly currentRound: number;
  readonly createdLeafIndex: number;
  /** Why it failed; empty otherwise. */
  readonly reason: string;
  /** Of a running study that people paused. */
  readonly pause?: StudyPause | undefined;
}

export interface StudyJoin {
  /** The last word of the site. */
  readonly join: Signed<Join>;
  /** What it said before, the oldest first: nothing but declines. */
  readonly earlier: readonly Signed<Join>[];
  readonly atMs: number;
}

/** Whether the study is for the site: whoever it does not name learns nothing of it. */
export function namesSite({ participation }: StudyProtocol, siteId: SiteId): boolean {
  return participation.sites === 'all' || participation.sites.includes(siteId);
}

/** The tensor schema that follows from a study protocol. */
export function schemaOf(protocol: StudyProtocol): TensorSchema {
  return adapterSchema({
    geometry: protocol.backbone.geometry,
    adapter: protocol.adapter,
    task: protocol.task,
    updateRange: decodeFloat(protocol.training.updateRange),
  });
}
