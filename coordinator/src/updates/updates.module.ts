/** Updates on disk, encrypted or masked, chunk by chunk, until their attempt ends. */
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { CONFIG } from '../config/config.module.js';
import type { CoordinatorConfig } from '../config/config-schema.js';
import { ChunkStore } from './chunk-store.js';
import { UploadsService } from './uploads.service.js';

@Module({
  providers: [
    {
      provide: ChunkStore,
      inject: [CONFIG],
      useFactory: ({ dataFolder }: CoordinatorConfig) =>
        new ChunkStore(join(dataFolder, 'uploads')),
    },
    UploadsService,
  ],
  exports: [UploadsService],
})
export class UpdatesModule {}
