import { FakeClock } from '../platform/testing/fake-clock.js';
import { Passwords } from './passwords.js';
import { OperatorsApplication, PASSWORD, type Person } from './testing/operators-application.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('signing in with a password', () => {
  const clock = new FakeClock();
  let operators: OperatorsApplication;
  let ada: Person;

  beforeAll(async () => {
    operators = await OperatorsApplication.start({}, clock);
    ada = await operators.person('ada', 'study-coordinator');
  });

  afterAll(() => operators.close());

  const signIn = (
    name: string,
    password: string,
    headers = operators.browser(),
  ): ReturnType<OperatorsApplication['ask']> =>
    operators.ask('POST', '/v1/login/password', headers, { name, password });
  const statusOf = async (headers: Record<string, string>, path = '/v1/me'): Promise<number> =>
    (await operators.ask('GET', path, headers)).status;

  it('gives a cookie that scripts cannot read and other sites cannot use, and no secret beside it', async () => {
    const { status, body, response } = await signIn('ada', PASSWORD);
    expect([status, body]).toEqual([200, { next: 'done' }]);
    const cookies = response.headers.getSetCookie();
    const cookie = cookies.find((text) => text.startsWith('consilium-session=')) ?? '';
    expect(cookie).toMatch(/^consilium-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(await statusOf(operators.browser(response))).toBe(200);
  });

  it('answers a wrong password and a name that nobody has in the same words', async () => {
    const wrong = await signIn('ada', 'not her password');
    const nobody = await signIn('zoe', 'not her password');
    expect(wrong.status).toBe(401);
    expect(nobody.body).toEqual(wrong.body);
    expect(wrong.response.headers.getSetCookie()).toEqual([]);
  });

  it('does the work of a password for a name that nobody has', async () => {
    clock.advance(HOUR);
    const tried = jest.spyOn(Passwords.prototype, 'verify');
    await signIn('nobody', 'not the password');
    await signIn('ada', 'not the password');
    expect(tried.mock.calls).toEqual([
      [undefined, 'not the password'],
      [expect.stringMatching(/^\$argon2id\$/), 'not the password'],
    ]);
    tried.mockRestore();
  });

  it('makes a name wait after failures, longer each time, whether anybody has it or not, and never for good', async () => {
    for (const name of ['ada', 'zoe']) {
      clock.advance(2 * HOUR);
      for (let i = 0; i < 5; i++) {
        expect((await signIn(name, 'not the password')).status).toBe(401);
      }
      const waits: unknown[] = [];
      for (let i = 0; i < 12; i++) {
        const { status, body } = await signIn(name, PASSWORD);
        expect([name, status]).toEqual([name, 429]);
        const seconds = Number((body['evidence'] as { seconds: number }).seconds);
        waits.push(seconds);
        clock.advance(seconds * 1000);
        await signIn(name, 'not the password');
      }
      expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
    }
    clock.advance(5 * MINUTE);
    expect((await signIn('ada', PASSWORD)).status).toBe(200);
    expect((await signIn('ada', 'not the password')).status).toBe(401);
  });

  it('counts tries that come at once', async () => {
    clock.advance(2 * HOUR);
    const tries = Array.from({ length: 12 }, () => signIn('ada', 'not the password'));
    const statuses = (await Promise.all(tries)).map(({ status }) => status).toSorted();
    expect(statuses).toEqual([401, 401, 401, 401, 401, ...Array<number>(7).fill(429)]);
    clock.advance(2 * HOUR);
  });

  it.each<[string, Record<string, string>]>([
    ['another page', { origin: 'http://evil.example' }],
    ['no page', {}],
    ['a page without origin', { origin: 'null' }],
  ])('is refused to %s', async (_, headers) => {
    expect((await signIn('ada', PASSWORD, headers)).status).toBe(403);
  });

  it('ends a session after half an hour of silence and after twelve hours', async () => {
    const idle = await operators.signIn('ada');
    clock.advance(31 * MINUTE);
    expect(await statusOf(idle)).toBe(401);
    const busy = await operators.signIn('ada');
    for (let i = 0; i < 28; i++) {
      clock.advance(25 * MINUTE);
      expect([i, await statusOf(busy)]).toEqual([i, 200]);
    }
    clock.advance(25 * MINUTE);
    expect(await statusOf(busy)).toBe(401);
  });

  it('lists sessions and ends them one by one', async () => {
    clock.advance(HOUR);
    const here = await operators.signIn('ada');
    clock.advance(1);
    const there = await operators.signIn('ada');
    const { body } = await operators.ask('GET', '/v1/me/sessions', here);
    const sessions = body as unknown as { sessionId: string; method: string }[];
    expect(sessions.map(({ method }) => method)).toEqual(['password', 'password']);
    const path = `/v1/me/sessions/${sessions[1]?.sessionId ?? ''}`;
    expect((await operators.ask('DELETE', path, here)).status).toBe(204);
    expect([await statusOf(here), await statusOf(there)]).toEqual([200, 401]);
    expect((await operators.ask('POST', '/v1/logout', here)).status).toBe(204);
    expect(await statusOf(here)).toBe(401);
  });

  it('replaces the session of the browser that signs in again', async () => {
    const first = await operators.signIn('ada');
    const { response } = await signIn('ada', PASSWORD, first);
    expect([await statusOf(first), await statusOf(operators.browser(response))]).toEqual([
      401, 200,
    ]);
  });

  it('takes a cookie only from pages of this coordinator where something changes', async () => {
    const headers = await operators.signIn('ada');
    const { cookie } = headers;
    const withOrigin = (origin?: string): Record<string, string> => ({
      cookie: cookie ?? '',
      ...(origin === undefined ? {} : { origin }),
    });
    expect(await statusOf(withOrigin())).toBe(200);
    for (const origin of [undefined, 'http://evil.example', 'null']) {
      const answer = await operators.ask('POST', '/v1/trust', withOrigin(origin));
      expect([origin, answer.status]).toEqual([origin, 403]);
    }
    expect((await operators.ask('POST', '/v1/trust', headers)).status).toBe(200);
  });

  it('wants a fresh proof after ten minutes for what changes trust', async () => {
    const headers = await operators.signIn('ada');
    clock.advance(11 * MINUTE);
    const stale = await operators.ask('POST', '/v1/trust', headers);
    expect(stale.body).toMatchObject({
      code: 'unauthenticated',
      evidence: { recentAuthentication: true },
    });
    const token = { label: 'x', days: 1 };
    expect((await operators.ask('POST', '/v1/me/tokens', headers, token)).status).toBe(401);
    const { response } = await signIn('ada', PASSWORD, headers);
    const fresh = operators.browser(response);
    expect((await operators.ask('POST', '/v1/trust', fresh)).status).toBe(200);
    expect((await operators.ask('POST', '/v1/me/tokens', fresh, token)).status).toBe(201);
  });

  it('ends other sessions when the password changes, and all of them when roles do', async () => {
    const here = await operators.signIn('ada');
    const there = await operators.signIn('ada');
    const change = { current: PASSWORD, next: 'a longer password than before' };
    const path = '/v1/me/password';
    const byToken = await operators.ask('PUT', path, ada.token, change);
    expect(byToken.status).toBe(403);
    const wrong = { ...change, current: 'not the password' };
    const refused = await operators.ask('PUT', path, here, wrong);
    expect([refused.status, await statusOf(here), await statusOf(there)]).toEqual([400, 200, 200]);
    expect((await operators.ask('PUT', path, here, change)).status).toBe(204);
    expect([await statusOf(here), await statusOf(there)]).toEqual([200, 401]);
    expect(await operators.accountChanges(ada.operatorId)).toContain('password-changed');
    expect((await signIn('ada', PASSWORD)).status).toBe(401);
    const roles = { roles: ['study-coordinator', 'site-admin'], siteId: 'north' };
    const target = `/v1/operators/${ada.operatorId}/roles`;
    expect((await operators.ask('PUT', target, operators.admin.token, roles)).status).toBe(200);
    expect(await statusOf(here)).toBe(401);
    expect(await statusOf(await operators.signIn('ada', change.next))).toBe(200);
  });

  it('is closed with the account', async () => {
    const bob = await operators.person('bob', 'auditor');
    const headers = await operators.signIn('bob');
    expect(await statusOf(headers)).toBe(200);
    await operators.ask('POST', `/v1/operators/${bob.operatorId}/disable`, operators.admin.token);
    expect(await statusOf(headers)).toBe(401);
    expect((await signIn('bob', PASSWORD)).status).toBe(401);
  });

  it('never tells the log a name, a password or a cookie', () => {
    const log = JSON.stringify(operators.application.lines());
    expect(log).toContain('/v1/login/password');
    expect(log).not.toMatch(/\bada\b|\bbob\b|\bzoe\b|password than|horse|consilium-session/);
  });

  it('serves the page with nothing inline and nothing from elsewhere', async () => {
    const page = await fetch(`${operators.application.url}/login`);
    const html = await page.text();
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect(page.headers.get('content-security-policy')).toMatch(/script-src 'self'/);
    expect(page.headers.get('content-security-policy')).not.toMatch(/unsafe|https:/);
    expect(html).not.toMatch(/ style=| on[a-z]+=|<script>|<style|https?:/);
    for (const [path, type] of [
      ['/login.css', /^text\/css/],
      ['/login.mjs', /^text\/javascript/],
    ] as const) {
      expect(html).toContain(path);
      const file = await fetch(`${operators.application.url}${path}`);
      expect(file.headers.get('content-type')).toMatch(type);
    }
  });
});

describe('over TLS', () => {
  it('binds the cookie to the host', async () => {
    const operators = await OperatorsApplication.start({ publicUrl: 'https://consilium.example' });
    try {
      await operators.person('ada', 'auditor');
      const body = { name: 'ada', password: PASSWORD };
      const headers = { origin: 'https://consilium.example' };
      const { response } = await operators.ask('POST', '/v1/login/password', headers, body);
      const [cookie] = response.headers.getSetCookie();
      expect(cookie).toMatch(/^__Host-consilium-session=[\w-]+; Path=\/; HttpOnly; Secure; SameS/);
    } finally {
      await operators.close();
    }
  });
});
