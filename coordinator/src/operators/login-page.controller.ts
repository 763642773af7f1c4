/** The page on which people sign in; its files stand in `public/` beside the sources. */
import { Controller } from '@nestjs/common';
import { publicFile } from '../platform/http/public-file.js';
import { Route } from '../platform/http/route.js';

@Controller()
export class LoginPageController {
  private readonly html = publicFile('login.html');
  private readonly style = publicFile('login.css');
  private readonly script = publicFile('login.mjs');
  private readonly common = publicFile('page.mjs');

  @Route({
    method: 'GET',
    path: 'login',
    permission: 'public',
    summary: 'The page on which people sign in.',
    response: 'text/html',
  })
  page(): string {
    return this.html;
  }

  @Route({
    method: 'GET',
    path: 'login.css',
    permission: 'public',
    summary: 'How that page looks.',
    response: 'text/css',
  })
  css(): string {
    return this.style;
  }

  @Route({
    method: 'GET',
    path: 'login.mjs',
    permission: 'public',
    summary: 'What that page does.',
    response: 'text/javascript',
  })
  module(): string {
    return this.script;
  }

  @Route({
    method: 'GET',
    path: 'page.mjs',
    permission: 'public',
    summary: 'What all pages of people do.',
    response: 'text/javascript',
  })
  commonModule(): string {
    return this.common;
  }
}
