/** How late work begins that is due: a coordinator that computes for long keeps everybody waiting. */
import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';
import { Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../platform/clock.js';

const RESOLUTION_MS = 20;
const NANOSECONDS = 1e6;
/** Begun anew after so long, so that an old delay is forgotten. */
const WINDOW_MS = 5 * 60_000;

export interface EventLoopDelays {
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly sinceMs: number;
}

@Injectable()
export class EventLoop implements OnModuleInit, BeforeApplicationShutdown {
  private readonly delays: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  private sinceMs = 0;
  private cancel: () => void = () => undefined;

  constructor(private readonly clock: Clock) {}

  onModuleInit(): void {
    this.delays.enable();
    this.begin();
  }

  beforeApplicationShutdown(): void {
    this.cancel();
    this.delays.disable();
  }

  /** The sampling's own step is no delay. */
  read(): EventLoopDelays {
    const { sinceMs } = this;
    return {
      medianMs: late(this.delays.percentile(50)),
      p99Ms: late(this.delays.percentile(99)),
      maxMs: late(this.delays.max),
      sinceMs,
    };
  }

  private begin(): void {
    this.delays.reset();
    this.sinceMs = this.clock.nowMs();
    this.cancel = this.clock.after(WINDOW_MS, () => {
      this.begin();
    });
  }
}

/** @param nanoseconds between two samples */
function late(nanoseconds: number): number {
  const ms = nanoseconds / NANOSECONDS - RESOLUTION_MS;
  return Number.isFinite(ms) ? Math.max(0, Math.round(ms * 10) / 10) : 0;
}
