/**
 * Answers the requests of the agent page. Each goes through the same checks, in this order: Host and origin, rate, session, form
 * token; only then a route sees it.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isConsiliumError } from '@consilium/shared/vocabulary';
import { errorFields } from '../telemetry/logger.js';
import { redirect, writeAnswer, type Written } from './answers.js';
import { html, type Html } from './html.js';
import { Allowance } from './login/allowance.js';
import { Entrance, type Entered } from './login/entrance.js';
import { hasPassword } from './login/password.js';
import { isFormToken, type Session } from './login/sessions.js';
import { documentText, type Frame } from './pages/layout.js';
import { firstLoginForm, signInForm } from './pages/login-page.js';
import { partsOf, routesOf, type Route } from './pages/routes.js';
import type { Answer, PageSite } from './page-site.js';
import type { PublicFile } from './public-files.js';
import { readForm } from './request-body.js';
import { cookieOf, refusedBecause } from './request-checks.js';
import { SiteStudies } from './site-studies.js';
import { isLanguage, languageOf, wordsOf } from './words/languages.js';
import type { Words } from './words/english.js';

/** A page with its script, stylesheet and a live part every two seconds, in several windows. */
const REQUESTS = { atOnce: 200, aSecond: 50 };

/** No `Secure`: the page is served over http, on the loopback interface alone. */
const COOKIE = 'Path=/; HttpOnly; SameSite=Strict';
const TEXT = 'text/plain; charset=utf-8';
/** Only the path and the query of what is asked for count. */
const BASE = 'http://127.0.0.1';
const YEAR_S = 31_536_000;

/** One request, read. */
interface Request {
  readonly message: IncomingMessage;
  readonly url: URL;
  readonly frame: Frame;
  readonly token: string | undefined;
}

export class PageServer {
  private readonly entrance: Entrance;
  private readonly requests: Allowance;
  private readonly routes: readonly Route[];

  /** @param port that is listened on, known once it is. */
  constructor(
    private readonly site: PageSite,
    private readonly files: ReadonlyMap<string, PublicFile>,
    private readonly port: () => number,
  ) {
    this.entrance = new Entrance(site.home, site.now);
    this.requests = new Allowance(REQUESTS, site.now);
    this.routes = routesOf(new SiteStudies(site.home));
  }

