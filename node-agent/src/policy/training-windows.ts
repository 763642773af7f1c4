/** When training may begin: windows that a cron pattern opens in a time zone, each for so many minutes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Cron } from 'croner';
import type { TrainingWindow } from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';

const MINUTE_MS = 60_000;

/** The clock may be set while we wait, so it is asked again after so long. */
const LONGEST_SLEEP_MS = 30_000;

/** @throws ConsiliumError 'bad-configuration' for a pattern that is no cron pattern or never comes true */
export function requireReadableWindows(windows: readonly TrainingWindow[]): void {
  const faults = windows.flatMap((window, i) => {
    const fault = faultOf(window);
    return fault === undefined ? [] : [`schedule.windows.${i}.cron: ${fault}`];
  });
  if (faults.length > 0) {
    const count = `${faults.length} fault${faults.length === 1 ? '' : 's'}`;
    throw new ConsiliumError(
      'bad-configuration',
      `policy.yaml has ${count}:\n  ${faults.join('\n  ')}`,
    );
  }
}

/** Whether training may begin. @param nowMs of the wall clock */
export function isOpen(windows: readonly TrainingWindow[], nowMs: number): boolean {
  return windows.length === 0 || windows.some((window) => holds(window, nowMs));
}

/** When training may begin next: now if it may, undefined if no window opens any more. @param nowMs of the wall clock */
export function nextOpening(windows: readonly TrainingWindow[], nowMs: number): number | undefined {
  if (isOpen(windows, nowMs)) {
    return nowMs;
  }
  const openings = windows.flatMap((window) => firstAfter(window, nowMs) ?? []);
  return openings.length === 0 ? undefined : Math.min(...openings);
}

/** Resolves when training may begin. @throws the reason of the signal */
export async function untilOpen(
  windows: () => readonly TrainingWindow[],
  now: () => number,
  signal: AbortSignal,
): Promise<void> {
  while (!isOpen(windows(), now())) {
    const opening = nextOpening(windows(), now()) ?? Number.POSITIVE_INFINITY;
    const waitMs = Math.min(Math.max(opening - now(), 1), LONGEST_SLEEP_MS);
    await sleep(waitMs, undefined, { signal }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw error;
    });
  }
}

/** The last opening is at most as long ago as the window is wide. */
function holds(window: TrainingWindow, nowMs: number): boolean {
  const opening = firstAfter(window, nowMs - window.minutes * MINUTE_MS);
  return opening !== undefined && opening <= nowMs;
}

function firstAfter({ cron, timeZone }: TrainingWindow, afterMs: number): number | undefined {
  return new Cron(cron, { timezone: timeZone, paused: true }).nextRun(new Date(afterMs))?.getTime();
}

function faultOf(window: TrainingWindow): string | undefined {
  try {
    return firstAfter(window, 0) === undefined ? 'names no time that ever comes' : undefined;
  } catch (error) {
    return error instanceof Error ? `is no cron pattern: ${error.message}` : 'is no cron pattern';
  }
}
