/** Backbones and the adapter checkpoints of studies. */
import { Module } from '@nestjs/common';
import { AdapterCheckpointsService } from './adapter-checkpoints.service.js';
import { BackbonesService } from './backbones.service.js';
import { ModelsController } from './models.controller.js';
import { ModelsRepository } from './models.repository.js';

@Module({
  controllers: [ModelsController],
  providers: [ModelsRepository, BackbonesService, AdapterCheckpointsService],
  exports: [BackbonesService, AdapterCheckpointsService],
})
export class ModelsModule {}
