/**
 * How long to wait before the next try: exponential with full jitter, so that a thousand sites that lost their coordinator at
 * once do not come back at once (Brooker, "Exponential Backoff And Jitter", 2015).
 */
export interface Backoff {
  /** The next pause, in milliseconds. */
  next(): number;
  reset(): void;
}

export interface BackoffRules {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** @param uniform draws from [0, 1). */
export function createBackoff(rules: BackoffRules, uniform: () => number): Backoff {
  let tries = 0;
  return {
    next: () => {
      const ceiling = Math.min(rules.longestMs, rules.firstMs * 2 ** Math.min(tries, 30));
      tries += 1;
      // Never less than half: a lone site should not hammer a coordinator that is just starting.
      return Math.round(ceiling / 2 + (uniform() * ceiling) / 2);
    },
    reset: () => {
      tries = 0;
    },
  };
}
