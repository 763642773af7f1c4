/** The console's page and files. What it shows, it asks of the other routes, as the person who is signed in. */
import { Controller, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { Route } from '../platform/http/route.js';
import { ConsoleFiles } from './console-files.js';

const ONE_YEAR = 'public, max-age=31536000, immutable';
const ASK_AGAIN = 'no-cache';
/** Below it stand files, never pages. */
const ASSETS = 'assets/';

@Controller()
export class ConsoleController {
  constructor(private readonly files: ConsoleFiles) {}

  @Route({
    method: 'GET',
    path: '',
    permission: 'public',
    summary: 'Sends browsers to the console.',
    status: 302,
    response: 'text/html',
  })
  root(@Res({ passthrough: true }) response: Response): string {
    response.setHeader('Location', '/console/');
    return '<!doctype html><title>Consilium</title><a href="/console/">Consilium</a>';
  }

  @Route({
    method: 'GET',
    path: 'console',
    permission: 'public',
    summary: 'The page of the console.',
    response: 'text/html',
  })
  async page(@Res() response: Response): Promise<void> {
    const { html, contentSecurityPolicy } = await this.files.page();
    response.setHeader('Content-Security-Policy', contentSecurityPolicy);
    response.setHeader('Cache-Control', 'no-store');
    response.type('html').send(html);
  }

  @Route({
    method: 'GET',
    path: 'console/*path',
    permission: 'public',
    summary: 'A file of the console, or the page for every path that is none.',
    response: 'text/html',
  })
  async below(@Req() request: Request, @Res() response: Response): Promise<void> {
    const path = request.path.replace(/^\/console\//, '');
    const file = await this.files.file(path);
    if (file === undefined) {
      if (path.startsWith(ASSETS)) {
        throw new ConsiliumError('not-found', 'the console has no such file: load the page again');
      }
      await this.page(response);
      return;
    }
    response.setHeader('Content-Type', file.mediaType);
    response.setHeader('Cache-Control', file.isHashed ? ONE_YEAR : ASK_AGAIN);
    response.setHeader('Vary', 'Accept-Encoding');
    if (request.acceptsEncodings('gzip') === 'gzip') {
      response.setHeader('Content-Encoding', 'gzip');
      response.end(file.gzipped);
    } else {
      response.end(file.bytes);
    }
  }
}
