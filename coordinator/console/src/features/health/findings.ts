/** What of a coordinator's figures wants somebody's attention. */
import type { HealthView } from '@consilium/shared/answers';

export type Finding =
  | 'service-down'
  | 'jobs-failed'
  | 'timers-late'
  | 'disk-full'
  | 'loop-slow'
  | 'log-unsigned'
  | 'log-broken';

/** Below this share of free bytes a disk is full soon. */
const LEAST_FREE = 0.1;
/** Pages and sites notice a wait of this length. */
const SLOW_MS = 250;

export function findingsIn(view: HealthView): readonly Finding[] {
  const { services, queue, disk, eventLoop, log } = view;
  const found: readonly (readonly [Finding, boolean])[] = [
    ['log-broken', log.check?.code !== undefined],
    ['service-down', Object.values(services).includes(false)],
    ['disk-full', disk.freeBytes < LEAST_FREE * disk.totalBytes],
    ['jobs-failed', queue.failed > 0],
    ['timers-late', queue.lateTimers > 0],
    ['log-unsigned', log.signed < log.leaves && !services['log']],
    ['loop-slow', eventLoop.p99Ms > SLOW_MS],
  ];
  return found.flatMap(([finding, isThere]) => (isThere ? [finding] : []));
}
