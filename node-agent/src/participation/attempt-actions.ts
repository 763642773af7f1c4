/**
 * What a site does in each phase of an attempt, up to the next entry of its journal. What an action made is in the journal before
 * the next phase sends it, so an action that was cut short is begun again. docs/protocol/v1.md sections 4 and 4.1.
 */
import { trainingSeed, type SitePolicy, type SiteReply } from '@consilium/shared/protocol';
import type { SitePhase } from '@consilium/shared/rounds';
import type { AttemptId } from '@consilium/shared/vocabulary';
import { PAUSED } from '../policy/control.js';
import { PolicyRefusal, requireNone } from '../policy/refusal.js';
import { refusalsOfTime } from '../policy/round-refusals.js';
import { refusalsOfMeans } from '../policy/study-refusals.js';
import { untilOpen } from '../policy/training-windows.js';
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
import { castVote } from './candidate-vote.js';
import { makeUpdate, signAdvert } from './attempt-documents.js';
import type { TrainedDelta } from './local-training.js';
import { keepDeclined, keepSealed, keepSent } from './receipts.js';
import { createRoundSecrets, readRoundSecrets } from './round-secrets.js';
import { checkSharers, dealToPeers } from './secure-sharing.js';
import { answerQuorum, endorse, readUnmasking } from './secure-unmasking.js';
import { attemptState, required, studyState, type StudyContext } from './site-context.js';
import { readUpdateChunk, updateFile } from './update-file.js';

/** A move to write down, or nothing: then only the end of the attempt can follow. */
export type Outcome = Move | undefined;

export class AttemptActions {
  private readonly folder: string;

  constructor(
    private readonly study: StudyContext,
    private readonly attemptId: AttemptId,
  ) {
    this.folder = study.folder.attemptFolder(attemptId);
  }

  async act(phase: SitePhase, signal: AbortSignal): Promise<Outcome> {
    switch (phase) {
      case 'idle':
        return this.makeAdvert(signal);
      case 'advertised':
        return this.meetPeers(signal);
      case 'shared':
        return this.meetSharers(signal);
      case 'peered':
        return this.makeUpdateInTime(signal);
      case 'sent':
        return this.sendUpdate(signal);
      case 'endorsed':
        return this.sendEndorsement(signal);
      case 'answered':
        return this.sendUnmasking(signal);
      case 'voted':
        return this.sendVote(signal);
      case 'declined':
        return this.sendDecline(signal);
      case 'done':
      case 'aborted':
        return undefined;
    }
  }

