/**
 * The coordinator, as a map: each module with what it is for, in the order in which they build on one another. A module may
 * import those above it and no other (`.dependency-cruiser.cjs` holds the same table). What happens in a round is told by
 * `rounds/`, every word of a site comes in through `gateway/`, and every change that matters ends as a leaf in `audit/`.
 */
import { Module, type DynamicModule } from '@nestjs/common';
import { ActsModule } from './acts/acts.module.js';
import { AuditModule } from './audit/audit.module.js';
import { BlobsModule } from './blobs/blobs.module.js';
import { BundlesModule } from './bundles/bundles.module.js';
import { ConfigModule } from './config/config.module.js';
import type { CoordinatorConfig } from './config/config-schema.js';
import type { CoordinatorKeys } from './config/coordinator-keys.js';
import { ConsoleModule } from './console/console.module.js';
import { DatabaseModule } from './database/database.module.js';
import { EvaluationsModule } from './evaluations/evaluations.module.js';
import { GatewayModule } from './gateway/gateway.module.js';
import { HealthModule } from './health/health.module.js';
import { ModelsModule } from './models/models.module.js';
import { OperatorsModule } from './operators/operators.module.js';
import type { Clock } from './platform/clock.js';
import type { Log } from './platform/logging/log.js';
import { PlatformModule } from './platform/platform.module.js';
import { RoundsModule } from './rounds/rounds.module.js';
import { SitesModule } from './sites/sites.module.js';
import { StudiesModule } from './studies/studies.module.js';
import { TABLES } from './all-tables.js';
import { TrackingModule } from './tracking/tracking.module.js';
import { UpdatesModule } from './updates/updates.module.js';

export interface AppParts {
  readonly config: CoordinatorConfig;
  readonly keys: CoordinatorKeys;
  readonly log: Log;
  /** The system's if not given. */
  readonly clock?: Clock;
}

@Module({})
export class AppModule {
  static with({ config, keys, log, clock }: AppParts): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(config, keys), //   settings and the coordinator's own keys
        DatabaseModule.with(TABLES), //       the one door to the rows, one transaction at a time
        PlatformModule.with(log, clock), //   routes, jobs, timers, outbox, metrics, health
        AuditModule, //                       the log: append in the change's transaction, sign, prove
        OperatorsModule, //                   people: accounts, roles, what proves who they are
        SitesModule, //                       hospitals: invited, enrolled, known by key
        BlobsModule, //                       bytes named by their hash
        ModelsModule, //                      backbones and adapter checkpoints
        StudiesModule, //                     study protocols, who takes part, start and end
        ActsModule, //                        what people sign of a study, with keys of their own
        UpdatesModule, //                     encrypted updates on disk, chunk by chunk
        EvaluationsModule, //                 measurements that sites report
        RoundsModule, //                      attempts from manifest to result; aggregation/ sums for it
        GatewayModule, //                     the sites' sockets: handshake, channel, delivery
        BundlesModule, //                     evidence for auditors
        TrackingModule, //                    metrics and traces of rounds, for programs that watch
        HealthModule, //                      how it is itself, and what of that may leave the house
        ConsoleModule, //                     what people see of all that in their browser
      ],
    };
  }
}
