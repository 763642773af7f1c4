/** The worker in which long answers become figures: for each answer one message back, most of it blocks of numbers. */
import { readRounds, type Pieces } from './read-rounds.js';
import { toColumns, type SeriesColumns } from './series-columns.js';

export type FromSeriesWorker =
  | { readonly kind: 'done'; readonly columns: SeriesColumns }
  | { readonly kind: 'failed'; readonly message: string };

addEventListener('message', ({ data }: MessageEvent<Pieces>) => {
  try {
    const columns = toColumns(readRounds(data));
    const done: FromSeriesWorker = { kind: 'done', columns };
    postMessage(done, { transfer: [columns.numbers.buffer, columns.times.buffer] });
  } catch (error) {
    const failed: FromSeriesWorker = { kind: 'failed', message: String(error) };
    postMessage(failed);
  }
});
