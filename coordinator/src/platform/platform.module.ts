/** What every module stands on: log, clock, metrics, health, routes, jobs, timers, outbox. */
import { Inject, Module, type DynamicModule, type OnModuleInit } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, DiscoveryModule } from '@nestjs/core';
import { Database } from '../database/database.js';
import { Clock, SystemClock } from './clock.js';
import { watchDatabase } from './database-watch.js';
import { Health } from './health.js';
import { Authenticators } from './http/actor.js';
import { HealthController } from './http/health.controller.js';
import { LimitsGuard } from './http/limits-guard.js';
import { RequestLimits } from './http/limits.js';
import { MetricsController } from './http/metrics.controller.js';
import { OpenApiController } from './http/openapi.controller.js';
import { ProblemFilter } from './http/problem-filter.js';
import { RefusalInterceptor } from './http/refusal-interceptor.js';
import { Refusals } from './http/refusals.js';
import { RouteGuard } from './http/route-guard.js';
import { RouteTable } from './http/route-table.js';
import { StudyReach } from './http/study-reach.js';
import { JobRepository } from './jobs/job.repository.js';
import { JobRunner } from './jobs/job-runner.js';
import { Log } from './logging/log.js';
import { Metrics } from './metrics.js';
import { OutboxRepository } from './outbox/outbox.repository.js';
import { TimerDriver } from './timers/timer-driver.js';
import { TimerRepository } from './timers/timer.repository.js';

const SERVICES = [
  Clock,
  Log,
  Metrics,
  Health,
  Authenticators,
  StudyReach,
  RouteTable,
  JobRepository,
  JobRunner,
  TimerRepository,
  TimerDriver,
  OutboxRepository,
  RequestLimits,
  Refusals,
];

@Module({})
export class PlatformModule implements OnModuleInit {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(Log) private readonly log: Log,
    @Inject(Health) private readonly health: Health,
  ) {}

  /** @param clock the system's if not given. */
  static with(log: Log, clock: Clock = new SystemClock()): DynamicModule {
    return {
      module: PlatformModule,
      global: true,
      imports: [DiscoveryModule],
      controllers: [HealthController, MetricsController, OpenApiController],
      providers: [
        { provide: Log, useValue: log },
        { provide: Clock, useValue: clock },
        Metrics,
        { provide: Health, inject: [Log], useFactory: (target: Log) => new Health(target) },
        Authenticators,
        StudyReach,
        RouteTable,
        JobRepository,
        JobRunner,
        TimerRepository,
        TimerDriver,
        OutboxRepository,
        RequestLimits,
        Refusals,
        // In this order: a limit by account needs to know who asks.
        { provide: APP_GUARD, useClass: RouteGuard },
        { provide: APP_GUARD, useClass: LimitsGuard },
        { provide: APP_INTERCEPTOR, useClass: RefusalInterceptor },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
      exports: SERVICES,
    };
  }

  onModuleInit(): void {
    watchDatabase(this.database, this.metrics, this.log);
    this.health.add('database', () => this.database.ping());
  }
}
