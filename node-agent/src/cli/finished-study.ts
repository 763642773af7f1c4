/** A study that this site finished: its protocol, its last adapter checkpoint and its backbone, from the home folder alone. */
import { readFile } from 'node:fs/promises';
import { contentHash } from '@consilium/shared/crypto';
import { studyIdSchema, type StudyProtocol } from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { loadAgentConfig } from '../config/agent-config.js';
import { studyFolder } from '../config/home.js';
import { readJournal } from '../participation/journal.js';
import { readArgumentFile, requireArgument, requireHome } from './arguments.js';
import type { CliTools } from './cli-tools.js';

export interface FinishedStudy {
  readonly protocol: StudyProtocol;
  /** Of the last adapter checkpoint, which has the hash that the log names. */
  readonly bytes: Uint8Array;
  /** Folder of the backbone, as agent.yaml names it. */
  readonly backbone: string;
}

/**
 * @throws ConsiliumError 'not-found' for a study or file that is not there, 'wrong-state' for one that is not completed,
 * 'proof-invalid' for an adapter that is not the one of the log
 */
export async function readFinishedStudy(
  study: string,
  home: string | undefined,
  tools: CliTools,
): Promise<FinishedStudy> {
  const studyId = requireArgument(studyIdSchema, study, '--study');
  const folder = requireHome(home, tools);
  const { state } = readJournal(folder.journalFolder);
  const found = state.studies[studyId];
  if (found === undefined) {
    throw new ConsiliumError('not-found', `this site knows no study ${studyId}`);
  }
  if (found.end?.kind !== 'completed') {
    throw new ConsiliumError('wrong-state', `study ${studyId} is not completed at this site`);
  }
  const { roundNo, adapterCheckpointHash } = found.end;
  const path = studyFolder(folder, studyId).adapterFile(roundNo);
  const bytes = await readArgumentFile(path, (name) => readFile(name));
  if (contentHash(bytes) !== adapterCheckpointHash) {
    throw new ConsiliumError(
      'proof-invalid',
      `${path} is not the adapter ${adapterCheckpointHash} with which the study ended`,
    );
  }
  const { studies } = await loadAgentConfig(folder);
  const config = studies.find((entry) => entry.study === studyId);
  if (config === undefined) {
    throw new ConsiliumError('not-found', `agent.yaml names no study ${studyId}`);
  }
  return { protocol: found.offer.protocol.body, bytes, backbone: config.backbone };
}
