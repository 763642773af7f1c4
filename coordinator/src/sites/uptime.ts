/** For how long of the last days a site was connected. Days are those of UTC. */
import type { Uptime } from '@consilium/shared/answers';

const DAY_MS = 86_400_000;
/** Today is one of them. */
const WINDOW_DAYS = 7;

/** From and until when somebody was connected, milliseconds since 1970. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface ConnectedDay {
  /** The beginning of the day. */
  readonly dayMs: number;
  readonly connectedMs: number;
}

export function dayOf(atMs: number): number {
  return atMs - (atMs % DAY_MS);
}

export function windowStart(nowMs: number): number {
  return dayOf(nowMs) - (WINDOW_DAYS - 1) * DAY_MS;
}

/** A span cut at midnight; none of one that a clock set back has turned around. */
export function daysOf({ fromMs, toMs }: Span): ConnectedDay[] {
  const days: ConnectedDay[] = [];
  for (let at = fromMs; at < toMs; at = dayOf(at) + DAY_MS) {
    const endMs = Math.min(toMs, dayOf(at) + DAY_MS);
    days.push({ dayMs: dayOf(at), connectedMs: endMs - at });
  }
  return days;
}

/** Days of the same beginning added up, in their order. */
export function summed(days: readonly ConnectedDay[]): ConnectedDay[] {
  const sums = new Map<number, number>();
  for (const { dayMs, connectedMs } of days) {
    sums.set(dayMs, (sums.get(dayMs) ?? 0) + connectedMs);
  }
  return [...sums]
    .map(([dayMs, connectedMs]) => ({ dayMs, connectedMs }))
    .toSorted((a, b) => a.dayMs - b.dayMs);
}

/** @param letInMs before it the site could not connect; times at which the coordinator was off count as not connected */
export function uptimeOf(days: readonly ConnectedDay[], letInMs: number, nowMs: number): Uptime {
  const fromMs = Math.min(nowMs, Math.max(windowStart(nowMs), letInMs));
  const within = summed(days).filter(({ dayMs }) => dayMs >= dayOf(fromMs));
  const connectedMs = within.reduce((sum, day) => sum + day.connectedMs, 0);
  const share = nowMs === fromMs ? 0 : Math.min(1, connectedMs / (nowMs - fromMs));
  return { fromMs, share, days: within };
}