  /** Never rejects: what nobody planned for is a line of the log and a page that says so. */
  async handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const written = await this.writtenFor(message);
    writeAnswer(response, written, message.method === 'HEAD');
  }

  private async writtenFor(message: IncomingMessage): Promise<Written> {
    const reason = refusedBecause(message.method, message.headers, this.port());
    const path = message.url ?? '/';
    const url = URL.canParse(path, BASE) ? new URL(path, BASE) : undefined;
    if (reason !== undefined || url === undefined) {
      // Whoever comes by another name or from another site learns nothing of this one.
      const { refused } = wordsOf(languageOf(undefined, message.headers['accept-language']));
      return { status: 403, type: TEXT, body: `${refused[reason ?? 'not-found']}\n` };
    }
    const request = this.read(message, url);
    const { frame } = request;
    try {
      return await this.answer(request);
    } catch (error) {
      if (isConsiliumError(error) && error.code !== 'internal') {
        const status = error.code === 'not-found' ? 404 : 409;
        return page(frame, status, frame.words.refused.title, error.message);
      }
      this.site.logger.error(errorFields(error), 'the agent page could not answer');
      const { title, fault } = frame.words.refused;
      return page(frame, 500, title, fault);
    }
  }

  private read(message: IncomingMessage, url: URL): Request {
    const { headers } = message;
    const language = languageOf(
      cookieOf(headers, this.cookieName('language')),
      headers['accept-language'],
    );
    const token = cookieOf(headers, this.cookieName('session'));
    const frame: Frame = {
      language,
      words: wordsOf(language),
      path: url.pathname,
      siteName: this.site.siteId,
      session: this.entrance.sessions.find(token),
      nowMs: this.site.now(),
    };
    return { message, url, frame, token };
  }

  private async answer(request: Request): Promise<Written> {
    const { url, frame } = request;
    const { refused } = frame.words;
    const waitS = this.requests.take();
    if (waitS > 0) {
      const written = page(frame, 429, refused.title, refused['too-many']);
      return { ...written, headers: { 'retry-after': String(waitS) } };
    }
    const file = this.files.get(url.pathname);
    if (file !== undefined) {
      return { status: 200, type: file.type, body: file.bytes };
    }
    return this.entry(request) ?? (await this.inside(request));
  }

  /** What needs no session. */
  private entry(request: Request): Promise<Written> | Written | undefined {
    const { message, url, frame } = request;
    const isPost = message.method === 'POST';
    switch (url.pathname) {
      case '/language':
        return isPost ? undefined : this.language(url);
      case '/login':
        return isPost
          ? this.enter(request, (form) => this.entrance.signIn(form, frame.words), signInForm)
          : this.signInPage(frame);
      case '/login/first': {
        const form = (words: Words, fault: string | undefined) =>
          firstLoginForm(words, this.command(), fault);
        return isPost
          ? this.enter(request, (given) => this.entrance.setFirst(given, frame.words), form)
          : page(frame, 200, frame.words.login.firstTitle, form(frame.words, undefined));
      }
      default:
        return undefined;
    }
  }

  private async signInPage(frame: Frame): Promise<Written> {
    return (await hasPassword(this.site.home))
      ? page(frame, 200, frame.words.login.title, signInForm(frame.words, undefined))
      : redirect('/login/first');
  }

  private async enter(
    { message, frame, url }: Request,
    attempt: (form: URLSearchParams) => Promise<Entered>,
    again: (words: Words, fault: string) => Html,
  ): Promise<Written> {
    const entered = await attempt(await readForm(message));
    if (entered.kind === 'in') {
      return redirect('/', [`${this.cookieName('session')}=${entered.token}; ${COOKIE}`]);
    }
    const { login } = frame.words;
    const title = url.pathname === '/login' ? login.title : login.firstTitle;
    return page(frame, entered.status, title, again(frame.words, entered.fault));
  }

  /** Only to a path of this page: a browser reads `//host` as another host. */
  private language(url: URL): Written {
    const to = url.searchParams.get('to') ?? undefined;
    const back = url.searchParams.get('back') ?? '/';
    const isOwn = /^\/(?![/\\])/.test(back);
    const name = this.cookieName('language');
    const cookies = isLanguage(to) ? [`${name}=${to}; ${COOKIE}; Max-Age=${YEAR_S}`] : [];
    return redirect(isOwn ? back : '/', cookies);
  }

  private async inside(request: Request): Promise<Written> {
    const { message, url, frame, token } = request;
    const { session } = frame;
    if (session === undefined) {
      return url.searchParams.has('part') ? { status: 401, type: TEXT } : redirect('/login');
    }
    const form = message.method === 'POST' ? await readForm(message) : new URLSearchParams();
    if (message.method === 'POST' && !isFormToken(session, form.get('form'))) {
      return page(frame, 403, frame.words.refused.title, frame.words.refused['stale-form']);
    }
    if (message.method === 'POST' && url.pathname === '/sign-out') {
      this.entrance.sessions.end(token);
      return redirect('/login', [`${this.cookieName('session')}=; ${COOKIE}; Max-Age=0`]);
    }
    const answer = await this.route(request, session, form);
    return answer === undefined
      ? page(frame, 404, frame.words.refused.title, frame.words.refused['not-found'])
      : writtenOf(answer, frame, url.searchParams.get('part') === 'live');
  }

  private route(
    { message, url, frame }: Request,
    session: Session,
    form: URLSearchParams,
  ): Promise<Answer> | undefined {
    const method = message.method === 'HEAD' ? 'GET' : message.method;
    const { language, words } = frame;
    for (const route of this.routes) {
      const parts = route.method === method ? partsOf(route, url.pathname) : undefined;
      if (parts !== undefined) {
        const query = url.searchParams;
        return route.answer({ site: this.site, session, language, words, parts, query, form });
      }
    }
    return undefined;
  }

  private command(): string {
    return `consilium-agent dashboard --home ${this.site.home.folder}`;
  }

  /** Cookies of 127.0.0.1 are shared by all ports, so agents of one machine name theirs apart. */
  private cookieName(what: 'session' | 'language'): string {
    return `consilium-agent-${this.port()}-${what}`;
  }
}

function writtenOf(answer: Answer, frame: Frame, isPart: boolean): Written {
  switch (answer.kind) {
    case 'redirect':
      return redirect(answer.to);
    case 'file': {
      const { type, name, bytes } = answer;
      return {
        status: 200,
        type,
        body: bytes,
        headers: { 'content-disposition': `inline; filename="${name}"` },
      };
    }
    case 'page': {
      const { status = 200, title, body, live } = answer;
      return isPart && live !== undefined
        ? { status, body: live.text }
        : { status, body: documentText(frame, title, body, live) };
    }
  }
}

function page(frame: Frame, status: number, title: string, content: string | Html): Written {
  const body =
    typeof content === 'string'
      ? html`<p class="state">${content}</p>
          <p><a href="/">${frame.words.back}</a></p>`
      : content;
  return { status, body: documentText(frame, title, body) };
}
