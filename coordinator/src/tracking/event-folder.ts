/** Series as a folder that TensorBoard opens: a run a folder, so that equal tags of all sites and of each site lie over each other. */
import { eventFile, type ScalarEvent } from './event-records.js';
import type { Series } from './study-series.js';

export interface EventFile {
  /** Inside the folder, with slashes. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly scalars: number;
}

/** One file a run; the name says when it begins, as TensorBoard orders the files of a run by their names. */
export function eventFiles(series: readonly Series[]): readonly EventFile[] {
  return [...new Set(series.map(({ run }) => run))].map((run) => {
    const events = eventsOf(series.filter((one) => one.run === run));
    const seconds = Math.floor((events[0]?.atMs ?? 0) / 1000);
    return {
      path: `${run}/events.out.tfevents.${seconds}.consilium`,
      bytes: eventFile(events),
      scalars: events.length,
    };
  });
}

/** In the order of time, as a training loop would have written them. */
function eventsOf(series: readonly Series[]): ScalarEvent[] {
  return series
    .flatMap(({ tag, points }) => points.map((point) => ({ tag, ...point })))
    .toSorted((a, b) => a.step - b.step || a.atMs - b.atMs);
}
