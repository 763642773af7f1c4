/** A bucket of tokens: so many at once, so many a second after that. One for all callers, since they share one address. */

export interface AllowanceRules {
  readonly atOnce: number;
  readonly aSecond: number;
}

export class Allowance {
  private left: number;
  private lastMs: number;

  /** @param now the wall clock, in milliseconds */
  constructor(
    private readonly rules: AllowanceRules,
    private readonly now: () => number,
  ) {
    this.left = rules.atOnce;
    this.lastMs = now();
  }

  /** @returns 0 where it is allowed, else the seconds after which it will be. */
  take(): number {
    const { atOnce, aSecond } = this.rules;
    const nowMs = this.now();
    // A clock that was set back gives nothing and takes nothing.
    const passedS = Math.max(0, nowMs - this.lastMs) / 1000;
    this.left = Math.min(atOnce, this.left + passedS * aSecond);
    this.lastMs = nowMs;
    if (this.left >= 1) {
      this.left -= 1;
      return 0;
    }
    return Math.ceil((1 - this.left) / aSecond);
  }

  /** Gives back what a caller took who turned out to be right. */
  giveBack(): void {
    this.left = Math.min(this.rules.atOnce, this.left + 1);
  }
}
