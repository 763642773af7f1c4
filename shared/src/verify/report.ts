/** What a verification comes to: a plain value that prints as JSON as it is. */
import { contentHashOf, keyIdOf } from '../crypto/index.js';
import { toBase64 } from '../encoding/index.js';
import type { Checkpoint } from '../log/index.js';
import { personKeyId, type BundleIndex, type SignedAct } from '../protocol/index.js';
import type { ContentHash, KeyId } from '../vocabulary/index.js';
import type { Evidence, PinnedPersonKey, ReadDocuments, TrustedKeys } from './evidence.js';
import type { CheckResult } from './findings.js';
import {
  committedAttempts,
  leavesOf,
  rosterLeaves,
  studyState,
  type History,
  type RosterLeaf,
  type StudyState,
} from './history.js';
import { pausesOf, type ReportedPause } from './pauses.js';
import { isPinned, type PinnedKeys } from './verify-index.js';

export interface ReportedKey {
  readonly keyId: KeyId;
  /** 32 bytes in base64. */
  readonly publicKey: string;
  /** Whether the auditor named the key; if not, the bundle's own word for it was taken. */
  readonly pinned: boolean;
}

export interface StudySummary {
  readonly studyId: string;
  readonly createdAtMs: number;
  readonly keys: { readonly coordinator: ReportedKey; readonly log: ReportedKey };
}

export interface LogSummary {
  readonly origin: string;
  readonly size: number;
  /** Base64. */
  readonly root: string;
  /** How many of the log's leaves the bundle shows; the others are not of this study, by the coordinator's word. */
  readonly leavesShown: number;
}

export interface HistorySummary {
  readonly state: StudyState;
  /** Rounds that ended with an adapter checkpoint. */
  readonly rounds: number;
  readonly attempts: number;
  readonly sites: readonly string[];
  /** The last one in the log. */
  readonly adapterCheckpointHash: string;
}

export interface ReportedAct {
  readonly leafIndex: number;
  readonly operatorId: string;
  /** What the person was shown and signed. */
  readonly meaning: string;
  /** Of a statement. */
  readonly text?: string;
  readonly keyId: KeyId;
  /** Whether the auditor named the key; if not, the log's word for it was taken. */
  readonly pinned: boolean;
}

export interface RosterChange {
  readonly epoch: number;
  readonly leafIndex: number;
  readonly change: 'joined' | 'new key' | 'revoked' | 'withdrawn';
  readonly siteId: string;
  readonly keyId: KeyId;
  readonly oldKeyId?: KeyId;
}

export interface ReportedPolicy {
  readonly siteId: string;
  /** Of the effective policy; the site holds the policy itself. */
  readonly policyHash: ContentHash;
}

export interface PeopleSummary {
  readonly acts: readonly ReportedAct[];
  readonly pauses: readonly ReportedPause[];
  /** From epoch to epoch. */
  readonly rosterChanges: readonly RosterChange[];
  /** The policies that sites say they went by, each once, from their joins and update headers. */
  readonly policies: readonly ReportedPolicy[];
}

export interface BundleReport
  extends Partial<StudySummary>, Partial<HistorySummary>, Partial<PeopleSummary> {
  readonly verified: boolean;
  readonly checks: readonly CheckResult[];
  readonly log?: LogSummary;
  /**
   * Whether the sum of every committed round was computed again from its masked updates. In plain mode the updates that were
   * summed are readable, so they are not here, and nobody can sum them again: false, which is no failure.
   */
  readonly sumRecomputable: boolean;
}

export function studySummary(
  index: BundleIndex,
  keys: TrustedKeys,
  pinned: PinnedKeys,
): StudySummary {
  return {
    studyId: index.studyId,
    createdAtMs: index.createdAtMs,
    keys: {
      coordinator: reportedKey(keys.coordinator, pinned.coordinatorKey),
      log: reportedKey(keys.log, pinned.logKey),
    },
  };
}

export function logSummary({ origin, size, root }: Checkpoint, leavesShown: number): LogSummary {
  return { origin, size, root: toBase64(root), leavesShown };
}

export function historySummary(history: History): HistorySummary {
  const committed = committedAttempts(history);
  const last = committed.at(-1)?.result.leaf ?? history.created?.leaf;
  const sites = leavesOf(history.leaves, 'roster.add').map(({ leaf }) => leaf.siteId);
  return {
    state: studyState(history),
    rounds: committed.length,
    attempts: history.attempts.length,
    sites: [...new Set(sites)].sort(),
    adapterCheckpointHash: last?.adapterCheckpointHash ?? '',
  };
}

export function peopleSummary({ history, documents, personKeys }: Evidence): PeopleSummary {
  const byHash = new Map(documents.acts?.acts.map((act) => [contentHashOf(act), act]));
  const acts = leavesOf(history.leaves, 'act.signed').flatMap(({ index, leaf }) => {
    const act = byHash.get(leaf.actHash);
    return act === undefined ? [] : [reportedAct(index, act, personKeys)];
  });
  return {
    acts,
    pauses: pausesOf(history.leaves),
    rosterChanges: rosterLeaves(history.leaves).map(rosterChange),
    policies: reportedPolicies(documents),
  };
}

function reportedPolicies({ joins, attempts }: ReadDocuments): readonly ReportedPolicy[] {
  const headers = [...attempts.values()].flatMap((attempt) => attempt.headers ?? []);
  const policies = [...(joins ?? []), ...headers].map(({ body: { siteId, policyHash } }) => ({
    siteId,
    policyHash,
  }));
  const byName = new Map(policies.map((each) => [`${each.siteId} ${each.policyHash}`, each]));
  return [...byName.values()].sort((a, b) => (a.siteId < b.siteId ? -1 : 1));
}

function reportedAct(
  leafIndex: number,
  { body, keyId }: SignedAct,
  pinned: readonly PinnedPersonKey[],
): ReportedAct {
  const { operatorId, meaning } = body;
  const own = pinned.filter((key) => key.operatorId === operatorId);
  return {
    leafIndex,
    operatorId,
    meaning,
    ...(body.act === 'statement' ? { text: body.text } : {}),
    keyId,
    pinned: own.some((key) => personKeyId(key) === keyId),
  };
}

function rosterChange({ index, leaf }: RosterLeaf): RosterChange {
  const { epoch, siteId, keyId } = leaf;
  const step = { epoch, leafIndex: index, siteId, keyId };
  switch (leaf.type) {
    case 'roster.add':
      return { ...step, change: 'joined' };
    case 'roster.rotate':
      return { ...step, change: 'new key', oldKeyId: leaf.oldKeyId };
    case 'roster.revoke':
      return { ...step, change: leaf.because };
  }
}

function reportedKey(publicKey: Uint8Array, pinned: Uint8Array | undefined): ReportedKey {
  return {
    keyId: keyIdOf(publicKey),
    publicKey: toBase64(publicKey),
    pinned: isPinned(pinned, publicKey),
  };
}
