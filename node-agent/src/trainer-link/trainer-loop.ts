/**
 * The trainer's side of the link: takes one request at a time, answers each with exactly one reply, and reports progress in
 * between. Whatever goes wrong leaves as a code and a sentence without file names, labels or values; after the code
 * 'training-failed', which stands for errors nobody planned for, the supervisor ends this process.
 */
import { ConsiliumError, errorCodeOf } from '@consilium/shared/vocabulary';
import { TRAINER_EXIT } from './exit-codes.js';
import {
  parseTrainerRequest,
  type DatasetReport,
  type Evaluated,
  type EvaluateRequest,
  type Extracted,
  type ExtractRequest,
  type Failed,
  type Measured,
  type MeasureRequest,
  type Opened,
  type OpenRequest,
  type Probed,
  type ProbeRequest,
  type Progress,
  type Trained,
  type TrainerReply,
  type TrainerRequest,
  type TrainRequest,
} from './messages.js';
import { mergeProgress } from './progress.js';

/** What the trainer can do. */
export interface TrainerHandlers {
  open(request: OpenRequest): Promise<Opened>;
  train(request: TrainRequest, report: (progress: Progress) => void): Promise<Trained>;
  evaluate(request: EvaluateRequest, report: (progress: Progress) => void): Promise<Evaluated>;
  extract(request: ExtractRequest, report: (progress: Progress) => void): Promise<Extracted>;
  measure(request: MeasureRequest): Promise<Measured>;
  probe(request: ProbeRequest): Promise<Probed>;
  /** The report of a data set that was refused, for the reply that says so. */
  refusedDataset(): DatasetReport | undefined;
}

/** The process as the loop sees it. */
export interface TrainerPort {
  onMessage(listener: (message: unknown) => void): void;
  onDisconnect(listener: () => void): void;
  /** Resolves when the reply is on its way. */
  send(reply: TrainerReply): Promise<void>;
  /** Memory in use, in bytes. */
  memoryBytes(): number;
  exit(code: number): void;
}

export interface LoopOptions {
  /** Above this the process ends itself rather than drag the machine down. */
  readonly memoryLimitBytes: number;
}

/** Serves until the supervisor disconnects. */
export function serveTrainer(
  port: TrainerPort,
  handlers: TrainerHandlers,
  options: LoopOptions,
): void {
  let isBusy = false;

  const report = mergeProgress((progress) => {
    if (port.memoryBytes() > options.memoryLimitBytes) {
      port.exit(TRAINER_EXIT.outOfMemory);
    }
    void port.send(progress);
  });

  async function serve(message: unknown): Promise<void> {
    if (isBusy) {
      await port.send(failure(new ConsiliumError('wrong-state', 'the trainer is busy')));
      return;
    }
    isBusy = true;
    let jobId: string | undefined;
    try {
      const request = parseTrainerRequest(message);
      jobId = 'jobId' in request ? request.jobId : undefined;
      await port.send(await handle(handlers, request, report));
    } catch (error) {
      await port.send(failure(error, jobId, handlers.refusedDataset()));
    } finally {
      isBusy = false;
    }
  }

  port.onMessage((message) => void serve(message));
  port.onDisconnect(() => port.exit(TRAINER_EXIT.done));
}

function handle(
  handlers: TrainerHandlers,
  request: TrainerRequest,
  report: (progress: Progress) => void,
): Promise<TrainerReply> {
  switch (request.kind) {
    case 'open':
      return handlers.open(request);
    case 'train':
      return handlers.train(request, report);
    case 'evaluate':
      return handlers.evaluate(request, report);
    case 'extract':
      return handlers.extract(request, report);
    case 'measure':
      return handlers.measure(request);
    case 'probe':
      return handlers.probe(request);
  }
}

function failure(error: unknown, jobId?: string, dataset?: DatasetReport): Failed {
  const coded = error instanceof ConsiliumError;
  return {
    kind: 'failed',
    ...(jobId === undefined ? {} : { jobId }),
    code: coded ? errorCodeOf(error) : 'training-failed',
    message: coded ? error.message : describe(error),
    ...(dataset === undefined ? {} : { dataset }),
  };
}

/** The message of an error from a library may quote a path or a cell, so only its kind is told. */
function describe(error: unknown): string {
  const { name = 'Error', code = '' } = error as { name?: string; code?: string };
  return `the trainer met an error nobody planned for: ${name} ${code}`.trim();
}
