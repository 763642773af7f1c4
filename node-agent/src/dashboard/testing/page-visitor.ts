/** A page over a home folder, and a visitor who sends what a browser would: cookies, Origin, forms. */
import type { AgentFixture } from '../../participation/testing/agent-fixture.js';
import { createLogger, type Logger } from '../../telemetry/logger.js';
import { parseAgentConfig } from '../../config/agent-config.js';
import { openDashboard, type Dashboard } from '../dashboard.js';
import { LiveSite } from '../live-site.js';
import { makeOneTimeLogin } from '../login/one-time-login.js';

export const PASSWORD = 'twelve letters, and more';

export interface Asked {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>>;
}

export class PageVisitor {
  private readonly cookies = new Map<string, string>();

  private constructor(
    readonly fixture: AgentFixture,
    readonly live: LiveSite,
    private readonly dashboard: Dashboard,
  ) {}

  /** @param own where the pictures of the study lie, and who hears what the page logs */
  static async open(
    fixture: AgentFixture,
    { data = 'data', logger = createLogger('silent') }: { data?: string; logger?: Logger } = {},
  ): Promise<PageVisitor> {
    const live = new LiveSite(Date.now);
    const config = parseAgentConfig(
      `coordinator: http://127.0.0.1:1\ndashboard: { port: 0 }\nstudies: [{ study: cells, data: "${data}", backbone: backbone }]\n`,
    );
    const opened = await openDashboard({
      home: fixture.home,
      config,
      siteId: fixture.siteId,
      live,
      logger,
      now: Date.now,
    });
    if (opened.kind === 'taken') {
      throw new Error(`port ${opened.port} is taken`);
    }
    return new PageVisitor(fixture, live, opened.dashboard);
  }

  get url(): string {
    return this.dashboard.url;
  }

  /** As a browser that is on this page asks. */
  async ask(path: string, { method = 'GET', headers = {}, form }: Asked = {}): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(this.url + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(cookie === '' ? {} : { cookie }),
        ...(method === 'POST' ? { origin: this.url } : {}),
        ...headers,
      },
      ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=');
      this.cookies.set(name, value);
    }
    return response;
  }

  async text(path: string): Promise<string> {
    return (await this.ask(path)).text();
  }

  /** With a one-time login of the terminal. */
  async signInFirst(): Promise<Response> {
    const code = await makeOneTimeLogin(this.fixture.home, Date.now());
    const form = { code, password: PASSWORD, again: PASSWORD };
    return this.ask('/login/first', { method: 'POST', form });
  }

  /** Presses a button of a page: with the form token that stands there. */
  async press(page: string, action: string, fields: Readonly<Record<string, string>> = {}) {
    const token = /name="form" value="([^"]+)"/.exec(await this.text(page))?.[1] ?? '';
    return this.ask(action, { method: 'POST', form: { form: token, ...fields } });
  }

  /** The page in another language from now on. */
  speak(language: 'en' | 'de'): Promise<Response> {
    return this.ask(`/language?to=${language}&back=/`);
  }

  close(): Promise<void> {
    return this.dashboard.close();
  }
}
