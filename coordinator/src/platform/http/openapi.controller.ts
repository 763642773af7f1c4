import { Controller } from '@nestjs/common';
import { z } from 'zod';
import { SOFTWARE_VERSION } from '../software-version.js';
import { openApiDocument, type OpenApiDocument } from './openapi.js';
import { RouteTable } from './route-table.js';
import { Route } from './route.js';

@Controller('openapi.json')
export class OpenApiController {
  constructor(private readonly table: RouteTable) {}

  @Route({
    method: 'GET',
    path: '',
    permission: 'public',
    summary: 'This document.',
    response: z.looseObject({ openapi: z.string() }),
  })
  read(): OpenApiDocument {
    return openApiDocument(this.table.routes, SOFTWARE_VERSION);
  }
}
