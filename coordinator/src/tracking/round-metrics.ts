/** Counts what rounds take, for Prometheus: labels are of closed sets, and no figure of a model or a data set is among them. */
import { Injectable } from '@nestjs/common';
import { barsOf, type AttemptView, type RoundView } from '@consilium/shared/answers';
import { Metrics } from '../platform/metrics.js';

/** From a demo's rounds to those that wait for hospitals at night. */
const BUCKETS_SECONDS = [1, 5, 15, 60, 300, 900, 3600, 14_400, 43_200, 86_400];

@Injectable()
export class RoundMetrics {
  private readonly attempts;
  private readonly durations;
  private readonly phases;
  private readonly work;
  private readonly bytes;
  private readonly places;

  constructor(metrics: Metrics) {
    this.attempts = metrics.counter('attempts_ended_total', 'Attempts at rounds that ended.', [
      'outcome',
    ]);
    this.durations = metrics.histogram(
      'round_duration_seconds',
      'From the first attempt at a round to its result.',
      BUCKETS_SECONDS,
    );
    this.phases = metrics.histogram(
      'attempt_phase_seconds',
      'How long attempts that ended were in each phase.',
      BUCKETS_SECONDS,
      ['phase'],
    );
    this.work = metrics.histogram(
      'site_work_seconds',
      'How long sites took for each piece of work in attempts that ended.',
      BUCKETS_SECONDS,
      ['work'],
    );
    this.bytes = metrics.counter(
      'round_bytes_total',
      'Bytes of updates that came whole, in attempts that ended.',
    );
    this.places = metrics.counter(
      'site_outcomes_total',
      'What became of sites in attempts that ended.',
      ['state'],
    );
  }

  /** @param attemptId of the attempt that has just ended. */
  count({ attempts, ...round }: RoundView, attemptId: string): void {
    const ended = attempts.find((attempt) => attempt.attemptId === attemptId);
    const [first = ended] = attempts;
    if (ended?.endedAtMs === undefined || first === undefined) {
      return;
    }
    this.attempts.inc({ outcome: ended.phase });
    if (ended.phase === 'committed') {
      this.durations.observe((ended.endedAtMs - first.openedAtMs) / 1000);
    }
    this.countWork({ ...round, attempts: [ended] }, ended.endedAtMs);
    this.countSites(ended);
  }

  private countWork(round: RoundView, endedAtMs: number): void {
    for (const { participant, work, fromMs, toMs } of barsOf([round], endedAtMs)) {
      const seconds = (toMs - fromMs) / 1000;
      if (participant === undefined) {
        this.phases.observe({ phase: work }, seconds);
      } else {
        this.work.observe({ work }, seconds);
      }
    }
  }

  private countSites({ participants }: AttemptView): void {
    for (const { state, bytes, times } of participants) {
      this.places.inc({ state });
      this.bytes.inc(times.updated === undefined ? 0 : bytes);
    }
  }
}
