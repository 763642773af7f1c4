/** When the session of this page ends, by the browser's clock. The coordinator says it in its own. */
import type { Me, SessionEnd } from '@consilium/shared/answers';

/** So long before its end a page says that a session ends. */
export const NOTICE_MS = 5 * 60_000;
/** Two moments of two clocks are the same when they are this near. */
const NEAR_MS = 2000;

/**
 * @param theirNowMs the coordinator's clock when it said so
 * @param ourNowMs the browser's clock when it heard so
 */
export function byOurClock(end: SessionEnd, theirNowMs: number, ourNowMs: number): SessionEnd {
  const aheadMs = ourNowMs - theirNowMs;
  return { endsAtMs: end.endsAtMs + aheadMs, latestEndAtMs: end.latestEndAtMs + aheadMs };
}

/** @param heardAtMs when the answer came, by the browser's clock */
export function endIn({ session }: Me, heardAtMs: number): SessionEnd | undefined {
  return session === undefined ? undefined : byOurClock(session, session.nowMs, heardAtMs);
}

/** The newer of two: a session is prolonged, never shortened. */
export function laterEnd(
  one: SessionEnd | undefined,
  other: SessionEnd | undefined,
): SessionEnd | undefined {
  if (one === undefined || other === undefined) {
    return one ?? other;
  }
  return one.endsAtMs >= other.endsAtMs ? one : other;
}

export type Standing =
  | { readonly kind: 'goes-on' }
  /** It is said to the person; `prolongable` unless only a new sign-in helps. */
  | { readonly kind: 'ends-soon'; readonly leftMs: number; readonly prolongable: boolean }
  | { readonly kind: 'over' };

export function standingOf({ endsAtMs, latestEndAtMs }: SessionEnd, nowMs: number): Standing {
  const leftMs = endsAtMs - nowMs;
  if (leftMs > NOTICE_MS) {
    return { kind: 'goes-on' };
  }
  return leftMs > 0
    ? { kind: 'ends-soon', leftMs, prolongable: latestEndAtMs - endsAtMs > NEAR_MS }
    : { kind: 'over' };
}
