/** The page on which people sign acts with a passkey; its files stand in `public/` beside the sources. */
import { readFileSync } from 'node:fs';
import { Controller } from '@nestjs/common';
import { Route } from '../platform/http/route.js';

const fileOf = (name: string): string =>
  readFileSync(new URL(`../../public/${name}`, import.meta.url), 'utf8');

@Controller()
export class ActPageController {
  private readonly html = fileOf('act.html');
  private readonly script = fileOf('act.mjs');
  private readonly signing = fileOf('signing.mjs');

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
