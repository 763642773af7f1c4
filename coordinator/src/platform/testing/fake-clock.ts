/** A clock that stands still until it is told to move. */
import { Clock } from '../clock.js';

interface Alarm {
  readonly atMs: number;
  readonly callback: () => void;
}

export class FakeClock extends Clock {
  private readonly alarms = new Set<Alarm>();

  constructor(private now = 1_764_000_000_000) {
    super();
  }

  nowMs(): number {
    return this.now;
  }

  after(delayMs: number, callback: () => void): () => void {
    const alarm = { atMs: this.now + delayMs, callback };
    this.alarms.add(alarm);
    return () => {
      this.alarms.delete(alarm);
    };
  }

  /** Moves time and calls back what became due, in order. */
  advance(milliseconds: number): void {
    this.now += milliseconds;
    const due = [...this.alarms].filter(({ atMs }) => atMs <= this.now);
    for (const alarm of due.sort((a, b) => a.atMs - b.atMs)) {
      if (this.alarms.delete(alarm)) {
        alarm.callback();
      }
    }
  }
}