  /** Checks all that the manifest says and makes the keys of this attempt. */
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
    const { kind } = attempt.manifest.body.aggregation;
    const secrets = await createRoundSecrets(this.folder, kind);
    const advert = signAdvert(this.study, attempt, secrets, dataset.bySplit.train);
    return { kind: 'advert-journaled', advert };
  }

  /**
   * Sends the advert, begins to train, and waits for the adverts of the others. A training that fails ends the wait. In a secure
   * attempt the secrets that masks are made of are shared out then.
   */
  private async meetPeers(signal: AbortSignal): Promise<Outcome> {
    const advert = required(this.attempt().advert, 'advert');
    // It depends on the round and on nobody's answer. Awaited below, unless the advert is not taken.
    const training = this.train(signal);
    training.catch(() => undefined);
    const { reply } = await this.study.link.request({ kind: 'round.advert', advert }, { signal });
    if (!this.isTaken(reply, 'advert')) {
      return undefined;
    }
    this.report({ event: 'round-started' });
    const peers = this.study.journal.until(() => this.attempt().peers, signal);
    await Promise.race([peers, training.then(() => peers)]);
    await checkPeers(this.study, this.attempt(), signal);
    await requireAllowedPeers(this.study, this.attempt(), signal);
    return this.isSecure() ? dealToPeers(this.study, this.attempt()) : { kind: 'peers-accepted' };
  }

  /** Sends the shares, goes on with the training, and waits for what the others dealt. A training that fails ends the wait. */
  private async meetSharers(signal: AbortSignal): Promise<Outcome> {
    const { signed: shares, entries } = required(this.attempt().shares, 'word on its shares');
    const training = this.train(signal);
    training.catch(() => undefined);
    const { link, journal } = this.study;
    const { reply } = await link.request({ kind: 'round.shares', shares, entries }, { signal });
    if (!this.isTaken(reply, 'shares')) {
      return undefined;
    }
    this.report({ event: 'shared' });
    const dealt = journal.until(() => this.attempt().dealt, signal);
    await Promise.race([dealt, training.then(() => dealt)]);
    await checkSharers(this.study, this.attempt(), signal);
    return { kind: 'sharers-accepted' };
  }

  /** The update; in a secure attempt an endorsement in its place when the survivors are named before it is there. */
  private async makeUpdateInTime(signal: AbortSignal): Promise<Outcome> {
    if (!this.isSecure()) {
      return this.makeUpdate(signal);
    }
    const calledOff = new AbortController();
    const stop = AbortSignal.any([signal, calledOff.signal]);
    const update = this.makeUpdate(stop);
    const closed = this.study.journal
      .until(() => this.attempt().survivors, stop)
      .then(() => 'closed' as const);
    closed.catch(() => undefined);
    try {
      const first = await Promise.race([update, closed]);
      if (first !== 'closed') {
        return first;
      }
    } finally {
      calledOff.abort();
      await Promise.allSettled([update]);
    }
    return endorse(this.study, this.attempt(), signal);
  }

  /** Quantises the delta for this set of peers, and encrypts it to the key of the manifest or masks it. */
  private async makeUpdate(signal: AbortSignal): Promise<Outcome> {
    const training = this.trainingNo();
    const delta = await untilAborted(this.train(signal, training), signal);
    // What people decided may have changed since the advert, or while no agent ran.
    await requireAllowed(this.study, this.attempt(), signal);
    await requireAllowedPeers(this.study, this.attempt(), signal);
    const secrets = await readRoundSecrets(this.folder);
    const header = await makeUpdate(this.study, this.attempt(), { ...delta, training }, secrets);
    await keepSealed(this.study, this.attempt(), delta, header.body);
    return { kind: 'update-journaled', header };
  }

  private async sendUpdate(signal: AbortSignal): Promise<Outcome> {
    const header = required(this.attempt().header, 'update header');
    const { plaintextBytes, chunkCount } = header.body;
    this.report({ event: 'uploading', bytes: plaintextBytes });
    const outcome = await uploadUpdate(this.study.link, {
      header,
      signal,
      readChunk: (index) => readUpdateChunk(updateFile(this.folder), header.body, index),
      onProgress: (held) => {
        this.report({ event: 'progress', phase: 'uploading', step: held, steps: chunkCount });
      },
    });
    if (outcome.kind === 'complete') {
      await keepSent(this.study, this.attempt());
      this.report({ event: 'uploaded', bytes: plaintextBytes });
    } else {
      this.study.logger.warn({ attempt: this.attemptId, outcome }, 'the update was not taken');
    }
    return this.isSecure() ? this.meetSurvivors(signal) : this.meetCandidate(signal);
  }

  private async meetSurvivors(signal: AbortSignal): Promise<Outcome> {
    await this.study.journal.until(() => this.attempt().survivors, signal);
    return endorse(this.study, this.attempt(), signal);
  }

  /** Sends the endorsement and waits for those of the others: until they are there, no share leaves. */
  private async sendEndorsement(signal: AbortSignal): Promise<Outcome> {
    const { endorsement } = required(this.attempt().endorsed, 'endorsement');
    const { link, journal } = this.study;
    const { reply } = await link.request({ kind: 'round.endorse', endorsement }, { signal });
    if (!this.isTaken(reply, 'endorsement')) {
      return undefined;
    }
    this.report({ event: 'endorsed' });
    await journal.until(() => this.attempt().quorum, signal);
    return answerQuorum(this.study, this.attempt(), signal);
  }

  private async sendUnmasking(signal: AbortSignal): Promise<Outcome> {
    const unmasking = await readUnmasking(this.study, this.attempt());
    const { reply } = await this.study.link.request(
      { kind: 'round.unmask', unmasking },
      { signal },
    );
    if (this.isTaken(reply, 'unmasking')) {
      this.report({ event: 'unmasked' });
    }
    return this.meetCandidate(signal);
  }

  /** Where the sites vote: waits for the candidate and judges it. A site that is not in the sum waits for the end instead. */
  private async meetCandidate(signal: AbortSignal): Promise<Outcome> {
    if (this.attempt().manifest.body.acceptance === undefined) {
      return undefined;
    }
    await this.study.journal.until(() => this.attempt().candidate, signal);
    return castVote(this.study, this.attempt(), signal);
  }

  private async sendVote(signal: AbortSignal): Promise<Outcome> {
    const vote = required(this.attempt().vote, 'vote');
    const { reply } = await this.study.link.request({ kind: 'round.vote', vote }, { signal });
    if (this.isTaken(reply, 'vote')) {
      const { verdict, code } = vote.body;
      this.report({ event: 'voted', verdict, code });
    }
    return undefined;
  }

  private async sendDecline(signal: AbortSignal): Promise<Outcome> {
    const decline = required(this.attempt().decline, 'decline');
    await keepDeclined(this.study, this.attempt(), decline.body.code);
    await this.study.link.request({ kind: 'round.decline', decline }, { signal });
    return undefined;
  }

  /** The delta of the round: trained once, whatever happens to the attempts that this site did not endorse. */
  private async train(signal: AbortSignal, no = this.trainingNo()): Promise<TrainedDelta> {
    const { protocolHash, checkpoints, training } = this.study;
    const { roundNo, adapterCheckpointHash } = this.attempt().manifest.body;
    const adapterFile = await checkpoints.ensureFile(roundNo - 1, adapterCheckpointHash, signal);
    await this.untilWindow(signal);
    signal.throwIfAborted();
    return training.delta({
      roundNo,
      studyProtocolHash: protocolHash,
      adapterCheckpointHash,
      adapterFile,
      seed: this.seed(no),
    });
  }

  /**
   * Which training of the round the delta comes from, from 0. One delta enters at most one sum: after an attempt that came to
   * nothing with its survivors endorsed by this site, or named in the log with this site among them, it trains anew. Section 4.1,
   * repeats.
   */
  private trainingNo(): number {
    const { roundNo } = this.attempt();
    const { endorsed, namedIn } = studyState(this.study, this.study.studyId);
    const rounds = [...endorsed.map((set) => set.roundNo), ...namedIn];
    return rounds.filter((no) => no === roundNo).length;
  }

  private seed(trainingNo: number): string {
    const { protocol, siteId } = this.study;
    const seed = trainingSeed(protocol, this.attempt().roundNo, siteId);
    return trainingNo === 0 ? seed : `${seed}/${trainingNo}`;
  }

  /** Training begins only in a window of the policy. */
  private untilWindow(signal: AbortSignal): Promise<void> {
    return untilOpen(() => this.policy().schedule.windows, this.study.now, signal);
  }

  private isSecure(): boolean {
    return this.attempt().manifest.body.aggregation.kind === 'secure';
  }

  /** Whether the coordinator took a document; if not, only the end of the attempt can follow. */
  private isTaken(reply: SiteReply, document: string): boolean {
    if (reply.kind === 'accepted') {
      return true;
    }
    this.study.logger.warn({ attempt: this.attemptId, reply }, `the ${document} was not taken`);
    return false;
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
