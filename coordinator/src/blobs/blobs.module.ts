/** Where blobs live: the local disk. */
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { CONFIG } from '../config/config.module.js';
import type { CoordinatorConfig } from '../config/config-schema.js';
import { BlobStore } from './blob-store.js';
import { LocalBlobStore } from './blob-store.local.js';

@Module({
  providers: [
    {
      provide: BlobStore,
      inject: [CONFIG],
      useFactory: ({ dataFolder }: CoordinatorConfig) =>
        LocalBlobStore.open(join(dataFolder, 'blobs')),
    },
  ],
  exports: [BlobStore],
})
export class BlobsModule {}
