/** What the later checks look at: trusted keys, the history that the log proves, and the documents as they could be read. */
import type { Signed } from '../crypto/index.js';
import { decodeFloat, fromBase64 } from '../encoding/index.js';
import {
  adapterSchema,
  signedHash,
  type Advert,
  type Decline,
  type BundleActs,
  type DoublySignedKeyRotation,
  type Endorsement,
  type Evaluation,
  type GroupRules,
  type Join,
  type Manifest,
  type PersonKey,
  type Revealed,
  type Roster,
  type RoundRecord,
  type Shares,
  type StudyProtocol,
  type UpdateHeader,
  type Vote,
  type Withdrawal,
} from '../protocol/index.js';
import { metricWordCount } from '../secagg/index.js';
import { parseTensorSchema, schemaSize, type TensorSchema } from '../tensors/index.js';
import type { AttemptId, OperatorId, SiteId, StudyId } from '../vocabulary/index.js';
import type { BundleSource } from './bundle-source.js';
import type { History } from './history.js';

export interface TrustedKeys {
  readonly coordinator: Uint8Array;
  readonly log: Uint8Array;
}

export interface PinnedPersonKey extends PersonKey {
  readonly operatorId: OperatorId;
}

/** A document that is missing or malformed is undefined: the check `documents` has said so. */
export interface ReadDocuments {
  readonly studyProtocol: Signed<StudyProtocol> | undefined;
  readonly joins: readonly Signed<Join>[] | undefined;
  readonly rosters: readonly Signed<Roster>[] | undefined;
  readonly evaluations: readonly Signed<Evaluation>[] | undefined;
  readonly rotations: readonly DoublySignedKeyRotation[] | undefined;
  readonly withdrawals: readonly Signed<Withdrawal>[] | undefined;
  readonly acts: BundleActs | undefined;
  readonly attempts: ReadonlyMap<AttemptId, ReadAttempt>;
}

export interface ReadAttempt {
  readonly manifest: Signed<Manifest> | undefined;
  readonly adverts: readonly Signed<Advert>[] | undefined;
  readonly headers: readonly Signed<UpdateHeader>[] | undefined;
  /** Undefined too where no site declined. */
  readonly declines: readonly Signed<Decline>[] | undefined;
  readonly record: RoundRecord | undefined;
  /** Undefined too, as the next three, where the log calls for none. */
  readonly shares: readonly Signed<Shares>[] | undefined;
  readonly endorsements: readonly Signed<Endorsement>[] | undefined;
  readonly revealed: Revealed | undefined;
  readonly votes: readonly Signed<Vote>[] | undefined;
}

export interface Evidence {
  readonly source: BundleSource;
  readonly studyId: StudyId;
  readonly keys: TrustedKeys;
  /** What the auditor knows of people's keys by another way than the bundle. */
  readonly personKeys: readonly PinnedPersonKey[];
  /** Every checkpoint whose signature holds; roots in base64. */
  readonly checkpoints: readonly { readonly size: number; readonly root: string }[];
  readonly history: History;
  readonly documents: ReadDocuments;
}

/**
 * The tensors of the study's adapter, from the protocol alone.
 * @throws ConsiliumError 'bad-tensor-schema' or 'bad-encoding' when no adapter of permitted size follows from it
 */
export function tensorSchemaOf(protocol: StudyProtocol): TensorSchema {
  return parseTensorSchema(
    adapterSchema({
      geometry: protocol.backbone.geometry,
      adapter: protocol.adapter,
      task: protocol.task,
      updateRange: decodeFloat(protocol.training.updateRange),
    }),
  );
}

/**
 * Words of an update, and of the sum of updates: the parameters, and where the sum is secure the metric words after them.
 * @throws ConsiliumError as tensorSchemaOf
 */
export function vectorWords(protocol: StudyProtocol, kind: 'plain' | 'secure'): number {
  const parameters = schemaSize(tensorSchemaOf(protocol));
  return kind === 'plain' ? parameters : parameters + metricWordCount(protocol.task.classes.length);
}

/** How the updates of the attempt are summed; without a manifest, which `documents` has named, as a plain one. */
export function aggregationKind({ manifest }: ReadAttempt): 'plain' | 'secure' {
  return manifest?.body.aggregation.kind ?? 'plain';
}

/** By which rules groups of sites are summed; undefined where all are summed together. */
export function groupRulesOf({ privacy }: StudyProtocol): GroupRules | undefined {
  return privacy.secureAggregation === 'off' ? undefined : privacy.groups;
}

/** The roster that a manifest names, by its hash. */
export function manifestRoster({ documents }: Evidence, manifest: Manifest): Roster | undefined {
  return documents.rosters?.find((roster) => signedHash(roster) === manifest.rosterHash)?.body;
}

/** The identity keys of a roster's sites. @throws ConsiliumError 'bad-encoding' */
export function rosterKeys({ sites }: Roster): ReadonlyMap<SiteId, Uint8Array> {
  return new Map(sites.map(({ siteId, identityKey }) => [siteId, fromBase64(identityKey)]));
}
