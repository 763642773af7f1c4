import { Controller, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Metrics } from '../metrics.js';
import { Route } from './route.js';

@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Route({
    method: 'GET',
    path: '',
    permission: 'health.read',
    summary: 'Counters in the text format of Prometheus.',
    response: 'text/plain',
  })
  async read(@Res({ passthrough: true }) response: Response): Promise<string> {
    response.type(this.metrics.contentType);
    return this.metrics.text();
  }
}
