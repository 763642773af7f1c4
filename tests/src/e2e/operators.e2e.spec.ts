/** People against the built programs: the first administrator, accounts by the command line, and a real OpenID provider. */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commandOutcome, dataOf, runCommand } from '@consilium/demo/program';
import { CookieBrowser, type Page } from '../support/cookie-browser.js';
import { startProvider, type ProviderProcess } from '../support/provider-process.js';
import { StaffedCoordinator } from '../support/staffed-coordinator.js';

const CLIENT = { id: 'consilium', secret: 'secret-of-the-client-0123456789' };
const CALLBACK = '/v1/login/oidc/callback';

describe('accounts by the command line', () => {
  let coordinator: StaffedCoordinator;

  beforeAll(async () => {
    coordinator = await StaffedCoordinator.start();
  });

  afterAll(() => coordinator.stop());

  const path = (name: string): string => join(coordinator.folder, name);
  const asked = (tokenFile: string): string[] => [
    '--url',
    coordinator.url,
    '--token-file',
    tokenFile,
  ];

  it('begin with one command, which hands the token to its owner alone and shows it nowhere', async () => {
    const token = (await readFile(coordinator.tokenFile, 'utf8')).trim();
    expect(token).toMatch(/^consilium_[\w-]{43}$/);
    expect((await stat(coordinator.tokenFile)).mode & 0o777).toBe(0o600);
    const who = await runCommand('operator', ['whoami', '--json', ...asked(coordinator.tokenFile)]);
    expect(dataOf(who)).toMatchObject({ name: 'root', roles: ['platform-admin'] });
    const again = [
      'create-admin',
      'root',
      ...['--token-file', path('again.token'), '--config', coordinator.configFile],
    ];
    const taken = await commandOutcome('coordinator', again);
    expect(taken).toMatchObject({ code: 1, stdout: '' });
    expect(taken.stderr).toContain('somebody has this name already');
    await expect(stat(path('again.token'))).rejects.toThrow('ENOENT');
    const onto = ['--token-file', coordinator.tokenFile, '--config', coordinator.configFile];
    const other = await commandOutcome('coordinator', ['create-admin', 'other', ...onto]);
    expect(other.stderr).toContain('exists');
    expect((await readFile(coordinator.tokenFile, 'utf8')).trim()).toBe(token);
  });

  it('are made by an administrator, activated once, and work with tokens of their own', async () => {
    const administrator = asked(coordinator.tokenFile);
    const secret = path('ada.activation');
    const made = await runCommand('operator', [
      ...['operator', 'create', 'ada', '--role', 'study-coordinator', '--out', secret, '--json'],
      ...administrator,
    ]);
    const { operatorId } = dataOf(made) as { operatorId: string };
    expect(made).not.toContain((await readFile(secret, 'utf8')).trim());
    const passwordFile = path('ada.password');
    await writeFile(passwordFile, 'a password from a file\n');
    const token = path('ada.token');
    const login = [
      ...['login', '--activation-file', secret, '--password-file', passwordFile],
      ...['--url', coordinator.url, '--out'],
    ];
    await runCommand('operator', [...login, token]);
    const twice = await commandOutcome('operator', [...login, path('twice.token')]);
    expect([twice.code, twice.stderr]).toEqual([2, expect.stringContaining('used or expired')]);
    await runCommand('operator', ['study', 'list', ...asked(token)]);
    const refused = await commandOutcome('operator', [
      'operator',
      'disable',
      operatorId,
      '--yes',
      ...asked(token),
    ]);
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining('this needs the right operators.manage'),
    ]);
    const small = path('small.token');
    const create = [
      'token',
      'create',
      '--right',
      'log.read',
      '--days',
      '7',
      '--out',
      small,
      '--json',
    ];
    const shown = await runCommand('operator', [...create, ...asked(token)]);
    expect(dataOf(shown)).toMatchObject({ rights: ['log.read'], file: small });
    expect((await commandOutcome('operator', ['study', 'list', ...asked(small)])).code).toBe(2);
    const { tokenId } = dataOf(shown) as { tokenId: string };
    await runCommand('operator', ['token', 'revoke', tokenId, '--yes', ...asked(token)]);
    expect((await commandOutcome('operator', ['whoami', ...asked(small)])).code).toBe(2);
    await runCommand('operator', ['operator', 'disable', operatorId, '--yes', ...administrator]);
    expect((await commandOutcome('operator', ['whoami', ...asked(token)])).code).toBe(2);
  });

  it('leave neither names nor secrets in the log of the coordinator', async () => {
    const log = await coordinator.log();
    expect(log).toContain('/v1/activations');
    expect(log).not.toMatch(/\bada\b|\broot\b|consilium_|activate_|argon2|from a file/);
  });
});

