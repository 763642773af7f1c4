/**
 * One study at one site, from the offer to its end. Like the participant of an attempt it looks at the journal and does what
 * comes next, so a restart goes on where the last process stopped.
 */
import { mkdir, readdir } from 'node:fs/promises';
import { isAttemptId, type AttemptId, type StudyId } from '@consilium/shared/vocabulary';
import type { CacheConfig, LicenceRecord, StudyConfig } from '../config/agent-config.js';
import { PRIVATE_FOLDER } from '../config/durable-file.js';
import { studyFolder, type Home } from '../config/home.js';
import { errorFields } from '../telemetry/logger.js';
import type { StudyState } from './agent-state.js';
import { studyFault } from './faults.js';
import { Participant } from './participant.js';
import { eraseAttempt } from './round-secrets.js';
import { hasDeclined, isApprovedSince } from './second-thoughts.js';
import { studyState, type SiteContext, type StudyContext } from './site-context.js';
import { finishCompleted, finishFailed } from './study-end.js';
import { decide } from './study-join.js';
import { setUpStudy } from './study-setup.js';
import type { CreateTrainer } from './trainer-client.js';
import { eraseTrunkCache } from './trunk-cache.js';
import { withdraw } from './withdrawal.js';

export interface StudyOrder {
  readonly studyId: StudyId;
  readonly home: Home;
  /** What agent.yaml says of the study; without it the hospital has not decided yet. */
  readonly config: StudyConfig | undefined;
  readonly licences: readonly LicenceRecord[];
  readonly cache: CacheConfig;
  readonly createTrainer: CreateTrainer;
}

/** What the journal holds next for this site: an attempt that is not over, or the end of the study. */
type Next =
  | { readonly kind: 'attempt'; readonly attemptId: AttemptId }
  | { readonly kind: 'end'; readonly end: NonNullable<StudyState['end']> };

export class StudyParticipation {
  private study?: StudyContext;

  constructor(
    private readonly site: SiteContext,
    private readonly order: StudyOrder,
  ) {}

  /**
   * Returns when this site has left the study, and else not before the signal says stop: what is over may still be left.
   * @throws what reaches beyond the study; the signal's reason
   */
  async run(signal: AbortSignal): Promise<void> {
    const leaving = new AbortController();
    const left = this.untilWithdrawn(leaving, signal);
    try {
      await this.live(AbortSignal.any([signal, leaving.signal]));
    } catch (error) {
      if (!leaving.signal.aborted || signal.aborted) {
        throw error;
      }
    }
    await left;
    await withdraw(this.site, this.order, signal);
  }

  /** Whatever is under way in this study is called off when a person withdraws from it. */
  private untilWithdrawn(leaving: AbortController, signal: AbortSignal): Promise<void> {
    const { studyId } = this.order;
    const left = this.site.decisions
      .until(({ control }) => control.withdrawn.includes(studyId) || undefined, signal)
      .then(async () => {
        leaving.abort(new Error('this site leaves the study'));
        await this.study?.trainer.stop();
      });
    left.catch(() => undefined);
    return left;
  }

  private async live(signal: AbortSignal): Promise<void> {
    const { studyId } = this.order;
    const { closed, halted, withdrawn } = this.state();
    if (withdrawn !== undefined) {
      return;
    }
    if (closed || halted !== undefined) {
      // The process that wrote this may have been killed before it erased them.
      await this.eraseAttempts();
      await this.eraseCache();
      return;
    }
    try {
      const study = await this.enter(signal);
      if (study !== undefined) {
        await this.takePart(study, signal);
      }
      await this.eraseCache();
    } catch (error) {
      const code = signal.aborted ? undefined : studyFault(error);
      if (code === undefined) {
        throw error;
      }
      this.site.logger.error({ study: studyId, ...errorFields(error) }, 'study halted');
      this.site.journal.append({ kind: 'study-halted', studyId, code });
      await this.eraseAttempts();
      await this.eraseCache();
      this.site.report({ event: 'study-halted', study: studyId, code });
    } finally {
      // A peer check that fails leaves the attempt while its training still begins: nothing of it outlives the agent.
      await this.study?.checkpoints.settled();
      await this.study?.training.close();
    }
  }

  /** The join, decided once and sent until it is answered; after a decline people may ask for another. Undefined: it takes no part. */
  private async enter(signal: AbortSignal): Promise<StudyContext | undefined> {
    const { config } = this.order;
    if (config === undefined) {
      const { studyId: study } = this.order;
      this.site.report({ event: 'awaiting-approval', study });
      return undefined;
    }
    for (;;) {
      await this.decideOnce(config, signal);
      await this.sendJoinOnce(signal);
      const state = this.state();
      if (!hasDeclined(state)) {
        return state.joinAnswer === 'accepted' ? this.setUp(config) : undefined;
      }
      await this.forget();
      await this.site.decisions.until((decisions) => isApprovedSince(state, decisions), signal);
    }
  }

  /** Nothing of a declined study stays open or in the cache; should this site join later, it begins anew. */
  private async forget(): Promise<void> {
    await this.eraseCache();
    await this.study?.checkpoints.settled();
    await this.study?.training.close();
    delete this.study;
  }

