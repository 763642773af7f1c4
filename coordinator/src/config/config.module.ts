/** Gives the parsed configuration and the keys to every other module. */
import { Module, type DynamicModule } from '@nestjs/common';
import type { CoordinatorConfig } from './config-schema.js';
import { CoordinatorKeys } from './coordinator-keys.js';

/** Inject with `@Inject(CONFIG) private readonly config: CoordinatorConfig`. */
export const CONFIG = Symbol('CoordinatorConfig');

@Module({})
export class ConfigModule {
  static with(config: CoordinatorConfig, keys: CoordinatorKeys): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: CoordinatorKeys, useValue: keys },
      ],
      exports: [CONFIG, CoordinatorKeys],
    };
  }
}
