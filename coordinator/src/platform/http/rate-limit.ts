/** A bucket of tokens for each address: so many requests at once, so many a second after that. */

export interface RateLimitRules {
  /** Requests that may come at once. */
  readonly burst: number;
  /** Tokens that flow back. */
  readonly perSecond: number;
  /** Addresses remembered; a full bucket is the first to be forgotten. */
  readonly addresses: number;
}

interface Bucket {
  tokens: number;
  atMs: number;
}

export class RateLimit {
  /** Least recently used first. */
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly rules: RateLimitRules,
    private readonly nowMs: () => number,
  ) {}

  /** How long it takes at most until an address without a token has one again. */
  get secondsUntilNext(): number {
    return Math.max(1, Math.ceil(1 / this.rules.perSecond));
  }

  /** Takes a token of the address; false when there is none. */
  take(address: string): boolean {
    const bucket = this.refilled(address);
    const isAllowed = bucket.tokens >= 1;
    this.buckets.delete(address);
    this.buckets.set(address, isAllowed ? { ...bucket, tokens: bucket.tokens - 1 } : bucket);
    this.forgetOldest();
    return isAllowed;
  }

  private refilled(address: string): Bucket {
    const nowMs = this.nowMs();
    const bucket = this.buckets.get(address);
    if (bucket === undefined) {
      return { tokens: this.rules.burst, atMs: nowMs };
    }
    const gained = (Math.max(nowMs - bucket.atMs, 0) / 1000) * this.rules.perSecond;
    return { tokens: Math.min(bucket.tokens + gained, this.rules.burst), atMs: nowMs };
  }

  /** An attacker with very many addresses makes the map forget the oldest, never grow. */
  private forgetOldest(): void {
    if (this.buckets.size > this.rules.addresses) {
      const [oldest = ''] = this.buckets.keys();
      this.buckets.delete(oldest);
    }
  }
}
