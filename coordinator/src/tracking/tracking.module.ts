/** What others are told of the work of the coordinator: metrics for Prometheus, traces for a collector that was configured. */
import { Module } from '@nestjs/common';
import { RoundsModule } from '../rounds/rounds.module.js';
import { SitesModule } from '../sites/sites.module.js';
import { StudiesModule } from '../studies/studies.module.js';
import { EndedRounds } from './ended-rounds.service.js';
import { RoundMetrics } from './round-metrics.js';
import { StandingMetrics } from './standing-metrics.js';
import { RoundTraces } from './traces/round-traces.js';

@Module({
  imports: [RoundsModule, SitesModule, StudiesModule],
  providers: [EndedRounds, RoundMetrics, RoundTraces, StandingMetrics],
})
export class TrackingModule {}
