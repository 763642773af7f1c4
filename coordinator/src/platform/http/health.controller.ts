import { Controller, Res } from '@nestjs/common';
import type { Response } from 'express';
import { z } from 'zod';
import { Health, type Readiness } from '../health.js';
import { Route } from './route.js';

const readiness = z.object({ ready: z.boolean(), checks: z.record(z.string(), z.boolean()) });

@Controller('health')
export class HealthController {
  constructor(private readonly health: Health) {}

  @Route({
    method: 'GET',
    path: 'live',
    permission: 'public',
    summary: 'Whether the process answers at all; it asks nothing of the database.',
    response: z.object({ live: z.literal(true) }),
  })
  live(): { live: true } {
    return { live: true };
  }

  @Route({
    method: 'GET',
    path: 'ready',
    permission: 'public',
    summary: 'Whether the coordinator can do its work; 503 if not.',
    response: readiness,
  })
  async ready(@Res({ passthrough: true }) response: Response): Promise<Readiness> {
    const result = await this.health.readiness();
    response.status(result.ready ? 200 : 503);
    return result;
  }
}
