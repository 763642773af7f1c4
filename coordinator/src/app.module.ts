/**
 * The coordinator, as a map: each module with what it is for, in the order in which they build on one another. A module may
 * import those above it and no other (`.dependency-cruiser.cjs` holds the same table). What happens in a round is told by
 * `rounds/`, every word of a site comes in through `gateway/`, and every change that matters ends as a leaf in `audit/`.
 */
import { Module, type DynamicModule } from '@nestjs/common';
import { actTables } from './acts/act-tables.js';
import { ActsModule } from './acts/acts.module.js';
import { AuditModule } from './audit/audit.module.js';
import { auditTables } from './audit/audit-tables.js';
import { BlobsModule } from './blobs/blobs.module.js';
import { BundlesModule } from './bundles/bundles.module.js';
import { ConfigModule } from './config/config.module.js';
import type { CoordinatorConfig } from './config/config-schema.js';
import type { CoordinatorKeys } from './config/coordinator-keys.js';
import { ConsoleModule } from './console/console.module.js';
import { DatabaseModule } from './database/database.module.js';
import type { Tables } from './database/tables.js';
import { EvaluationsModule } from './evaluations/evaluations.module.js';
import { evaluationTables } from './evaluations/evaluation-tables.js';
import { GatewayModule } from './gateway/gateway.module.js';
import { HealthModule } from './health/health.module.js';
import { ModelsModule } from './models/models.module.js';
import { modelTables } from './models/model-tables.js';
import { OperatorsModule } from './operators/operators.module.js';
import { operatorTables } from './operators/operator-tables.js';
import type { Clock } from './platform/clock.js';
import type { Log } from './platform/logging/log.js';
import { PlatformModule } from './platform/platform.module.js';
import { platformTables } from './platform/platform-tables.js';
import { RoundsModule } from './rounds/rounds.module.js';
import { roundTables } from './rounds/round-tables.js';
import { SitesModule } from './sites/sites.module.js';
import { siteTables } from './sites/site-tables.js';
import { StudiesModule } from './studies/studies.module.js';
import { studyTables } from './studies/study-tables.js';
import { TrackingModule } from './tracking/tracking.module.js';
import { UpdatesModule } from './updates/updates.module.js';

export interface AppParts {
  readonly config: CoordinatorConfig;
  readonly keys: CoordinatorKeys;
  readonly log: Log;
  /** The system's if not given. */
  readonly clock?: Clock;
}

/** Everything that is kept as rows. `migrate` and `serve` bring exactly these tables up to date. */
export const TABLES: readonly Tables[] = [
  platformTables, //   jobs, timers, messages owed to sites
  auditTables, //      leaves and checkpoints of the log
  operatorTables, //   people: accounts, tokens, sessions, passkeys
  siteTables, //       invites, enrolled sites
  modelTables, //      backbones, adapter checkpoints
  studyTables, //      studies, joins, rosters
  actTables, //        people's keys and what they signed
  evaluationTables, // what sites measured
  roundTables, //      attempts and what each site said in them
];

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
