/** `consilium-agent status`: what the home folder says, whether or not an agent runs over it. */
import { answerLine } from '@consilium/shared/command-line';
import { toBase64 } from '@consilium/shared/encoding';
import { parseCheckpoint, verifyNote } from '@consilium/shared/log';
import type { Home } from '../config/home.js';
import { requireEnrolled } from '../identity/enrolled.js';
import { fingerprintOf } from '../identity/fingerprint.js';
import type { PinnedCoordinator } from '../identity/pinned-coordinator.js';
import type { AgentState, StudyState } from '../participation/agent-state.js';
import { readJournal } from '../participation/journal.js';
import { wordFor } from '../participation/study-word.js';
import { requireHome } from './arguments.js';
import type { CliTools } from './cli-tools.js';

export interface StatusArguments {
  readonly home?: string;
  readonly json?: boolean;
}

interface StudyStatus {
  readonly study: string;
  readonly state: string;
  /** Rounds that this site verified. */
  readonly rounds: number;
  readonly of: number;
  readonly attempt?: string;
}

export async function statusCommand(given: StatusArguments, tools: CliTools): Promise<void> {
  const home = requireHome(given.home, tools);
  const status = await readStatus(home);
  if (given.json === true) {
    tools.stdout.write(answerLine(status));
    return;
  }
  tools.stdout.write(
    `site ${status.site} at ${status.coordinator}\n` +
      `this site's key: ${status.fingerprint}\n` +
      `log: ${status.logSize} leaves verified\n`,
  );
  for (const { study, state, rounds, of, attempt } of status.studies) {
    const now = attempt === undefined ? '' : `, in an attempt (${attempt})`;
    tools.stdout.write(`study ${study}: ${state}, ${rounds} of ${of} rounds${now}\n`);
  }
}

async function readStatus(home: Home) {
  const { identity, pinned } = await requireEnrolled(home);
  const { state } = readJournal(home.journalFolder);
  return {
    site: pinned.siteId,
    coordinator: pinned.url,
    fingerprint: fingerprintOf(identity.publicKey),
    identityKey: toBase64(identity.publicKey),
    coordinatorFingerprint: fingerprintOf(pinned.coordinatorKey),
    logSize: verifiedSize(state, pinned),
    studies: Object.values(state.studies).map(statusOf),
  };
}

function statusOf(study: StudyState): StudyStatus {
  const [attempt] = study.attempts;
  return {
    study: study.studyId,
    state: wordFor(study),
    rounds: study.adapter?.roundNo ?? 0,
    of: study.offer.protocol.body.training.rounds,
    ...(attempt === undefined ? {} : { attempt: attempt.phase }),
  };
}

function verifiedSize({ logCheckpoint }: AgentState, pinned: PinnedCoordinator): number {
  const note = logCheckpoint ?? pinned.checkpoint;
  const { body } = verifyNote(note, { name: pinned.origin, publicKey: pinned.logKey });
  return parseCheckpoint(body).size;
}
