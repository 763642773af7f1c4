/** How the coordinator is, for whoever keeps it; and what of that may be given to somebody who helps. */
import { Controller, Inject, Res } from '@nestjs/common';
import {
  healthViewSchema,
  logCheckSchema,
  supportBundleSchema,
  type HealthView,
  type LogCheck,
  type SupportBundle,
} from '@consilium/shared/answers';
import type { Response } from 'express';
import { CONFIG } from '../config/config.module.js';
import type { CoordinatorConfig } from '../config/config-schema.js';
import { Route } from '../platform/http/route.js';
import { HealthViews } from './health-view.service.js';
import { LogChecks } from './log-checks.service.js';
import { supportBundle } from './support-bundle.js';

/** Each walks the whole log. */
const CHECKS_PER_MINUTE = 12;

@Controller('v1/health')
export class HealthViewController {
  constructor(
    private readonly views: HealthViews,
    private readonly checks: LogChecks,
    @Inject(CONFIG) private readonly config: CoordinatorConfig,
  ) {}

  @Route({
    method: 'GET',
    path: '',
    permission: 'health.read',
    summary: 'Services, queue, database, disk, delays, versions, recent problems, the log.',
    response: healthViewSchema,
  })
  async show(): Promise<HealthView> {
    const { last: check } = this.checks;
    const log = { ...(await this.checks.sizes()), ...(check === undefined ? {} : { check }) };
    return { ...(await this.views.machine()), log };
  }

  @Route({
    method: 'POST',
    path: 'log-check',
    permission: 'health.read',
    summary: 'Hashes every leaf of the log again and compares with every signed checkpoint.',
    limit: { perMinute: CHECKS_PER_MINUTE, by: 'actor' },
    response: logCheckSchema,
  })
  check(): Promise<LogCheck> {
    return this.checks.check();
  }

  @Route({
    method: 'GET',
    path: 'support-bundle',
    permission: 'health.read',
    summary: 'The same for somebody who helps: no name, no secret, no text that somebody typed.',
    response: supportBundleSchema,
  })
  async bundle(@Res({ passthrough: true }) response: Response): Promise<SupportBundle> {
    response.setHeader('Content-Disposition', 'attachment; filename="consilium-support.json"');
    return supportBundle(await this.show(), await this.views.rowsByTable(), this.config);
  }
}