  private async decideOnce(config: StudyConfig, signal: AbortSignal): Promise<void> {
    const { site } = this;
    const { studyId } = this.order;
    const state = this.state();
    const mayDecide =
      state.join === undefined ||
      (hasDeclined(state) &&
        state.joinAnswer !== undefined &&
        isApprovedSince(state, site.decisions.current) === true);
    if (!mayDecide) {
      return;
    }
    const setUp = (): Promise<StudyContext> => this.setUp(config);
    const decision = await decide({ site, state, setUp, signal });
    const start =
      decision.kind === 'join' ? { adapterCheckpointHash: decision.adapterCheckpointHash } : {};
    const atMs = site.now();
    site.journal.append({ kind: 'join-signed', studyId, join: decision.join, atMs, ...start });
  }

  private async sendJoinOnce(signal: AbortSignal): Promise<void> {
    const { join, joinAnswer } = this.state();
    const { link, journal, logger, report } = this.site;
    const { studyId } = this.order;
    if (join === undefined || joinAnswer !== undefined) {
      return;
    }
    const { reply } = await link.request({ kind: 'study.join', join }, { signal });
    const answer = reply.kind === 'accepted' || reply.kind === 'late' ? reply.kind : 'problem';
    journal.append({ kind: 'join-answered', studyId, answer });
    const { decision } = join.body;
    if (decision.kind === 'decline') {
      report({ event: 'declined-study', study: studyId, code: decision.code });
    } else if (answer === 'accepted') {
      const { images, used, skipped } = decision;
      report({ event: 'joined', study: studyId, images, used, skipped });
    } else {
      logger.warn({ study: studyId, reply }, 'the join was not taken');
      report({ event: 'declined-study', study: studyId, code: answer });
    }
  }

  private async takePart(study: StudyContext, signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.sweep(study);
      const next = await study.journal.until(() => nextOf(this.state()), signal);
      if (next.kind === 'end') {
        await this.finish(study, next.end, signal);
        return;
      }
      const attempt = this.state().attempts[0];
      await new Participant(study, next.attemptId).run(signal);
      this.reportEnd(attempt);
    }
  }

  private async finish(
    study: StudyContext,
    end: NonNullable<StudyState['end']>,
    signal: AbortSignal,
  ): Promise<void> {
    const { studyId } = this.order;
    if (end.kind === 'completed') {
      await finishCompleted(study, end, signal);
    } else {
      await finishFailed(study, end, signal);
    }
    study.journal.append({ kind: 'study-closed', studyId });
    const event = end.kind === 'completed' ? 'study-completed' : 'study-failed';
    study.report({ event, study: studyId });
    await study.trainer.stop();
    await this.sweep(study);
  }

  /** This site has left the study, or takes no part: what was computed from its images goes. */
  private async eraseCache(): Promise<void> {
    const { home, studyId } = this.order;
    await this.study?.trainer.stop();
    await eraseTrunkCache(home, studyId);
  }

  /** Nothing more is sent in this study: the keys and updates of its attempts go. */
  private async eraseAttempts(): Promise<void> {
    const { home, studyId } = this.order;
    await eraseAttempt(studyFolder(home, studyId).attemptsFolder);
  }

  /** Deletes what no attempt needs any more. May be cut short anywhere: the next sweep finds the rest. */
  private async sweep(study: StudyContext): Promise<void> {
    const { attempts, adapter } = this.state();
    const { attemptsFolder, attemptFolder } = study.folder;
    await mkdir(attemptsFolder, { recursive: true, mode: PRIVATE_FOLDER });
    const current = new Set(attempts.map(({ attemptId }) => attemptId));
    for (const name of await readdir(attemptsFolder)) {
      if (isAttemptId(name) && !current.has(name)) {
        await eraseAttempt(attemptFolder(name));
      }
    }
    const roundNo = adapter?.roundNo ?? 0;
    await study.training.forget(roundNo);
    await study.checkpoints.keepFrom(roundNo);
  }

  private reportEnd(attempt: StudyState['attempts'][number] | undefined): void {
    if (attempt === undefined) {
      return;
    }
    const { roundNo: round, attemptId } = attempt;
    const isDone = this.state().adapter?.roundNo === round;
    const event = isDone ? 'result' : 'aborted';
    this.site.report({ event, study: this.order.studyId, round, attempt: attemptId });
  }

  /** Once for each process: the trainer that checked the data set is the one that trains. */
  private async setUp(config: StudyConfig): Promise<StudyContext> {
    const { home, licences, cache, createTrainer } = this.order;
    const protocol = this.state().offer.protocol.body;
    const sources = { home, config, licences, cache, createTrainer };
    this.study ??= await setUpStudy(this.site, protocol, sources);
    return this.study;
  }

  private state(): StudyState {
    return studyState(this.site, this.order.studyId);
  }
}

function nextOf({ attempts, end }: StudyState): Next | undefined {
  const [attempt] = attempts;
  if (attempt !== undefined) {
    return { kind: 'attempt', attemptId: attempt.attemptId };
  }
  return end === undefined ? undefined : { kind: 'end', end };
}
