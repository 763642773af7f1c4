/** The figures of a study from the coordinator's answers. Long ones are read in a worker, so that the page goes on meanwhile. */
import type { FigureSeries } from '../figures.js';
import { readSeries, type SeriesAnswers } from './read-series.js';
import { fromColumns } from './series-columns.js';
import type { FromSeriesWorker } from './series-worker.js';

/** Bytes that are read within some ten milliseconds, sooner than a worker begins. */
const SHORT = 256 * 1024;

/** @throws Error for an answer of another form; the reason of the signal when it is aborted */
export async function seriesOf(
  answers: SeriesAnswers,
  signal?: AbortSignal,
): Promise<FigureSeries> {
  const pieces = [...answers.rounds, ...answers.reported];
  return pieces.reduce((sum, { length }) => sum + length, 0) <= SHORT
    ? readSeries(answers)
    : inWorker(answers, signal);
}

/** The answers are handed over: their bytes are gone here. */
async function inWorker(answers: SeriesAnswers, signal?: AbortSignal): Promise<FigureSeries> {
  signal?.throwIfAborted();
  // Vite looks for this very form.
  const worker = new Worker(new URL('./series-worker.ts', import.meta.url), { type: 'module' });
  try {
    return await new Promise((resolve, reject) => {
      worker.addEventListener('message', ({ data }: MessageEvent<FromSeriesWorker>) => {
        switch (data.kind) {
          case 'done':
            resolve(fromColumns(data.columns));
            return;
          case 'failed':
            reject(new Error(data.message));
        }
      });
      worker.addEventListener('error', ({ message }) => {
        reject(new Error(`the figures could not be read: ${message}`));
      });
      signal?.addEventListener('abort', () => {
        reject(signal.reason instanceof Error ? signal.reason : new Error('no longer wanted'));
      });
      const pieces = [...answers.rounds, ...answers.reported];
      worker.postMessage(answers, [...new Set(pieces.map(({ buffer }) => buffer))]);
    });
  } finally {
    worker.terminate();
  }
}