describe('a real OpenID provider', () => {
  let provider: ProviderProcess;
  let coordinator: StaffedCoordinator;

  beforeAll(async () => {
    coordinator = await StaffedCoordinator.start(async (url, folder) => {
      const clientSecretFile = join(folder, 'client.secret');
      await writeFile(clientSecretFile, `${CLIENT.secret}\n`, { mode: 0o600 });
      provider = await startProvider({ ...CLIENT, redirectUri: url + CALLBACK });
      const { issuer } = provider;
      return { oidc: { issuer, clientId: CLIENT.id, clientSecretFile, label: 'Hospital login' } };
    });
  });

  afterAll(async () => {
    await coordinator.stop();
    await provider.stop();
  });

  const at = (path: string): string => coordinator.url + path;

  /** From our page to the provider's, whose form is filled in; @returns the page that comes back from it. */
  async function signIn(browser: CookieBrowser, subject: string, link?: string): Promise<Page> {
    const begun = await browser.ask(
      'POST',
      at('/v1/login/oidc'),
      link === undefined ? {} : { link },
    );
    const { url } = JSON.parse(begun.text) as { url: string };
    const form = await browser.open(url);
    expect(form.text).toContain('<form method="post">');
    return browser.open(form.url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ subject }).toString(),
    });
  }

  async function me(browser: CookieBrowser): Promise<Record<string, unknown>> {
    const { status, text } = await browser.open(at('/v1/me'));
    return { status, ...(JSON.parse(text) as object) };
  }

  async function linkOf(operatorId: string): Promise<string> {
    const answer = await coordinator.asAdministrator('POST', `/v1/operators/${operatorId}/link`);
    return (answer as { link: string }).link;
  }

  it('is offered on the page', async () => {
    const { text } = await new CookieBrowser().open(at('/v1/login'));
    expect(JSON.parse(text)).toEqual({ next: 'sign-in', provider: 'Hospital login' });
  });

  it('opens nothing for a subject that no administrator knows, whatever roles it claims', async () => {
    const browser = new CookieBrowser();
    const page = await signIn(browser, 'stranger');
    expect(page.text).toContain('url=/login#failed');
    expect(await me(browser)).toMatchObject({ status: 401 });
  });

  it('opens the account that a link was made for, with the roles of this database alone', async () => {
    const { operatorId } = await coordinator.invite('ada', {
      roles: ['auditor'],
      studies: ['smears'],
    });
    const link = await linkOf(operatorId);
    const browser = new CookieBrowser();
    const page = await signIn(browser, 'subject-of-ada', link);
    expect(page.url).toMatch(new RegExp(`^${at(CALLBACK)}`));
    expect(page.text).toContain('content="0;url=/login"');
    const { rights, ...who } = await me(browser);
    expect(who).toMatchObject({ operatorId, name: 'ada', roles: ['auditor'], studies: ['smears'] });
    expect(rights).not.toContain('operators.manage');
    const { text } = await browser.open(at('/v1/me/sessions'));
    expect(JSON.parse(text)).toEqual([expect.objectContaining({ method: 'oidc' })]);
    const again = new CookieBrowser();
    await signIn(again, 'subject-of-ada');
    expect(await me(again)).toMatchObject({ operatorId });
    const thief = new CookieBrowser();
    const used = await thief.ask('POST', at('/v1/login/oidc'), { link });
    expect([used.status, used.text]).toEqual([400, expect.stringContaining('used or expired')]);
  });

  it('opens the account that its subject was registered for, and closes with it', async () => {
    const { operatorId } = await coordinator.invite('bob', { roles: ['study-coordinator'] });
    const subjects = `/v1/operators/${operatorId}/subjects`;
    await coordinator.asAdministrator('POST', subjects, { subject: 'subject-of-bob' });
    await expect(
      coordinator.asAdministrator('POST', subjects, { subject: 'subject-of-bob' }),
    ).rejects.toThrow('this subject opens an account already');
    const browser = new CookieBrowser();
    await signIn(browser, 'subject-of-bob');
    expect(await me(browser)).toMatchObject({ operatorId, roles: ['study-coordinator'] });
    await coordinator.asAdministrator('POST', `/v1/operators/${operatorId}/disable`);
    expect(await me(browser)).toMatchObject({ status: 401 });
    const later = new CookieBrowser();
    expect((await signIn(later, 'subject-of-bob')).text).toContain('#failed');
    expect(await me(later)).toMatchObject({ status: 401 });
  });

  it('asks for PKCE, state, nonce and a recent proof, and is believed once, in the browser that set out', async () => {
    const { operatorId } = await coordinator.invite('carol', { roles: ['study-coordinator'] });
    const browser = new CookieBrowser();
    await signIn(browser, 'subject-of-carol', await linkOf(operatorId));
    const request = browser.visited.find((url) => url.startsWith(`${provider.issuer}/auth?`)) ?? '';
    const { searchParams } = new URL(request);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      response_type: 'code',
      scope: 'openid',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/) as string,
      state: expect.stringMatching(/^[\w-]{43}$/) as string,
      nonce: expect.stringMatching(/^[\w-]{43}$/) as string,
      max_age: '600',
    });
    const answer = browser.visited.find((url) => url.startsWith(at(`${CALLBACK}?`))) ?? '';
    for (const replaying of [browser, new CookieBrowser()]) {
      expect((await replaying.open(answer)).text).toContain('#failed');
    }
  });

  it('is not believed with the answer to another request', async () => {
    const victim = new CookieBrowser();
    const attacker = new CookieBrowser();
    await signIn(attacker, 'subject-of-carol');
    const foreign = attacker.visited.find((url) => url.startsWith(at(`${CALLBACK}?`))) ?? '';
    await victim.ask('POST', at('/v1/login/oidc'), {});
    expect((await victim.open(foreign)).text).toContain('#failed');
    expect(await me(victim)).toMatchObject({ status: 401 });
  });

  it('starts nothing from a page of somebody else', async () => {
    const response = await fetch(at('/v1/login/oidc'), {
      method: 'POST',
      headers: { origin: 'http://evil.example', 'content-type': 'application/json' },
      body: '{}',
    });
    expect(response.status).toBe(403);
  });

  it('leaves no code, subject, name or secret in the log', async () => {
    const log = await coordinator.log();
    expect(log).toContain('sign-in with the provider failed');
    expect(log).not.toMatch(/subject-of|\bada\b|\bcarol\b|code=|link_|secret-of-the-client/);
  });
});
