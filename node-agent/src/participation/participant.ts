/**
 * Drives one attempt at a round, from the manifest to the result. The journal says which phase the attempt is in; each phase has
 * one action, and what the action made is in the journal before the next phase sends it. So this process may be killed at any
 * line: the next one reads the phase and sends the same bytes again. docs/protocol/v1.md section 4.
 */
import { trainingSeed, type SitePolicy } from '@consilium/shared/protocol';
import { isOver, siteStep, type SitePhase } from '@consilium/shared/rounds';
import { ConsiliumError, isConsiliumError, type AttemptId } from '@consilium/shared/vocabulary';
import { PAUSED } from '../policy/control.js';
import type { Decisions } from '../policy/decisions.js';
import { declineCodeOf, PolicyRefusal, requireNone } from '../policy/refusal.js';
import { refusalsOfTime } from '../policy/round-refusals.js';
import { refusalsOfMeans } from '../policy/study-refusals.js';
import { untilOpen } from '../policy/training-windows.js';
import { errorFields } from '../telemetry/logger.js';
import type { ProgressReport } from '../telemetry/progress.js';
import { untilAborted } from '../transport/coordinator-link.js';
import { uploadUpdate } from '../transport/uploader.js';
import type { AttemptState, Move } from './agent-state.js';
import {
  checkManifest,
  checkPeers,
  requireAllowed,
  requireAllowedPeers,
} from './attempt-checks.js';
import { makeUpdate, signAdvert, signDecline } from './attempt-documents.js';
import { awaitEnd } from './attempt-end.js';
import { contradictsTheLog } from './faults.js';
import type { TrainedDelta } from './local-training.js';
import { createTransportKey, readTransportKey } from './round-secrets.js';
import { attemptState, required, type StudyContext } from './site-context.js';
import { readUpdateChunk, updateFile } from './update-file.js';

/** A move to write down, or nothing: then only the end of the attempt can follow. */
type Outcome = Move | undefined;

export class Participant {
  private readonly folder: string;

  constructor(
    private readonly study: StudyContext,
    private readonly attemptId: AttemptId,
  ) {
    this.folder = study.folder.attemptFolder(attemptId);
  }

  /** Returns when the attempt is over. @throws when the log or the result cannot be trusted, or the signal says stop */
  async run(signal: AbortSignal): Promise<void> {
    const end = awaitEnd(this.study, this.attemptId, signal);
    // Awaited in every phase; a failure between two of them is not unhandled.
    end.catch(() => undefined);
    let { phase } = this.attempt();
    while (!isOver(phase)) {
      phase = this.journal(phase, await this.nextMove(phase, end, signal));
    }
  }

  /** What the phase's action leads to. A pause calls the action off: what was sent already is sent on when the site resumes. */
  private async nextMove(phase: SitePhase, end: Promise<Move>, signal: AbortSignal): Promise<Move> {
    for (;;) {
      const move = await this.actUntilPaused(phase, end, signal);
      if (move !== 'paused') {
        return move;
      }
      const decline = this.declineFor(new PolicyRefusal([PAUSED]), phase, signal);
      const resumed = this.study.decisions.until(isResumed, signal);
      resumed.catch(() => undefined);
      const next = decline ?? (await Promise.race([end, resumed]));
      if (next !== 'resumed') {
        return next;
      }
    }
  }

  /** The end of the attempt and a pause both call the action off. */
  private async actUntilPaused(
    phase: SitePhase,
    end: Promise<Move>,
    signal: AbortSignal,
  ): Promise<Move | 'paused'> {
    const calledOff = new AbortController();
    const stop = AbortSignal.any([signal, calledOff.signal]);
    const paused = phase === 'declined' ? end : this.untilPaused(calledOff, signal);
    const action = this.act(phase, stop);
    const outcome = action.then(
      (move) => move ?? end,
      (error: unknown) =>
        calledOff.signal.aborted
          ? Promise.race([end, paused])
          : (this.declineFor(error, phase, signal) ?? end),
    );
    try {
      return await Promise.race([outcome, end, paused]);
    } finally {
      calledOff.abort();
      await Promise.allSettled([action]);
    }
  }

  /** Calls off what is under way, the training with it, once a person pauses the site. */
  private untilPaused(calledOff: AbortController, signal: AbortSignal): Promise<'paused'> {
    const { decisions, training } = this.study;
    const stop = AbortSignal.any([signal, calledOff.signal]);
    const paused = decisions.until(isPaused, stop).then(async (word) => {
      calledOff.abort();
      await training.close();
      return word;
    });
    paused.catch(() => undefined);
    return paused;
  }

  private async act(phase: SitePhase, signal: AbortSignal): Promise<Outcome> {
    switch (phase) {
      case 'idle':
        return this.makeAdvert(signal);
      case 'advertised':
        return this.meetPeers(signal);
      case 'peered':
        return this.makeUpdate(signal);
      case 'sent':
        return this.sendUpdate(signal);
      case 'declined':
        return this.sendDecline(signal);
      case 'done':
      case 'aborted':
        return undefined;
    }
  }

  /** Checks all that the manifest says and makes the key of this attempt. */
  private async makeAdvert(signal: AbortSignal): Promise<Outcome> {
    const attempt = this.attempt();
    const { study } = this;
    await checkManifest(study, attempt, signal);
    if (study.decisions.current.control.pause !== undefined) {
      throw new PolicyRefusal([PAUSED]);
    }
    await requireAllowed(study, attempt, signal);
    requireNone(refusalsOfTime(this.policy(), attempt.manifest.body, study.now()));
    const { dataset, engine } = await study.trainer.open();
    const { train: trainImages } = dataset.bySplit;
    requireNone(refusalsOfMeans(this.policy(), { trainImages, device: engine.device }));
    await this.untilWindow(signal);
    const { publicKey } = await createTransportKey(this.folder);
    const advert = signAdvert(this.study, attempt, publicKey, dataset.bySplit.train);
    return { kind: 'advert-journaled', advert };
  }

