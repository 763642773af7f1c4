/**
 * A secure study played in memory: five sites join. Of the first attempt too few endorse the survivors; in the second one a site
 * drops out after it dealt its shares; in the second round one deals none.
 */
import { contentHash, signBody } from '../../crypto/index.js';
import { BUNDLE_PATHS, type StudyProtocol } from '../../protocol/index.js';
import { cutIntoGroups } from '../../secagg/index.js';
import { initialTensors, writeSafetensors } from '../../tensors/index.js';
import { assembleBundle, type AttemptDocuments } from '../assemble-bundle.js';
import type { BundleFile } from '../bundle-source.js';
import { tensorSchemaOf } from '../evidence.js';
import { AT, same, type Forgery, type StartedStudy } from './sample-context.js';
import { sampleSigningKey } from './sample-keys.js';
import { createSampleLog } from './sample-log.js';
import { createStudy, openLog, ORIGIN, recruit, sampleSite } from './sample-opening.js';
import { PAGES } from './sample-people.js';
import { groupedProtocol, secureProtocol, votedSecureProtocol } from './sample-protocol.js';
import { enrol } from './sample-recruiting.js';
import { playSecureAttempt, type SecurePlan } from './sample-secure-round.js';
import type { SampleStudy } from './sample-study.js';
import { parseSiteId } from '../../vocabulary/index.js';

const NAMES = ['eastfield', 'lakeside', 'northgate', 'ridgeway', 'southbank'];

const PLANS = [
  { roundNo: 1, attemptNo: 1, dealers: 5, senders: 4, endorsers: 1 },
  { roundNo: 1, attemptNo: 2, dealers: 5, senders: 4, endorsers: 5 },
  { roundNo: 2, attemptNo: 1, dealers: 4, senders: 4, endorsers: 4 },
] as const;

/** A round of twenty sites in groups, of which two of one group never send, so that it is left out. */
export function playGroupedStudy(forgery: Forgery = {}): Promise<SampleStudy> {
  const protocol = groupedProtocol();
  const names = Array.from({ length: 20 }, (_, i) => parseSiteId(`hospital-${i + 10}`));
  const { seed, studyId } = protocol;
  const groups = cutIntoGroups({ studyId, seed, cohort: names, sites: 5 });
  const last = groups[1] ?? [];
  return playStudy(forgery, {
    protocol,
    names: [...names.filter((name) => !last.includes(name)), ...last],
    plans: [{ roundNo: 1, attemptNo: 1, dealers: 20, senders: 18, endorsers: 20 }],
  });
}

/** Its sites vote, and refuse what comes of the first attempt. */
export function playVotedSecureStudy(forgery: Forgery = {}): Promise<SampleStudy> {
  const [first, ...later] = PLANS;
  const rejected = { ...first, endorsers: 5, isRejected: true };
  const plans = [rejected, ...later];
  return playStudy(forgery, { protocol: votedSecureProtocol(), names: NAMES, plans });
}

export function playSecureStudy(forgery: Forgery = {}): Promise<SampleStudy> {
  return playStudy(forgery, { protocol: secureProtocol(), names: NAMES, plans: PLANS });
}

interface Script {
  readonly protocol: StudyProtocol;
  readonly names: readonly string[];
  readonly plans: readonly Omit<SecurePlan, 'previous'>[];
}

async function playStudy(forgery: Forgery, script: Script): Promise<SampleStudy> {
  const coordinatorKey = sampleSigningKey('coordinator');
  const logKey = sampleSigningKey('log');
  const log = createSampleLog(ORIGIN, logKey, forgery.leaf ?? same);
  const { protocol } = script;
  const { studyId } = protocol;
  const sites = script.names.map(sampleSite);
  const schema = tensorSchemaOf(protocol);
  const context = { protocol, schema, coordinatorKey, log, sites, forgery };
  openLog(context, logKey);
  for (const site of sites) {
    enrol(context, site);
  }
  createStudy(context);
  const { joins, started } = recruit(context);
  log.checkpoint();
  const { attempts, blobs, checkpoint } = await playRounds(started, script.plans);
  const { rounds } = protocol.training;
  const end = { ...AT, type: 'study.completed', studyId, rounds } as const;
  log.append({ ...end, adapterCheckpointHash: contentHash(checkpoint) });
  log.checkpoint();
  const documents = {
    studyProtocol: signBody('study', protocol, coordinatorKey),
    joins,
    rosters: started.rosters,
    evaluations: [],
    rotations: [],
    withdrawals: [],
    acts: { v: 1 as const, origins: [PAGES], acts: [] },
    attempts,
    log: log.excerpt(studyId),
  };
  const logPublicKey = logKey.publicKey;
  const createdAtMs = AT.atMs;
  const signing = { studyId, origin: ORIGIN, coordinatorKey, logPublicKey, createdAtMs };
  const files = assembleBundle(documents, blobs, signing);
  return { coordinatorKey, logKey, sites, documents, blobs, signing, files };
}

async function playRounds(
  study: StartedStudy,
  plans: Script['plans'],
): Promise<{
  attempts: AttemptDocuments[];
  blobs: BundleFile[];
  checkpoint: Uint8Array;
}> {
  const attempts: AttemptDocuments[] = [];
  let previous = initialTensors(study.schema, study.protocol.seed);
  let checkpoint = writeSafetensors(previous);
  const blobs: BundleFile[] = [{ path: BUNDLE_PATHS.adapter(0), bytes: checkpoint }];
  for (const plan of plans) {
    const played = await playSecureAttempt(study, { ...plan, previous });
    attempts.push(played.documents);
    blobs.push(...played.blobs);
    if (played.adapter !== undefined) {
      previous = played.adapter;
      checkpoint = writeSafetensors(previous);
      blobs.push({ path: BUNDLE_PATHS.adapter(plan.roundNo), bytes: checkpoint });
    }
    study.log.checkpoint();
  }
  return { attempts, blobs, checkpoint };
}
