import { Readable } from 'node:stream';
import { Controller, StreamableFile } from '@nestjs/common';
import type { Signed } from '@consilium/shared/crypto';
import {
  contentHashSchema,
  signedBundleIndexSchema,
  studyIdSchema,
  type BundleIndex,
} from '@consilium/shared/protocol';
import { z } from 'zod';
import { Route } from '../platform/http/route.js';
import { RouteParams, RouteQuery } from '../platform/http/route-input.js';
import { BundleFilesService } from './bundle-files.service.js';
import { BundlesService } from './bundles.service.js';

const ofStudy = z.strictObject({ studyId: studyIdSchema });
const fileQuery = z.strictObject({
  path: z.string().min(1).max(200),
  bundle: contentHashSchema.optional(),
});

@Controller('v1/studies/:studyId/bundle')
export class BundlesController {
  constructor(
    private readonly bundles: BundlesService,
    private readonly files: BundleFilesService,
  ) {}

  @Route({
    method: 'GET',
    path: '',
    permission: 'evidence.export',
    summary:
      'Makes an evidence bundle and gives its signed index; the export is recorded in the log.',
    params: ofStudy,
    response: z.object({ index: signedBundleIndexSchema }),
  })
  async make(
    @RouteParams() { studyId }: z.infer<typeof ofStudy>,
  ): Promise<{ index: Signed<BundleIndex> }> {
    return { index: await this.bundles.make(studyId) };
  }

  @Route({
    method: 'GET',
    path: 'file',
    permission: 'evidence.export',
    summary:
      'One file of a bundle made within the last hour: of the one whose index has the given hash, else of the newest.',
    params: ofStudy,
    query: fileQuery,
    response: 'application/octet-stream',
  })
  async file(
    @RouteParams() { studyId }: z.infer<typeof ofStudy>,
    @RouteQuery() query: z.infer<typeof fileQuery>,
  ): Promise<StreamableFile> {
    const { content, bytes } = await this.files.open(studyId, query);
    return new StreamableFile(Readable.from(content, { objectMode: false }), {
      type: 'application/octet-stream',
      length: bytes,
    });
  }
}
