import { Controller, StreamableFile } from '@nestjs/common';
import { studyIdSchema } from '@consilium/shared/protocol';
import { z } from 'zod';
import { Route } from '../platform/http/route.js';
import { RouteParams } from '../platform/http/route-input.js';
import { RoundHistoryService } from './round-history.service.js';
import { roundViewSchema, type RoundView } from './rounds-view.js';

const ofStudy = z.strictObject({ studyId: studyIdSchema });

@Controller('v1/studies/:studyId')
export class RoundsController {
  constructor(private readonly history: RoundHistoryService) {}

  @Route({
    method: 'GET',
    path: 'rounds',
    permission: 'rounds.read',
    summary: 'The rounds of a study with their attempts and what each site contributed.',
    params: ofStudy,
    response: z.array(roundViewSchema),
  })
  async rounds(@RouteParams() { studyId }: z.infer<typeof ofStudy>): Promise<RoundView[]> {
    return this.history.rounds(studyId);
  }

  @Route({
    method: 'GET',
    path: 'adapter',
    permission: 'adapters.export',
    summary:
      'The newest adapter checkpoint as a safetensors file; the export is recorded in the log.',
    params: ofStudy,
    response: 'application/octet-stream',
  })
  async adapter(@RouteParams() { studyId }: z.infer<typeof ofStudy>): Promise<StreamableFile> {
    const { bytes, roundNo } = await this.history.exportAdapter(studyId);
    return new StreamableFile(bytes, {
      type: 'application/octet-stream',
      disposition: `attachment; filename="${studyId}-${roundNo}.safetensors"`,
    });
  }
}
