import { Controller } from '@nestjs/common';
import type { Signed } from '@consilium/shared/crypto';
import { signedEvaluationSchema, studyIdSchema, type Evaluation } from '@consilium/shared/protocol';
import { z } from 'zod';
import { Route } from '../platform/http/route.js';
import { RouteParams } from '../platform/http/route-input.js';
import { EvaluationsService } from './evaluations.service.js';

const ofStudy = z.strictObject({ studyId: studyIdSchema });

@Controller('v1/studies/:studyId/evaluations')
export class EvaluationsController {
  constructor(private readonly evaluations: EvaluationsService) {}

  @Route({
    method: 'GET',
    path: '',
    permission: 'evaluations.read',
    summary: 'What the sites measured of the adapter checkpoints, as they signed it.',
    params: ofStudy,
    response: z.array(signedEvaluationSchema),
  })
  list(@RouteParams() { studyId }: z.infer<typeof ofStudy>): Promise<Signed<Evaluation>[]> {
    return this.evaluations.list(studyId);
  }
}
