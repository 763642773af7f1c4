/** What people sign of studies, with keys of their own. */
import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ModelsModule } from '../models/models.module.js';
import { PasskeyRemovalsModule } from '../operators/passkey-removals.js';
import { StudiesModule } from '../studies/studies.module.js';
import { ActPageController } from './act-page.controller.js';
import { ActSubjects } from './act-subjects.js';
import { ActsController } from './acts.controller.js';
import { ActsRepository } from './acts.repository.js';
import { ActsService } from './acts.service.js';
import { PersonKeysController } from './person-keys.controller.js';
import { PersonKeys } from './person-keys.service.js';
import { SigningRequests } from './signing-requests.js';

@Module({
  imports: [AuditModule, PasskeyRemovalsModule, ModelsModule, StudiesModule],
  controllers: [ActsController, PersonKeysController, ActPageController],
  providers: [ActsRepository, SigningRequests, PersonKeys, ActSubjects, ActsService],
  exports: [ActsService],
})
export class ActsModule {}
