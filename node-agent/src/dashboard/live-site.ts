/** What the agent page shows of the moment: the progress events of this process, folded. Nothing of it outlives the process. */
import type { ProgressReport } from '../telemetry/progress.js';

export interface Connection {
  readonly isConnected: boolean;
  /** Since when, on the wall clock; the start of the agent before the first event. */
  readonly sinceMs: number;
  /** Why it was lost. */
  readonly code?: string;
}

/** What a study's trainer or upload does now. */
export interface Activity {
  readonly round: number;
  readonly phase: string;
  readonly step: number;
  readonly steps: number;
  readonly loss?: number;
}

export class LiveSite {
  private link: Connection;
  private readonly activities = new Map<string, Activity>();

  /** @param now the wall clock, in milliseconds */
  constructor(private readonly now: () => number) {
    this.link = { isConnected: false, sinceMs: now() };
  }

  get connection(): Connection {
    return this.link;
  }

  /** Undefined while the study computes and sends nothing. */
  activityOf(study: string): Activity | undefined {
    return this.activities.get(study);
  }

  take(report: ProgressReport): void {
    const { event, study, code } = report;
    if (event === 'connected') {
      this.link = { isConnected: true, sinceMs: this.now() };
    } else if (event === 'disconnected') {
      const sinceMs = this.link.isConnected ? this.now() : this.link.sinceMs;
      this.link = { isConnected: false, sinceMs, ...(code === undefined ? {} : { code }) };
    } else if (study !== undefined) {
      this.takeOfStudy(study, report);
    }
  }

  private takeOfStudy(study: string, report: ProgressReport): void {
    const { event, round, phase, step, steps, loss } = report;
    if (event !== 'progress') {
      this.activities.delete(study);
    } else if (round !== undefined && phase !== undefined) {
      this.activities.set(study, {
        ...{ round, phase, step: step ?? 0, steps: steps ?? 0 },
        ...(loss === undefined ? {} : { loss }),
      });
    }
  }
}
