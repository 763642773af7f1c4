/** The worker in which long answers become figures: one pair of answers, one block of numbers, and it is done. */
import { readSeries, type SeriesAnswers } from './read-series.js';
import { toColumns, type SeriesColumns } from './series-columns.js';

export type FromSeriesWorker =
  | { readonly kind: 'done'; readonly columns: SeriesColumns }
  | { readonly kind: 'failed'; readonly message: string };

addEventListener('message', ({ data }: MessageEvent<SeriesAnswers>) => {
  try {
    const columns = toColumns(readSeries(data));
    const done: FromSeriesWorker = { kind: 'done', columns };
    postMessage(done, { transfer: [columns.numbers.buffer] });
  } catch (error) {
    const failed: FromSeriesWorker = { kind: 'failed', message: String(error) };
    postMessage(failed);
  }
});
