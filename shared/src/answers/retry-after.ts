/** When to ask again after a coordinator said that it was asked too much. */

const TOO_MANY_REQUESTS = 429;
/** Who is told to wait for longer is told so, and asks again by hand. */
const LONGEST_MS = 60_000;

/**
 * @param answer of a request that may be repeated without harm
 * @returns how long to wait before it is, in milliseconds; undefined where the answer is not that one or waiting would be long.
 * RFC 6585 section 4 and RFC 9110 section 10.2.3, in seconds alone.
 */
export function retryAfterMs(answer: {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
}): number | undefined {
  const value = answer.headers.get('retry-after') ?? '';
  if (answer.status !== TOO_MANY_REQUESTS || !/^\d{1,6}$/.test(value)) {
    return undefined;
  }
  const waitMs = Number(value) * 1000;
  return waitMs <= LONGEST_MS ? waitMs : undefined;
}
