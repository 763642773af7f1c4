/** As much of a browser as a way through redirects and cookies needs; where a real one is at stake, Chromium is used. */

export interface Page {
  readonly url: string;
  readonly status: number;
  readonly text: string;
}

export class CookieBrowser {
  /** By host name, as browsers do: a port makes no other site. */
  private readonly jars = new Map<string, Map<string, string>>();
  /** Every address that was asked, in order. */
  readonly visited: string[] = [];

  /** Follows redirects until there is a page. */
  async open(address: string, init: RequestInit = {}): Promise<Page> {
    let url = address;
    let request = init;
    for (;;) {
      this.visited.push(url);
      const response = await fetch(url, {
        ...request,
        headers: this.headers(url, request),
        redirect: 'manual',
      });
      this.keep(url, response);
      const location = response.headers.get('location');
      if (location === null) {
        return { url, status: response.status, text: await response.text() };
      }
      await response.arrayBuffer();
      url = new URL(location, url).href;
      request = {};
    }
  }

  /** As a script of a page of the same origin does it. */
  async ask(method: string, address: string, body?: object): Promise<Page> {
    const { origin } = new URL(address);
    return this.open(address, {
      method,
      headers: { origin, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  cookie(host: string, name: string): string | undefined {
    return this.jars.get(host)?.get(name);
  }

  private headers(url: string, { headers }: RequestInit): Headers {
    const sent = new Headers(headers);
    const jar = this.jars.get(new URL(url).hostname) ?? new Map<string, string>();
    if (jar.size > 0) {
      sent.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '));
    }
    return sent;
  }

  private keep(url: string, response: Response): void {
    const { hostname } = new URL(url);
    const jar = this.jars.get(hostname) ?? new Map<string, string>();
    this.jars.set(hostname, jar);
    for (const text of response.headers.getSetCookie()) {
      const [pair = ''] = text.split(';');
      const i = pair.indexOf('=');
      const isGone = /expires=Thu, 01 Jan 1970/i.test(text);
      if (isGone) {
        jar.delete(pair.slice(0, i));
      } else {
        jar.set(pair.slice(0, i), pair.slice(i + 1));
      }
    }
  }
}
