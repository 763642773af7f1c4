/** The time, once a second, for what counts up or down on the page. */
import { useSyncExternalStore } from 'react';

const SECOND = 1000;
const watchers = new Set<() => void>();
let nowMs = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

/** Milliseconds since 1970 by the browser's clock. */
export function useNow(): number {
  return useSyncExternalStore(watch, () => nowMs);
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  timer ??= setInterval(tick, SECOND);
  return () => {
    watchers.delete(watcher);
    if (watchers.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

function tick(): void {
  nowMs = Date.now();
  watchers.forEach((watcher) => {
    watcher();
  });
}
