/** Opens the database before anything that needs it is made, and closes it after everything else has stopped. */
import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG } from '../config/config.module.js';
import type { CoordinatorConfig } from '../config/config-schema.js';
import { databaseLocation } from './data-source.js';
import { Database } from './database.js';
import type { Tables } from './tables.js';

@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** @param tables of every module that keeps rows; app.module.ts lists them. */
  static with(tables: readonly Tables[]): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      providers: [
        {
          provide: Database,
          inject: [CONFIG],
          useFactory: (config: CoordinatorConfig) =>
            Database.open({ location: databaseLocation(config), tables }),
        },
      ],
      exports: [Database],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
  }
}
