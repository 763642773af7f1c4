/** The page on which people sign in; its scripts and its style stand in `public/` beside the sources. */
import { Controller, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { publicFile } from '../platform/http/public-file.js';
import { Route } from '../platform/http/route.js';
import { sayLanguage } from '../platform/pages/page-language.js';
import { loginPage } from './login-page.js';

@Controller()
export class LoginPageController {
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
  page(@Req() request: Request, @Res({ passthrough: true }) response: Response): string {
    return loginPage(sayLanguage(request, response));
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
