/** Where everything lies in the agent's home folder. One table, so that a data manager can be told what each file is. */
import { join, resolve } from 'node:path';
import type { AttemptId, RoundNo, StudyId } from '@consilium/shared/vocabulary';

export interface Home {
  readonly folder: string;
  /** What the data manager wrote. */
  readonly configFile: string;
  /** What the hospital allows; without it the strictest policy holds. */
  readonly policyFile: string;
  /** Which studies and members people of the hospital approved, a file a study. */
  readonly approvalsFolder: string;
  /** Pause and withdrawal. */
  readonly controlFile: string;
  /** The site's private key. */
  readonly identityFile: string;
  /** The key that a rotation is about to put in its place; there only while one is under way. */
  readonly nextIdentityFile: string;
  /** The secret that the trunk caches are encrypted with. */
  readonly cacheKeyFile: string;
  /** Activations of frozen trunks, a folder a study; may be deleted at any time. */
  readonly cacheFolder: string;
  /** Keys and log checkpoint pinned at enrolment. */
  readonly coordinatorFile: string;
  readonly journalFolder: string;
  /** What left this hospital in each round, in figures; stays when a study is left. */
  readonly receiptsFolder: string;
  /** The login of the agent page, and where it is served. */
  readonly pageFolder: string;
  /** Held by the one agent that runs over this folder. */
  readonly lockFile: string;
  /** What contradicted itself, kept for the auditor. */
  readonly evidenceFolder: string;
}

export function homeAt(folder: string): Home {
  const root = resolve(folder);
  return {
    folder: root,
    configFile: join(root, 'agent.yaml'),
    policyFile: join(root, 'policy.yaml'),
    approvalsFolder: join(root, 'approvals'),
    controlFile: join(root, 'control.json'),
    identityFile: join(root, 'identity', 'signing-key'),
    nextIdentityFile: join(root, 'identity', 'next-signing-key'),
    cacheKeyFile: join(root, 'identity', 'cache-key'),
    cacheFolder: join(root, 'cache'),
    coordinatorFile: join(root, 'coordinator.json'),
    journalFolder: join(root, 'journal'),
    receiptsFolder: join(root, 'receipts'),
    pageFolder: join(root, 'page'),
    lockFile: join(root, 'agent.lock'),
    evidenceFolder: join(root, 'evidence'),
  };
}

export interface StudyFolder {
  readonly folder: string;
  /** Activations of the frozen trunk; may be deleted at any time. */
  readonly cacheFolder: string;
  readonly adaptersFolder: string;
  readonly roundsFolder: string;
  readonly attemptsFolder: string;
  /** The adapter that the site trains for itself alone, if the study has one; it stays when the study is over. */
  readonly privateFile: string;
  /** The members of the last roster that was believed. */
  readonly rosterFile: string;
  /** What the last check of the data set found, as counts. */
  readonly datasetFile: string;
  /** Outside the folder of the study, since receipts outlive it. */
  readonly receiptsFolder: string;
  readonly adapterFile: (roundNo: RoundNo) => string;
  readonly roundFolder: (roundNo: RoundNo) => string;
  readonly attemptFolder: (attemptId: AttemptId) => string;
}

export function studyFolder(home: Home, studyId: StudyId): StudyFolder {
  const folder = join(home.folder, 'studies', studyId);
  const adaptersFolder = join(folder, 'adapters');
  const roundsFolder = join(folder, 'rounds');
  const attemptsFolder = join(folder, 'attempts');
  return {
    folder,
    cacheFolder: join(home.cacheFolder, studyId),
    adaptersFolder,
    roundsFolder,
    attemptsFolder,
    privateFile: join(folder, 'private', 'adapter.safetensors'),
    rosterFile: join(folder, 'roster.json'),
    datasetFile: join(folder, 'data-set.json'),
    receiptsFolder: join(home.receiptsFolder, studyId),
    adapterFile: (roundNo) => join(adaptersFolder, `${roundNo}.safetensors`),
    roundFolder: (roundNo) => join(roundsFolder, String(roundNo)),
    attemptFolder: (attemptId) => join(attemptsFolder, attemptId),
  };
}
