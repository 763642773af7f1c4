/** What sites measured of adapter checkpoints. */
import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ModelsModule } from '../models/models.module.js';
import { StudiesModule } from '../studies/studies.module.js';
import { EvaluationRepository } from './evaluation.repository.js';
import { EvaluationsController } from './evaluations.controller.js';
import { EvaluationsService } from './evaluations.service.js';

@Module({
  imports: [AuditModule, ModelsModule, StudiesModule],
  controllers: [EvaluationsController],
  providers: [EvaluationRepository, EvaluationsService],
  exports: [EvaluationsService],
})
export class EvaluationsModule {}
