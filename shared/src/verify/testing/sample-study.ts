/**
 * A whole study played in memory with real keys, log and sums: four sites are asked, three join, the first attempt is aborted,
 * two rounds are committed, the second without its last site. Between the rounds the roster changes in every way there is; two
 * people approve the study, accept what it made and say something about it.
 */
import { contentHash, signBody, type Signed, type SigningKeyPair } from '../../crypto/index.js';
import { encodeFloat } from '../../encoding/index.js';
import { BUNDLE_PATHS, signedHash, type Evaluation } from '../../protocol/index.js';
import { initialTensors, writeSafetensors, type TensorSet } from '../../tensors/index.js';
import type { ContentHash } from '../../vocabulary/index.js';
import {
  assembleBundle,
  type AttemptDocuments,
  type BundleSigning,
  type StudyDocuments,
} from '../assemble-bundle.js';
import type { BundleFile } from '../bundle-source.js';
import { tensorSchemaOf } from '../evidence.js';
import {
  AT,
  same,
  type Forgery,
  type SampleContext,
  type SampleSite,
  type StartedStudy,
} from './sample-context.js';
import { changeMembers, type ChangedStudy } from './sample-changes.js';
import { sampleSigningKey } from './sample-keys.js';
import { createSampleLog } from './sample-log.js';
import { addKey, makeAccount, PAGES, removeKey, samplePeople, signAct } from './sample-people.js';
import {
  appendOtherStudy,
  createStudy,
  openLog,
  ORIGIN,
  recruit,
  sampleSite,
} from './sample-opening.js';
import { sampleProtocol, votingProtocol } from './sample-protocol.js';
import { enrol } from './sample-recruiting.js';
import { playAttempt } from './sample-round.js';

export interface SampleStudy {
  readonly coordinatorKey: SigningKeyPair;
  readonly logKey: SigningKeyPair;
  readonly sites: readonly SampleSite[];
  readonly documents: StudyDocuments;
  /** Ring sums and adapter checkpoints. */
  readonly blobs: readonly BundleFile[];
  readonly signing: BundleSigning;
  /** The bundle. */
  readonly files: readonly BundleFile[];
}

const PLANS = [
  { roundNo: 1, attemptNo: 1, senders: 1 },
  { roundNo: 1, attemptNo: 2, senders: 3 },
  { roundNo: 2, attemptNo: 1, senders: 2 },
] as const;

/** The sites refuse the candidate of the first attempt. */
const PLANS_WITH_REJECTION = [
  { ...PLANS[0], senders: 3, isRejected: true },
  ...PLANS.slice(1),
] as const;

export function playSampleStudy(forgery: Forgery = {}): SampleStudy {
  const coordinatorKey = sampleSigningKey('coordinator');
  const logKey = sampleSigningKey('log');
  const log = createSampleLog(ORIGIN, logKey, forgery.leaf ?? same);
  const protocol = forgery.isVoted === true ? votingProtocol() : sampleProtocol();
  const { studyId } = protocol;
  const sites = ['eastfield', 'northgate', 'southbank'].map(sampleSite);
  const schema = tensorSchemaOf(protocol);
  const context = { protocol, schema, coordinatorKey, log, sites, forgery };
  openLog(context, logKey);
  const decliner = sampleSite('westhill', sites.length);
  for (const site of [...sites, decliner]) {
    enrol(context, site);
  }
  const { byKey, byPasskey } = samplePeople();
  for (const person of [byKey, byPasskey]) {
    makeAccount(context, person);
    addKey(context, person);
  }
  log.checkpoint();
  createStudy(context);
  const { joins, started } = recruit(context, decliner);
  const approval = signAct(context, byKey, { act: 'study-approved' });
  log.checkpoint();
  const { study, attempts, blobs, checkpointHash, ...changes } = playRounds(started);
  const { rounds } = protocol.training;
  const end = { ...AT, type: 'study.completed', studyId, rounds } as const;
  log.append({ ...end, adapterCheckpointHash: checkpointHash });
  const evaluations = study.sites.map((site) => evaluate(study, site, checkpointHash));
  const accepted = { act: 'adapter-accepted', roundNo: rounds, hash: checkpointHash } as const;
  const acceptance = signAct(context, byPasskey, accepted);
  const statement = signAct(context, byKey, { act: 'statement', ...log.checkpoint() });
  removeKey(context, byKey);
  log.append({ ...AT, type: 'access.export', studyId, what: 'bundle' });
  log.checkpoint();
  const documents: StudyDocuments = {
    studyProtocol: signBody('study', protocol, coordinatorKey),
    joins: [...joins, ...changes.joins],
    rosters: study.rosters,
    evaluations,
    rotations: changes.rotations,
    withdrawals: changes.withdrawals,
    acts: { v: 1, origins: [PAGES], acts: [approval, acceptance, statement] },
    attempts,
    log: log.excerpt(studyId),
  };
  const createdAtMs = AT.atMs;
  const logPublicKey = logKey.publicKey;
  const signing = { studyId, origin: ORIGIN, coordinatorKey, logPublicKey, createdAtMs };
  const files = assembleBundle(documents, blobs, signing);
  return { coordinatorKey, logKey, sites, documents, blobs, signing, files };
}

function playRounds(started: StartedStudy) {
  const attempts: AttemptDocuments[] = [];
  const blobs: BundleFile[] = [];
  let changes: ChangedStudy = { study: started, joins: [], rotations: [], withdrawals: [] };
  let previous: TensorSet = initialTensors(started.schema, started.protocol.seed);
  let bytes = writeSafetensors(previous);
  blobs.push({ path: BUNDLE_PATHS.adapter(0), bytes });
  for (const plan of started.forgery.isRejectedAtFirst === true ? PLANS_WITH_REJECTION : PLANS) {
    changes = plan.roundNo === 2 ? changeMembers(started) : changes;
    const { documents, ringSum, adapter } = playAttempt(changes.study, { ...plan, previous });
    attempts.push(documents);
    if (ringSum !== undefined) {
      blobs.push({ path: BUNDLE_PATHS.ringSum(documents.attemptId), bytes: ringSum });
    }
    if (adapter !== undefined) {
      previous = adapter;
      bytes = writeSafetensors(previous);
      blobs.push({ path: BUNDLE_PATHS.adapter(plan.roundNo), bytes });
    }
    if (started.forgery.isPaused === true && attempts.length === 1) {
      pauseAndResume(started);
    }
    appendOtherStudy(started);
    started.log.checkpoint();
  }
  return { ...changes, attempts, blobs, checkpointHash: contentHash(bytes) };
}

function pauseAndResume({ log, protocol: { studyId } }: SampleContext): void {
  const by = samplePeople().byKey.operatorId;
  log.append({ ...AT, type: 'study.paused', studyId, by, reason: 'a scanner is replaced' });
  log.append({ ...AT, type: 'study.resumed', studyId, by });
}

function evaluate(
  { protocol, log }: SampleContext,
  { siteId, key }: SampleSite,
  adapterCheckpointHash: ContentHash,
): Signed<Evaluation> {
  const { studyId, training } = protocol;
  const body: Evaluation = {
    v: 1,
    studyId,
    siteId,
    roundNo: training.rounds,
    adapterCheckpointHash,
    split: 'test',
    metrics: {
      samples: 3,
      loss: encodeFloat(0.5),
      confusion: [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
      balancedAccuracy: encodeFloat(1),
      auroc: 'undefined',
    },
  };
  const signed = signBody('evaluation', body, key);
  const evaluationHash = signedHash(signed);
  log.append({ ...AT, type: 'evaluation.reported', studyId, siteId, evaluationHash });
  return signed;
}
