/** Reads answers about rounds, one after another. Long ones are read in a worker, so that the page goes on meanwhile. */
import { readRounds, type Pieces, type SomeRounds } from './read-rounds.js';
import { fromColumns } from './series-columns.js';
import type { FromSeriesWorker } from './series-worker.js';

/** Bytes that are read within some ten milliseconds, sooner than a worker begins. */
const SHORT = 256 * 1024;

export class RoundsReader {
  private worker: Worker | undefined;

  constructor(private readonly signal?: AbortSignal) {}

  /** @throws Error for an answer of another form; the reason of the signal when it is aborted */
  async read(pieces: Pieces): Promise<SomeRounds> {
    return pieces.reduce((sum, { length }) => sum + length, 0) <= SHORT
      ? readRounds(pieces)
      : this.inWorker(pieces);
  }

  /** Call it when nothing more is to be read. */
  close(): void {
    this.worker?.terminate();
  }

  /** The answer is handed over: its bytes are gone here. */
  private async inWorker(pieces: Pieces): Promise<SomeRounds> {
    this.signal?.throwIfAborted();
    // Vite looks for this very form.
    const worker = (this.worker ??= new Worker(new URL('./series-worker.ts', import.meta.url), {
      type: 'module',
    }));
    const heard = new AbortController();
    const { signal } = heard;
    try {
      return await new Promise((resolve, reject) => {
        const listen = ({ data }: MessageEvent<FromSeriesWorker>): void => {
          switch (data.kind) {
            case 'done':
              resolve(fromColumns(data.columns));
              return;
            case 'failed':
              reject(new Error(data.message));
          }
        };
        worker.addEventListener('message', listen, { signal });
        const fail = ({ message }: ErrorEvent): void => {
          reject(new Error(`the figures could not be read: ${message}`));
        };
        worker.addEventListener('error', fail, { signal });
        const leave = (): void => {
          const reason: unknown = this.signal?.reason;
          reject(reason instanceof Error ? reason : new Error('no longer wanted'));
        };
        this.signal?.addEventListener('abort', leave, { signal });
        worker.postMessage(pieces, [...new Set(pieces.map(({ buffer }) => buffer))]);
      });
    } finally {
      heard.abort();
    }
  }
}
