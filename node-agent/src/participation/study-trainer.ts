/**
 * The trainer of one study, for callers that want a result or a coded error. A job whose process died is repeated a bounded
 * number of times; training is seeded, so the repeated job gives the same delta.
 */
import { randomUUID } from 'node:crypto';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { Logger } from '../telemetry/logger.js';
import type {
  DatasetReport,
  Evaluated,
  EvaluateRequest,
  Failed,
  Opened,
  OpenRequest,
  Progress,
  Trained,
  TrainRequest,
} from '../trainer-link/messages.js';
import type { Crashed, Outcome } from '../trainer-link/outcome.js';
import type { TrainerClient } from './trainer-client.js';

/** What a trainer refused, with the report on the data set where that is the reason. */
export class TrainerRefusal extends ConsiliumError {
  readonly dataset: DatasetReport | undefined;

  constructor({ code, message, dataset }: Failed) {
    super(code, message);
    this.name = 'TrainerRefusal';
    this.dataset = dataset;
  }
}

export interface StudyTrainerOptions {
  readonly client: TrainerClient;
  readonly request: Omit<OpenRequest, 'kind'>;
  readonly logger: Logger;
  readonly onRestart?: () => void;
  /** What the check of the data set found, whether or not the trainer goes on with it. */
  readonly onChecked?: (
    found: Pick<Opened, 'dataset'> & Partial<Pick<Opened, 'engine'>>,
  ) => Promise<void>;
}

const TRIES = 3;

type OnProgress = (progress: Progress) => void;

export class StudyTrainer {
  private opened?: Promise<Opened>;

  constructor(private readonly options: StudyTrainerOptions) {}

  /** Checks data set and backbone once. @throws TrainerRefusal, ConsiliumError 'trainer-crashed' */
  open(): Promise<Opened> {
    if (this.opened === undefined) {
      const opening = this.check();
      this.opened = opening;
      opening.catch(() => {
        this.opened = undefined;
      });
    }
    return this.opened;
  }

  private async check(): Promise<Opened> {
    const { client, request, onChecked } = this.options;
    try {
      const opened = await this.insist<Opened>(() => client.open(request));
      await onChecked?.({ dataset: opened.dataset, engine: opened.engine });
      return opened;
    } catch (error) {
      if (error instanceof TrainerRefusal && error.dataset !== undefined) {
        await onChecked?.({ dataset: error.dataset });
      }
      throw error;
    }
  }

  /** @throws TrainerRefusal, ConsiliumError 'trainer-crashed' after three tries or a stop */
  async train(
    request: Omit<TrainRequest, 'kind' | 'jobId'>,
    onProgress: OnProgress,
  ): Promise<Trained> {
    await this.open();
    const { client } = this.options;
    return this.insist<Trained>(() =>
      client.train({ jobId: randomUUID(), ...request }, onProgress),
    );
  }

  /** @throws as train */
  async evaluate(request: Omit<EvaluateRequest, 'kind' | 'jobId'>): Promise<Evaluated> {
    await this.open();
    const { client } = this.options;
    return this.insist<Evaluated>(() => client.evaluate({ jobId: randomUUID(), ...request }));
  }

  /** Ends the process and the job under way. The next job starts a fresh process. */
  stop(): Promise<void> {
    return this.options.client.close();
  }

  private async insist<R extends Opened | Trained | Evaluated>(
    once: () => Promise<Outcome<R>>,
  ): Promise<R> {
    for (let tries = 1; ; tries += 1) {
      const outcome = await once();
      if (isFailed(outcome)) {
        throw new TrainerRefusal(outcome);
      }
      if (!isCrashed(outcome)) {
        outcome.warnings?.forEach((warning) => {
          this.options.logger.warn({ warning }, 'the trainer warns');
        });
        return outcome;
      }
      const { reason } = outcome;
      if (reason === 'closed' || tries === TRIES) {
        throw new ConsiliumError('trainer-crashed', `the trainer ended (${reason})`, {
          detail: { reason, tries },
        });
      }
      this.options.logger.warn({ reason, tries }, 'the trainer crashed and is started again');
      this.options.onRestart?.();
    }
  }
}

function isCrashed(outcome: Outcome<{ readonly kind: string }>): outcome is Crashed {
  return outcome.kind === 'crashed';
}

function isFailed(outcome: Outcome<{ readonly kind: string }>): outcome is Failed {
  return outcome.kind === 'failed';
}
