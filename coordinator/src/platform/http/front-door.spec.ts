import { Controller } from '@nestjs/common';
import { connect } from 'node:net';
import { z } from 'zod';
import { startTestApplication, type TestApplication } from '../testing/test-application.js';
import { Refusals } from './refusals.js';
import { RouteBody } from './route-input.js';
import { Route } from './route.js';

/** What the handlers were given. */
const taken: unknown[] = [];

@Controller('things')
class ThingsController {
  @Route({
    method: 'POST',
    path: 'json',
    permission: 'public',
    summary: 'Takes JSON.',
    body: { as: 'json', schema: z.strictObject({ a: z.int() }), maxBytes: 100 },
    response: 'nothing',
  })
  json(@RouteBody() body: { readonly a: number }): void {
    taken.push(body);
  }

  @Route({
    method: 'POST',
    path: 'text',
    permission: 'public',
    summary: 'Takes a text.',
    body: { as: 'text', schema: z.string(), maxBytes: 100 },
    response: 'nothing',
  })
  text(@RouteBody() body: string): void {
    taken.push(body);
  }

  @Route({
    method: 'POST',
    path: 'login',
    permission: 'public',
    summary: 'May be asked three times at once.',
    limit: { perMinute: 9, by: 'address' },
    response: 'nothing',
  })
  login(): void {
    taken.push('login');
  }

  @Route({
    method: 'POST',
    path: 'export',
    permission: 'signed-in',
    summary: 'May be asked three times at once by one account.',
    limit: { perMinute: 9, by: 'actor' },
    response: 'nothing',
  })
  export(): void {
    taken.push('export');
  }
}

describe('the front door', () => {
  let application: TestApplication;
  const start = async (config: object = {}): Promise<void> => {
    application = await startTestApplication({
      controllers: [ThingsController],
      config: config as Record<string, unknown>,
    });
  };
  afterEach(() => application.close());

  const post = (path: string, body: string, headers: Record<string, string>): Promise<Response> =>
    fetch(`${application.url}/things/${path}`, { method: 'POST', body, headers });

  const statuses = async (answers: readonly Promise<Response>[]): Promise<number[]> =>
    (await Promise.all(answers)).map(({ status }) => status);

  it('takes a body under a type that says what it is', async () => {
    await start();
    const sent = (path: string, body: string, type: string) =>
      post(path, body, { 'content-type': type });
    expect(
      await statuses([
        sent('json', '{"a":1}', 'application/json'),
        sent('json', '{"a":1}', 'Application/JSON; charset=UTF-8'),
        sent('text', 'a: 1', 'application/yaml'),
        sent('text', 'a: 1', 'text/plain;charset=utf-8'),
      ]),
    ).toEqual([200, 200, 200, 200]);
    expect(taken.splice(0).sort()).toEqual(['a: 1', 'a: 1', { a: 1 }, { a: 1 }].sort());
    expect(
      await statuses([
        sent('json', '{"a":1}', 'text/plain'),
        sent('json', '{"a":1}', 'application/json; charset=utf-16'),
        sent('json', 'a=1', 'application/x-www-form-urlencoded'),
        sent('text', 'a: 1', 'application/octet-stream'),
        sent('text', 'a: 1', 'multipart/form-data; boundary=x'),
      ]),
    ).toEqual([415, 415, 415, 415, 415]);
    const refused = await sent('json', '{}', 'text/html');
    expect(await refused.json()).toMatchObject({
      code: 'unsupported-type',
      detail: 'send the body as application/json in UTF-8',
    });
  });

  it('turns pages of strangers away, and lets its own in', async () => {
    await start();
    const { port } = new URL(application.url);
    const told: string[] = [];
    application.nest.get(Refusals).onRefused((what) => told.push(what));
    const from = (origin: string) =>
      fetch(`${application.url}/health/live`, { headers: { origin } });
    expect(
      await statuses([
        from('https://elsewhere.example'),
        from('null'),
        from(`http://127.0.0.1.elsewhere.example:${port}`),
        from(application.url),
        from(`http://localhost:${port}`),
      ]),
    ).toEqual([403, 403, 403, 200, 200]);
    expect(told).toEqual(['origin', 'origin', 'origin']);
  });

  it('gives browsers nothing to run, inline or from elsewhere', async () => {
    await start();
    const { headers } = await fetch(`${application.url}/health/live`);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none';script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:|data:/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('holds an address to its share of requests, whichever they are', async () => {
    await start({ limits: { requestsPerMinute: 15 } });
    const told: string[] = [];
    application.nest.get(Refusals).onRefused((what) => told.push(what));
    const answers = Array.from({ length: 8 }, () => fetch(`${application.url}/nowhere`));
    const got = await statuses(answers);
    expect(got.filter((status) => status === 404)).toHaveLength(5);
    expect(got.filter((status) => status === 429)).toHaveLength(3);
    expect(told).toEqual(['rate-limit', 'rate-limit', 'rate-limit']);
    const refused = await fetch(`${application.url}/nowhere`);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '4']);
  });

  it('counts by the address behind a trusted proxy', async () => {
    await start({ limits: { requestsPerMinute: 3 }, trustedProxies: ['127.0.0.1'] });
    const from = (address: string) =>
      fetch(`${application.url}/health/live`, { headers: { 'x-forwarded-for': address } });
    expect(await statuses([from('192.0.2.1')])).toEqual([200]);
    expect(await statuses([from('192.0.2.1')])).toEqual([429]);
    expect(await statuses([from('192.0.2.2')])).toEqual([200]);
  });

  it('holds a route to the limit of its declaration, by address or by account', async () => {
    await start();
    const logins = Array.from({ length: 5 }, () => post('login', '', {}));
    expect((await statuses(logins)).sort()).toEqual([200, 200, 200, 429, 429]);
    const exports = Array.from({ length: 5 }, () =>
      application.fetch('/things/export', { method: 'POST' }),
    );
    expect((await statuses(exports)).sort()).toEqual([200, 200, 200, 429, 429]);
  });

  it('has no more connections of one address than are allowed', async () => {
    await start({ limits: { connectionsPerAddress: 3 } });
    const port = Number(new URL(application.url).port);
    const sockets = Array.from({ length: 6 }, () => connect(port, '127.0.0.1'));
    const dropped = sockets.map(
      (socket) =>
        new Promise<boolean>((resolve) => {
          socket.on('error', () => resolve(true));
          socket.once('close', () => resolve(true));
          setTimeout(() => resolve(false), 1000);
        }),
    );
    expect((await Promise.all(dropped)).filter(Boolean)).toHaveLength(3);
    sockets.forEach((socket) => socket.destroy());
  });

  it('cuts off a client that does not finish the head of its request', async () => {
    await start();
    const socket = connect(Number(new URL(application.url).port), '127.0.0.1');
    socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\n');
    let text = '';
    socket.on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1');
    });
    await new Promise((resolve) => socket.once('close', resolve));
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
  });
});
