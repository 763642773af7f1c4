/** Puts together how the coordinator is. */
import { statfs } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import { Inject, Injectable } from '@nestjs/common';
import type { HealthView } from '@consilium/shared/answers';
import { PROTOCOL_VERSION } from '@consilium/shared/vocabulary';
import { CONFIG } from '../config/config.module.js';
import type { CoordinatorConfig } from '../config/config-schema.js';
import { Database } from '../database/database.js';
import { Clock } from '../platform/clock.js';
import { Health } from '../platform/health.js';
import { Log } from '../platform/logging/log.js';
import { SOFTWARE_VERSION } from '../platform/software-version.js';
import { EventLoop } from './event-loop.js';
import { HealthRepository } from './health.repository.js';

/** What every module has, in one place. */
@Injectable()
export class Platform {
  constructor(
    readonly clock: Clock,
    readonly log: Log,
  ) {}
}

type Machine = Omit<HealthView, 'log'>;

@Injectable()
export class HealthViews {
  private readonly startedAtMs: number;

  constructor(
    @Inject(CONFIG) private readonly config: CoordinatorConfig,
    private readonly database: Database,
    private readonly rows: HealthRepository,
    private readonly health: Health,
    private readonly eventLoop: EventLoop,
    private readonly platform: Platform,
  ) {
    this.startedAtMs = platform.clock.nowMs();
  }

  /** Everything but the audit log. @throws ConsiliumError 'database-busy' */
  async machine(): Promise<Machine> {
    const nowMs = this.platform.clock.nowMs();
    const { ready, checks } = await this.health.readiness();
    const askedMs = performance.now();
    await this.database.ping();
    const answerMs = Math.round((performance.now() - askedMs) * 10) / 10;
    const { queue, database } = await this.database.read(async (reader) => ({
      queue: await this.rows.queue(reader, nowMs),
      database: await this.rows.database(reader),
    }));
    const { dialect: driver } = this.database;
    return {
      atMs: nowMs,
      startedAtMs: this.startedAtMs,
      ready,
      services: checks,
      versions: versions(),
      process: processNow(),
      eventLoop: this.eventLoop.read(),
      queue,
      database: { driver, answerMs, ...database },
      disk: await diskOf(this.config.dataFolder),
      problems: this.platform.log.problems.list().map(({ where, ...problem }) => ({
        ...problem,
        where: [...where],
      })),
    };
  }

  rowsByTable(): Promise<Readonly<Record<string, number>>> {
    return this.database.read((reader) => this.rows.rowsByTable(reader));
  }
}

function versions(): HealthView['versions'] {
  return {
    software: SOFTWARE_VERSION,
    node: process.versions.node,
    protocol: PROTOCOL_VERSION,
    platform: `${process.platform} ${process.arch}`,
  };
}

function processNow(): HealthView['process'] {
  const { rss, heapUsed } = process.memoryUsage();
  return {
    cpus: availableParallelism(),
    memoryBytes: rss,
    heapBytes: heapUsed,
    heapLimitBytes: getHeapStatistics().heap_size_limit,
  };
}

async function diskOf(folder: string): Promise<HealthView['disk']> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}
