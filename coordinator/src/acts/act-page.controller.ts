/** The page on which people sign acts with a passkey; its files stand in `public/` beside the sources. */
import { Controller } from '@nestjs/common';
import { publicFile } from '../platform/http/public-file.js';
import { Route } from '../platform/http/route.js';

@Controller()
export class ActPageController {
  private readonly html = publicFile('act.html');
  private readonly script = publicFile('act.mjs');
  private readonly signing = publicFile('signing.mjs');

  @Route({
    method: 'GET',
    path: 'act',
    permission: 'public',
    summary: 'The page on which people sign acts with a passkey.',
    response: 'text/html',
  })
  page(): string {
    return this.html;
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
