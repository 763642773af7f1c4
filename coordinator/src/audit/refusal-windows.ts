/** So many records of a kind in a minute, and one that sums up the rest: whoever is refused often cannot fill the log. */
import type { Clock } from '../platform/clock.js';

const WINDOW_MS = 60_000;

interface Window<K> {
  readonly key: K;
  left: number;
  more: number;
  cancel: () => void;
}

export class RefusalWindows<K> {
  private readonly windows = new Map<string, Window<K>>();

  /**
   * @param atMost records of a key that a window lets through one by one.
   * @param sum is told how many more there were when a window ends.
   */
  constructor(
    private readonly clock: Clock,
    private readonly atMost: number,
    private readonly sum: (key: K, more: number) => void,
  ) {}

  /** Whether the caller is to record this one itself; otherwise it is counted. */
  take(key: K): boolean {
    const name = JSON.stringify(key);
    const window = this.windows.get(name) ?? this.open(name, key);
    if (window.left > 0) {
      window.left -= 1;
      return true;
    }
    window.more += 1;
    return false;
  }

  /** Ends all windows, as at the end of the program. */
  close(): void {
    for (const { key, more, cancel } of this.windows.values()) {
      cancel();
      if (more > 0) {
        this.sum(key, more);
      }
    }
    this.windows.clear();
  }

  private open(name: string, key: K): Window<K> {
    const end = (): void => {
      this.windows.delete(name);
      if (window.more > 0) {
        this.sum(key, window.more);
      }
    };
    const cancel = this.clock.after(WINDOW_MS, end);
    const window: Window<K> = { key, left: this.atMost, more: 0, cancel };
    this.windows.set(name, window);
    return window;
  }
}
