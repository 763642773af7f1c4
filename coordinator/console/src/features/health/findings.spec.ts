import type { HealthView } from '@consilium/shared/answers';
import { findingsIn } from './findings.js';

const GOOD: HealthView = {
  atMs: 1,
  startedAtMs: 0,
  ready: true,
  services: { database: true, log: true },
  versions: { software: '0.1.0', node: '22.0.0', protocol: 1, platform: 'linux x64' },
  process: { cpus: 2, memoryBytes: 1, heapBytes: 1, heapLimitBytes: 2 },
  eventLoop: { medianMs: 0, p99Ms: 3, maxMs: 9, sinceMs: 0 },
  queue: { waiting: 4, running: 1, failed: 0, lateTimers: 0, owed: 7, oldestOwedMs: 5 },
  database: { driver: 'sqlite', bytes: 9, answerMs: 0.4, migration: 'X1' },
  disk: { freeBytes: 50, totalBytes: 100 },
  log: { leaves: 9, signed: 8 },
  problems: [],
};

describe('what wants attention', () => {
  it('is nothing while all goes well', () => {
    expect(findingsIn(GOOD)).toEqual([]);
  });

  it.each<[string, Partial<HealthView>]>([
    ['service-down', { services: { database: false, log: true } }],
    ['jobs-failed', { queue: { ...GOOD.queue, failed: 1 } }],
    ['timers-late', { queue: { ...GOOD.queue, lateTimers: 2 } }],
    ['disk-full', { disk: { freeBytes: 9, totalBytes: 100 } }],
    ['loop-slow', { eventLoop: { ...GOOD.eventLoop, p99Ms: 251 } }],
    [
      'log-broken',
      { log: { ...GOOD.log, check: { atMs: 1, tookMs: 1, leaves: 0, code: 'log-rollback' } } },
    ],
  ])('%s', (finding, change) => {
    expect(findingsIn({ ...GOOD, ...change })).toEqual([finding]);
  });

  it('is a log that cannot be signed, and not one that is signed in a moment', () => {
    const services = { database: true, log: false };
    expect(findingsIn({ ...GOOD, services })).toEqual(['service-down', 'log-unsigned']);
  });
});