  /** Sends the advert, begins to train, and waits for the adverts of the others. A training that fails ends the wait. */
  private async meetPeers(signal: AbortSignal): Promise<Outcome> {
    const advert = required(this.attempt().advert, 'advert');
    // It depends on the round and on nobody's answer. Awaited below, unless the advert is not taken.
    const training = this.train(signal);
    training.catch(() => undefined);
    const { reply } = await this.study.link.request({ kind: 'round.advert', advert }, { signal });
    if (reply.kind !== 'accepted') {
      this.study.logger.warn({ attempt: this.attemptId, reply }, 'the advert was not taken');
      return undefined;
    }
    this.report({ event: 'round-started' });
    const peers = this.study.journal.until(() => this.attempt().peers, signal);
    await Promise.race([peers, training.then(() => peers)]);
    await checkPeers(this.study, this.attempt(), signal);
    await requireAllowedPeers(this.study, this.attempt(), signal);
    return { kind: 'peers-accepted' };
  }

  /** Quantises the delta for this set of peers and encrypts it to the key of the manifest. */
  private async makeUpdate(signal: AbortSignal): Promise<Outcome> {
    const delta = await untilAborted(this.train(signal), signal);
    // What people decided may have changed since the advert, or while no agent ran.
    await requireAllowed(this.study, this.attempt(), signal);
    await requireAllowedPeers(this.study, this.attempt(), signal);
    const transportKey = await readTransportKey(this.folder);
    const header = await makeUpdate(this.study, this.attempt(), delta, transportKey);
    return { kind: 'update-journaled', header };
  }

  private async sendUpdate(signal: AbortSignal): Promise<Outcome> {
    const header = required(this.attempt().header, 'update header');
    const { plaintextBytes, chunkCount } = header.body;
    this.report({ event: 'uploading', bytes: plaintextBytes });
    const outcome = await uploadUpdate(this.study.link, {
      header,
      signal,
      readChunk: (index) => readUpdateChunk(updateFile(this.folder), plaintextBytes, index),
      onProgress: (held) => {
        this.report({ event: 'progress', phase: 'uploading', step: held, steps: chunkCount });
      },
    });
    if (outcome.kind === 'complete') {
      this.report({ event: 'uploaded', bytes: plaintextBytes });
    } else {
      this.study.logger.warn({ attempt: this.attemptId, outcome }, 'the update was not taken');
    }
    return undefined;
  }

  private async sendDecline(signal: AbortSignal): Promise<Outcome> {
    const decline = required(this.attempt().decline, 'decline');
    await this.study.link.request({ kind: 'round.decline', decline }, { signal });
    return undefined;
  }

  /** The delta of the round: trained once, whatever happens to the attempts. */
  private async train(signal: AbortSignal): Promise<TrainedDelta> {
    const { protocol, protocolHash, checkpoints, training, siteId } = this.study;
    const { roundNo, adapterCheckpointHash } = this.attempt().manifest.body;
    const adapterFile = await checkpoints.ensureFile(roundNo - 1, adapterCheckpointHash, signal);
    await this.untilWindow(signal);
    signal.throwIfAborted();
    return training.delta({
      roundNo,
      studyProtocolHash: protocolHash,
      adapterCheckpointHash,
      adapterFile,
      seed: trainingSeed(protocol, roundNo, siteId),
    });
  }

  /**
   * A fault ends the attempt at this site: the coordinator learns the code and nothing else. What was sent cannot be taken back,
   * so after that only the end is awaited. A log that contradicts itself is more than a fault of the attempt.
   */
  private declineFor(error: unknown, phase: SitePhase, signal: AbortSignal): Outcome {
    if (signal.aborted || !isConsiliumError(error) || contradictsTheLog(error)) {
      throw error;
    }
    this.study.logger.warn({ attempt: this.attemptId, ...errorFields(error) }, 'attempt declined');
    if (phase === 'sent' || phase === 'declined') {
      return undefined;
    }
    const code = declineCodeOf(error);
    this.report({ event: 'declined-round', code });
    const decline = signDecline(this.study, this.attempt(), code);
    return { kind: 'decline-journaled', code, decline };
  }

  /** Asks the table of both ends whether the move may follow, and writes it down. */
  private journal(phase: SitePhase, move: Move): SitePhase {
    const step = siteStep(phase, move);
    if (step.kind === 'refused') {
      throw new ConsiliumError('internal', `${move.kind} does not follow ${phase}`);
    }
    const { studyId, journal } = this.study;
    const { attemptId } = this;
    journal.append({ kind: 'attempt-moved', studyId, attemptId, to: step.to, move });
    return step.to;
  }

  /** Training begins only in a window of the policy. */
  private untilWindow(signal: AbortSignal): Promise<void> {
    return untilOpen(() => this.policy().schedule.windows, this.study.now, signal);
  }

  private policy(): SitePolicy {
    return this.study.decisions.current.policy;
  }

  private attempt(): AttemptState {
    return attemptState(this.study, this.attemptId);
  }

  private report(report: ProgressReport): void {
    const { studyId: study } = this.study;
    this.study.report({ ...report, study, round: this.attempt().roundNo, attempt: this.attemptId });
  }
}

function isPaused({ control }: Decisions): 'paused' | undefined {
  return control.pause === 'now' ? 'paused' : undefined;
}

function isResumed({ control }: Decisions): 'resumed' | undefined {
  return control.pause === 'now' ? undefined : 'resumed';
}
