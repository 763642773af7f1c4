/** The page on which people sign in; its files stand in `public/` beside the sources. */
import { readFileSync } from 'node:fs';
import { Controller } from '@nestjs/common';
import { Route } from '../platform/http/route.js';

const fileOf = (name: string): string =>
  readFileSync(new URL(`../../public/${name}`, import.meta.url), 'utf8');

@Controller()
export class LoginPageController {
  private readonly html = fileOf('login.html');
  private readonly style = fileOf('login.css');
  private readonly script = fileOf('login.mjs');
  private readonly common = fileOf('page.mjs');

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
