/**
 * Slows guessing down: after some failures a name waits, twice as long after each further one, but never for good. Names that
 * nobody has are treated the same, so the wait tells nothing. It is kept in memory, because a flood of guesses shall not
 * become a flood of writes; a restart forgets it.
 */
import { ConsiliumError } from '@consilium/shared/vocabulary';

/** Failures that cost nothing: people mistype. */
const FREE = 5;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 5 * 60_000;
/** After so long without another try the failures are forgotten. */
const MEMORY_MS = 60 * 60_000;
const NAMES = 10_000;

interface Failures {
  readonly count: number;
  readonly lastAtMs: number;
}

export class SignInAttempts {
  /** Least recently tried first. */
  private readonly failures = new Map<string, Failures>();

  constructor(private readonly nowMs: () => number) {}

  /**
   * Call it before the password is looked at: the try counts as failed until `succeeded` says otherwise, so that many tries
   * at once gain nothing.
   * @throws ConsiliumError 'quota-exceeded' while the name waits; the tries of that time do not count.
   */
  begin(name: string): void {
    const nowMs = this.nowMs();
    const past = this.failures.get(name);
    const count = past === undefined || nowMs - past.lastAtMs > MEMORY_MS ? 0 : past.count;
    const openAtMs = (past?.lastAtMs ?? 0) + waitMs(count);
    if (nowMs < openAtMs) {
      const seconds = Math.ceil((openAtMs - nowMs) / 1000);
      throw new ConsiliumError('quota-exceeded', `too many failures: try again in ${seconds} s`, {
        detail: { seconds },
      });
    }
    this.failures.delete(name);
    this.failures.set(name, { count: count + 1, lastAtMs: nowMs });
    if (this.failures.size > NAMES) {
      const [oldest = ''] = this.failures.keys();
      this.failures.delete(oldest);
    }
  }

  succeeded(name: string): void {
    this.failures.delete(name);
  }
}

function waitMs(failures: number): number {
  return failures < FREE ? 0 : Math.min(FIRST_WAIT_MS * 2 ** (failures - FREE), LONGEST_WAIT_MS);
}
