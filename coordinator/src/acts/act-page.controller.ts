/** The page on which people sign acts with a passkey; its scripts stand in `public/` beside the sources. */
import { Controller, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { publicFile } from '../platform/http/public-file.js';
import { Route } from '../platform/http/route.js';
import { sayLanguage } from '../platform/pages/page-language.js';
import { actPage } from './act-page.js';

@Controller()
export class ActPageController {
  private readonly script = publicFile('act.mjs');
  private readonly signing = publicFile('signing.mjs');

  @Route({
    method: 'GET',
    path: 'act',
    permission: 'public',
    summary: 'The page on which people sign acts with a passkey.',
    response: 'text/html',
  })
  page(@Req() request: Request, @Res({ passthrough: true }) response: Response): string {
    return actPage(sayLanguage(request, response));
  }

  @Route({
    method: 'GET',
    path: 'act.mjs',
    permission: 'public',
    summary: 'What that page does.',
    response: 'text/javascript',
  })
  module(): string {
    return this.script;
  }

  @Route({
    method: 'GET',
    path: 'signing.mjs',
    permission: 'public',
    summary: 'How that page has a document signed.',
    response: 'text/javascript',
  })
  signingModule(): string {
    return this.signing;
  }
}
