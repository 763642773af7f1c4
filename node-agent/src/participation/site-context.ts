/** What the drivers of studies and attempts work with: handed down from the agent, so that each says in its types what it uses. */
import type { SigningKeyPair } from '@consilium/shared/crypto';
import type { StudyProtocol } from '@consilium/shared/protocol';
import type { TensorSchema } from '@consilium/shared/tensors';
import type { AttemptId, ContentHash, SiteId, StudyId } from '@consilium/shared/vocabulary';
import type { StudyFolder } from '../config/home.js';
import type { SiteDecisions } from '../policy/decisions.js';
import type { Logger } from '../telemetry/logger.js';
import type { Report } from '../telemetry/progress.js';
import type { Requests } from '../transport/coordinator-link.js';
import type { AdapterCheckpoints } from './adapter-checkpoints.js';
import type { AttemptState, StudyState } from './agent-state.js';
import type { KeepEvidence } from './evidence.js';
import type { Journal } from './journal.js';
import type { KnownRoster } from './known-roster.js';
import type { LocalTraining } from './local-training.js';
import type { LogTrust } from './log-trust.js';
import type { StudyTrainer } from './study-trainer.js';
import type { UpdateSealer } from './update-sealer.js';

/** One site and its coordinator. */
export interface SiteContext {
  readonly siteId: SiteId;
  readonly identity: SigningKeyPair;
  readonly coordinatorKey: Uint8Array;
  readonly link: Requests;
  readonly logTrust: LogTrust;
  readonly journal: Journal;
  /** Policy, approvals and switches of the hospital, as they stand now. */
  readonly decisions: SiteDecisions;
  /** The wall clock, in milliseconds. */
  readonly now: () => number;
  readonly seal: UpdateSealer;
  readonly keepEvidence: KeepEvidence;
  readonly logger: Logger;
  readonly report: Report;
}

/** One study that this site joined. */
export interface StudyContext extends SiteContext {
  readonly studyId: StudyId;
  readonly protocol: StudyProtocol;
  readonly protocolHash: ContentHash;
  readonly schema: TensorSchema;
  readonly folder: StudyFolder;
  readonly roster: KnownRoster;
  readonly checkpoints: AdapterCheckpoints;
  readonly trainer: StudyTrainer;
  readonly training: LocalTraining;
}

export function studyState(context: SiteContext, studyId: StudyId): StudyState {
  return required(context.journal.state.studies[studyId], 'study');
}

export function attemptState(context: StudyContext, attemptId: AttemptId): AttemptState {
  const { attempts } = studyState(context, context.studyId);
  return required(
    attempts.find((attempt) => attempt.attemptId === attemptId),
    'attempt',
  );
}

/** What an earlier phase put into the journal. */
export function required<T>(value: T | undefined, title: string): T {
  if (value === undefined) {
    throw new Error(`the journal holds no ${title} where one must be`);
  }
  return value;
}
