import { request } from 'node:http';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InProcessCoordinator } from '../transport/testing/in-process-coordinator.js';
import { AgentFixture } from '../participation/testing/agent-fixture.js';
import { isOneTimeLogin, makeOneTimeLogin } from './login/one-time-login.js';
import { PageVisitor, PASSWORD } from './testing/page-visitor.js';

describe('the agent page at its door', () => {
  let coordinator: InProcessCoordinator;
  let fixture: AgentFixture;
  let visitor: PageVisitor;

  beforeAll(async () => {
    coordinator = await InProcessCoordinator.start();
    fixture = await AgentFixture.enrolled(coordinator);
    visitor = await PageVisitor.open(fixture);
  });

  afterAll(async () => {
    await visitor.close();
    await coordinator.close();
    await fixture.remove();
  });

  /** fetch forbids a Host of one's own. */
  function askAs(host: string): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      request(`${visitor.url}/login`, { headers: { host } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
  }

  it('has no password but the one that a one-time login sets, once', async () => {
    expect((await visitor.ask('/login')).headers.get('location')).toBe('/login/first');
    const wrong = { code: 'AAAAA-AAAAA-AAAAA-AAAAA', password: PASSWORD, again: PASSWORD };
    const refused = await visitor.ask('/login/first', { method: 'POST', form: wrong });
    expect([refused.status, await refused.text()]).toEqual([
      401,
      expect.stringContaining('no valid one-time login'),
    ]);
    const code = await makeOneTimeLogin(fixture.home, Date.now());
    expect(await isOneTimeLogin(fixture.home, code, Date.now() + 3_600_001)).toBe(false);
    const form = { code: code.toLowerCase(), password: 'short', again: 'short' };
    expect((await visitor.ask('/login/first', { method: 'POST', form })).status).toBe(400);
    const right = { ...form, password: PASSWORD, again: PASSWORD };
    const set = await visitor.ask('/login/first', { method: 'POST', form: right });
    expect([set.status, set.headers.get('location')]).toEqual([303, '/']);
    expect(set.headers.getSetCookie().join()).toMatch(/; Path=\/; HttpOnly; SameSite=Strict/);
    expect((await visitor.ask('/login/first', { method: 'POST', form: right })).status).toBe(401);
    const kept = await readFile(join(fixture.home.pageFolder, 'login.json'), 'utf8');
    expect(kept).toMatch(/scrypt-32768-8-3/);
    expect(kept).not.toContain(PASSWORD);
  });

  it('lets nobody see anything without a session, and in with the password', async () => {
    for (const path of [
      '/',
      '/leaving',
      '/data-set',
      '/policy',
      '/receipts',
      '/receipts/a/b.pdf',
    ]) {
      const response = await fetch(visitor.url + path, { redirect: 'manual' });
      expect([path, response.headers.get('location')]).toEqual([path, '/login']);
    }
    expect((await fetch(`${visitor.url}/?part=live`)).status).toBe(401);
    const wrong = await visitor.ask('/login', { method: 'POST', form: { password: 'no' } });
    expect(wrong.status).toBe(401);
    const right = await visitor.ask('/login', { method: 'POST', form: { password: PASSWORD } });
    expect(right.status).toBe(303);
    expect((await visitor.ask('/')).status).toBe(200);
  });

  it('is no page for another name, another site, or a form that is not its own', async () => {
    const { port } = new URL(visitor.url);
    expect(await askAs(`localhost:${port}`)).toBe(200);
    expect(await askAs(`evil.example:${port}`)).toBe(403);
    expect(await askAs('127.0.0.1:80')).toBe(403);
    const elsewhere = { origin: 'http://evil.example' };
    const form = { form: 'guess' };
    for (const headers of [elsewhere, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }]) {
      const response = await visitor.ask('/pause', { method: 'POST', form, headers });
      expect([response.status, await response.text()]).toEqual([
        403,
        'The request came from another page than this one.\n',
      ]);
    }
    const stale = await visitor.ask('/pause', { method: 'POST', form });
    expect([stale.status, await stale.text()]).toEqual([
      403,
      expect.stringContaining('out of date'),
    ]);
    await expect(readFile(fixture.home.controlFile)).rejects.toThrow('ENOENT');
  });

  it('allows no script, style or connection of another host, and is kept nowhere', async () => {
    const { headers } = await visitor.ask('/');
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(headers.get('cache-control')).toBe('no-store');
    const page = await visitor.text('/');
    expect(page).not.toMatch(/https?:\/\/|<script>| style=| on[a-z]+=/);
    for (const path of ['/agent-page.css', '/agent-page.mjs', '/icon.svg']) {
      const file = await visitor.ask(path);
      expect([path, file.status]).toEqual([path, 200]);
      expect(await file.text()).not.toMatch(/https?:\/\/(?!www\.w3\.org\/2000\/svg)/);
    }
  });

  it('leads back to itself alone, and speaks two languages', async () => {
    const away = await visitor.ask('/language?to=de&back=//evil.example/');
    expect(away.headers.get('location')).toBe('/');
    expect(await visitor.text('/')).toMatch(/<html lang="de">[^]*Jetzt pausieren/);
    await visitor.speak('en');
    expect(await visitor.text('/')).toMatch(/<html lang="en">[^]*Pause now/);
    expect((await visitor.ask('/nothing')).status).toBe(404);
  });

  it('says in a file of the home folder where it is served', async () => {
    const address = join(fixture.home.pageFolder, 'address');
    expect(await readFile(address, 'utf8')).toBe(`${visitor.url}\n`);
  });

  it('slows wrong passwords down, the right one too then, and ends a session that signs out', async () => {
    const out = await visitor.press('/', '/sign-out');
    expect(out.headers.get('location')).toBe('/login');
    expect((await visitor.ask('/')).headers.get('location')).toBe('/login');
    const statuses: number[] = [];
    for (let i = 0; i < 6; i += 1) {
      const form = { password: `wrong ${i}` };
      statuses.push((await visitor.ask('/login', { method: 'POST', form })).status);
    }
    expect(statuses.at(-1)).toBe(429);
    const right = await visitor.ask('/login', { method: 'POST', form: { password: PASSWORD } });
    expect([right.status, await right.text()]).toEqual([
      429,
      expect.stringContaining('Try again in'),
    ]);
  });

  it('says so when a file of the login was altered, and writes no stack onto a page', async () => {
    await writeFile(join(fixture.home.pageFolder, 'login.json'), '{}');
    const page = await fetch(`${visitor.url}/login`);
    expect([page.status, await page.text()]).toEqual([
      409,
      expect.stringContaining('holds no login: delete it and set a new one'),
    ]);
  });
});
