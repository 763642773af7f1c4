/** The sites' sockets: handshake, channel, delivery. */
import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { BlobsModule } from '../blobs/blobs.module.js';
import { EvaluationsModule } from '../evaluations/evaluations.module.js';
import { RoundsModule } from '../rounds/rounds.module.js';
import { SitesModule } from '../sites/sites.module.js';
import { StudiesModule } from '../studies/studies.module.js';
import { HandshakeController } from './handshake.controller.js';
import { HandshakeService } from './handshake.service.js';
import { OwedMessages } from './owed-messages.js';
import { Presence } from './presence.js';
import { Reauthentication } from './reauthentication.js';
import { RoundRequests } from './round-requests.js';
import { SiteAnswers } from './site-answers.js';
import { SiteGateway } from './site-gateway.js';
import { SiteProblems } from './site-problems.js';
import { SiteQuotas } from './site-quotas.js';
import { SiteReading } from './site-reading.js';
import { SiteRequests } from './site-requests.js';
import { Strangers } from './strangers.js';

@Module({
  imports: [AuditModule, BlobsModule, EvaluationsModule, RoundsModule, SitesModule, StudiesModule],
  controllers: [HandshakeController],
  providers: [
    HandshakeService,
    OwedMessages,
    Presence,
    Reauthentication,
    SiteAnswers,
    SiteGateway,
    SiteProblems,
    SiteQuotas,
    SiteReading,
    RoundRequests,
    SiteRequests,
    Strangers,
  ],
})
export class GatewayModule {}
