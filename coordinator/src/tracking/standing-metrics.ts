/** What stands at the moment, for Prometheus: studies by phase, and sites, which are told apart by the id of their key and by no name. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Metrics } from '../platform/metrics.js';
import { LiveSites } from '../sites/live-sites.js';
import { SitesService } from '../sites/sites.service.js';
import { StudiesService } from '../studies/studies.service.js';

const PHASES = ['recruiting', 'running', 'completed', 'failed'] as const;

@Injectable()
export class StandingMetrics implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly sites: SitesService,
    private readonly live: LiveSites,
    private readonly studies: StudiesService,
  ) {}

  onModuleInit(): void {
    this.metrics.gauges(
      'site_connected',
      'Whether a site that is let in has an open connection; its label is the id of its key.',
      ['site'],
      async () =>
        (await this.sites.listActive()).map(({ siteId, keyId }) => ({
          labels: { site: keyId },
          value: this.live.of(siteId) === undefined ? 0 : 1,
        })),
    );
    this.metrics.gauges(
      'studies',
      'Studies by the phase that they are in.',
      ['phase'],
      async () => {
        const studies = await this.studies.list();
        return PHASES.map((phase) => ({
          labels: { phase },
          value: studies.filter((study) => study.phase === phase).length,
        }));
      },
    );
  }
}
