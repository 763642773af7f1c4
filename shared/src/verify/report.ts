/** What a verification comes to: a plain value that prints as JSON as it is. */
import { keyIdOf } from '../crypto/index.js';
import { toBase64 } from '../encoding/index.js';
import type { Checkpoint } from '../log/index.js';
import type { BundleIndex } from '../protocol/index.js';
import type { KeyId } from '../vocabulary/index.js';
import type { TrustedKeys } from './evidence.js';
import type { CheckResult } from './findings.js';
import {
  committedAttempts,
  leavesOf,
  studyState,
  type History,
  type StudyState,
} from './history.js';
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

export interface BundleReport extends Partial<StudySummary>, Partial<HistorySummary> {
  readonly verified: boolean;
  readonly checks: readonly CheckResult[];
  readonly log?: LogSummary;
  /** Plain mode: the updates that were summed are readable, so they are not here, and nobody can sum them again. */
  readonly sumRecomputable: false;
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

function reportedKey(publicKey: Uint8Array, pinned: Uint8Array | undefined): ReportedKey {
  return {
    keyId: keyIdOf(publicKey),
    publicKey: toBase64(publicKey),
    pinned: isPinned(pinned, publicKey),
  };
}
