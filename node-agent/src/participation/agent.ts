/**
 * The supervisor: one link to the coordinator, one journal, and a participation for each study. It holds the keys and never a
 * tensor engine; it decides nothing itself.
 */
import type { SigningKeyPair } from '@consilium/shared/crypto';
import type { Delivery } from '@consilium/shared/protocol';
import type { StudyId } from '@consilium/shared/vocabulary';
import type { AgentConfig } from '../config/agent-config.js';
import type { Home } from '../config/home.js';
import type { PinnedCoordinator } from '../identity/pinned-coordinator.js';
import type { Logger } from '../telemetry/logger.js';
import type { Report } from '../telemetry/progress.js';
import { SiteDecisions } from '../policy/decisions.js';
import type { Network } from '../network/network.js';
import { createByteCounter } from '../transport/byte-counter.js';
import type { BackoffRules } from '../transport/backoff.js';
import { CoordinatorLink } from '../transport/coordinator-link.js';
import { evidenceIn } from './evidence.js';
import { takeDelivery } from './inbox.js';
import { Journal, type JournalOptions } from './journal.js';
import { LogTrust } from './log-trust.js';
import type { SiteContext } from './site-context.js';
import { SiteReporter } from './site-reporter.js';
import { StudyParticipation } from './study-participation.js';
import type { CreateTrainer } from './trainer-client.js';
import type { UpdateSealer } from './update-sealer.js';

export interface AgentOptions {
  readonly home: Home;
  readonly config: AgentConfig;
  readonly identity: SigningKeyPair;
  readonly pinned: PinnedCoordinator;
  readonly network: Network;
  readonly createTrainer: CreateTrainer;
  readonly seal: UpdateSealer;
  readonly logger: Logger;
  readonly report: Report;
  /** The wall clock, in milliseconds. */
  readonly now: () => number;
  /** Draws from [0, 1). */
  readonly uniform: () => number;
  readonly backoff?: BackoffRules;
  readonly journal?: JournalOptions;
}

export class Agent {
  private readonly studies = new Map<StudyId, Promise<void>>();
  /** Set off by the caller's signal or by the first fault that reaches beyond one study. */
  private readonly stopping = new AbortController();

  constructor(private readonly options: AgentOptions) {}

  /** Runs until the signal says stop. @throws the fault that ended it otherwise */
  async run(signal: AbortSignal): Promise<void> {
    const stop = (): void => {
      this.stopping.abort(new Error('the agent is stopping'));
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) {
      stop();
    }
    const decisions = await SiteDecisions.open(this.options.home, this.options.logger);
    const journal = Journal.open(this.options.home.journalFolder, this.options.journal);
    try {
      await this.work(journal, decisions);
    } finally {
      signal.removeEventListener('abort', stop);
      journal.close();
      await decisions.close();
    }
    if (!signal.aborted) {
      throw this.stopping.signal.reason;
    }
  }

  private async work(journal: Journal, decisions: SiteDecisions): Promise<void> {
    const { signal } = this.stopping;
    const { link, site, reporter } = this.connect(journal, decisions);
    const linked = link.run(signal).catch((error: unknown) => {
      this.fail(error);
    });
    this.startStudies(site);
    await linked;
    await Promise.all(this.studies.values());
    await reporter.settled();
  }

  private connect(
    journal: Journal,
    decisions: SiteDecisions,
  ): {
    readonly link: CoordinatorLink;
    readonly site: SiteContext;
    readonly reporter: SiteReporter;
  } {
    const { config, identity, pinned, network, logger, seal, now, uniform, backoff } = this.options;
    const { siteId, coordinatorKey } = pinned;
    const counter = createByteCounter();
    const report: Report = (progress) => {
      this.options.report({ ...progress, bytesUp: counter.up, bytesDown: counter.down });
      reporter.noticed(progress.event);
    };
    const link: CoordinatorLink = new CoordinatorLink({
      parties: { url: config.coordinator, siteId, identity, coordinatorKey },
      network,
      counter,
      logger,
      now,
      uniform,
      ...(backoff === undefined ? {} : { backoff }),
      onConnected: () => {
        report({ event: 'connected' });
      },
      onDisconnected: (code) => {
        report({ event: 'disconnected', code });
      },
      onDelivery: (delivery) => {
        this.receive(site, delivery);
      },
    });
    const site: SiteContext = {
      siteId,
      identity,
      coordinatorKey,
      link,
      logTrust: this.trust(link, journal),
      journal,
      decisions,
      now,
      seal,
      keepEvidence: evidenceIn(this.options.home.evidenceFolder),
      logger,
      report,
    };
    const named = new Set(config.studies.map(({ study }) => study));
    const reporter: SiteReporter = new SiteReporter({
      site,
      home: this.options.home,
      named,
      signal: this.stopping.signal,
    });
    return { link, site, reporter };
  }

  private trust(link: CoordinatorLink, journal: Journal): LogTrust {
    const { pinned, home } = this.options;
    return new LogTrust({
      link,
      origin: pinned.origin,
      logKey: pinned.logKey,
      known: () => journal.state.logCheckpoint ?? pinned.checkpoint,
      remember: (note) => {
        journal.append({ kind: 'log-checkpoint', note });
      },
      keepEvidence: evidenceIn(home.evidenceFolder),
    });
  }

  /** @throws what stood in the way: then no receipt goes out. */
  private receive(site: SiteContext, delivery: Delivery): void {
    try {
      takeDelivery(site, delivery);
    } catch (error) {
      this.fail(error);
      throw error;
    }
    this.startStudies(site);
  }

  /** One participation for each study that the journal knows. */
  private startStudies(site: SiteContext): void {
    const { home, config, createTrainer } = this.options;
    for (const { studyId } of Object.values(site.journal.state.studies)) {
      if (!this.studies.has(studyId)) {
        const participation = new StudyParticipation(site, {
          studyId,
          home,
          config: config.studies.find(({ study }) => study === studyId),
          licences: config.licences,
          cache: config.cache,
          createTrainer,
        });
        this.studies.set(
          studyId,
          this.orFail(() => participation.run(this.stopping.signal)),
        );
      }
    }
  }

  /** Never rejects once the agent is stopping: what ends it is kept in the signal's reason. */
  private async orFail(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!this.stopping.signal.aborted) {
        this.fail(error);
      }
    }
  }

  private fail(error: unknown): void {
    this.stopping.abort(error instanceof Error ? error : new Error('agent'));
  }
}
