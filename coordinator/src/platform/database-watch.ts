/** Counts transactions and reports wake-ups that failed; the database itself knows neither metrics nor log. */
import type { Database } from '../database/database.js';
import type { Log } from './logging/log.js';
import type { Metrics } from './metrics.js';

const BUCKETS_SECONDS = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3];
/** One lane: a transaction this long keeps everybody else waiting. */
const SLOW_MS = 1000;

export function watchDatabase(database: Database, metrics: Metrics, log: Log): void {
  const durations = metrics.histogram(
    'transaction_seconds',
    'Time from asking for a transaction to its end, waiting included.',
    BUCKETS_SECONDS,
    ['outcome'],
  );
  const retries = metrics.counter(
    'transaction_retries_total',
    'Transactions run again because another one won.',
  );
  database.observe({
    transactionEnded: (outcome, durationMs) => {
      durations.observe({ outcome }, durationMs / 1000);
      if (durationMs > SLOW_MS) {
        log.warn('slow transaction', { outcome, durationMs: Math.round(durationMs) });
      }
    },
    transactionRetried: () => {
      retries.inc();
    },
    wakeUpFailed: (error) => {
      log.error('a wake-up after a commit failed', error);
    },
  });
}
