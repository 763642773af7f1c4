/** Hears of attempts that ended and has them counted and traced, one after the other; what was missed while the process was down is not made up for. */
import {
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { parseStudyId } from '@consilium/shared/vocabulary';
import { Log } from '../platform/logging/log.js';
import { RoundHistoryService } from '../rounds/round-history.service.js';
import { RoundTimes, type Moved } from '../rounds/round-times.js';
import { RoundMetrics } from './round-metrics.js';
import { RoundTraces } from './traces/round-traces.js';

@Injectable()
export class EndedRounds implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private working: Promise<void> = Promise.resolve();
  private stopListening: () => void = () => undefined;

  constructor(
    private readonly times: RoundTimes,
    private readonly history: RoundHistoryService,
    private readonly metrics: RoundMetrics,
    private readonly traces: RoundTraces,
    private readonly log: Log,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.traces.open();
    this.stopListening = this.times.onMoved((studyId, moved) => {
      if (moved.what === 'committed' || moved.what === 'aborted') {
        this.take(studyId, moved);
      }
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopListening();
    await this.settled();
    await this.traces.close();
  }

  /** Resolves when what ended so far is counted. */
  async settled(): Promise<void> {
    await this.working;
  }

  private take(study: string, { roundNo, attemptId }: Moved): void {
    this.working = this.working
      .then(async () => {
        const studyId = parseStudyId(study);
        const attempts = [...(await this.history.round(studyId, roundNo))];
        this.metrics.count({ roundNo, attempts }, attemptId);
        await this.traces.tell(studyId, { roundNo, attempts });
      })
      .catch((error: unknown) => {
        this.log.error('an attempt that ended could not be counted', error, { studyId: study });
      });
  }
}
