/** The page on which people sign in, in a real browser: password, passkey of a virtual authenticator, OpenID provider. */
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page, Request } from 'playwright-core';
import { isChromiumAvailable, launchChromium, VirtualAuthenticator } from '../support/chromium.js';
import { overflowOf, violationsOn, WIDTHS } from '../support/console-browser.js';
import { startProvider, type ProviderProcess } from '../support/provider-process.js';
import { PASSWORD, StaffedCoordinator } from '../support/staffed-coordinator.js';

const CLIENT = { id: 'consilium', secret: 'secret-of-the-client-0123456789' };

const PICTURES = join(tmpdir(), 'consilium-pictures');

const SAID = {
  en: { signIn: 'Sign in', refused: 'Name or password is wrong.', role: 'Auditor' },
  de: { signIn: 'Anmelden', refused: 'Name oder Passwort ist falsch.', role: 'Prüfung' },
} as const;

const describeWithBrowser = isChromiumAvailable() ? describe : describe.skip;

describeWithBrowser('the page on which people sign in', () => {
  let provider: ProviderProcess;
  let coordinator: StaffedCoordinator;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const faults: string[] = [];

  beforeAll(async () => {
    coordinator = await StaffedCoordinator.start(async (url, folder) => {
      const clientSecretFile = join(folder, 'client.secret');
      await writeFile(clientSecretFile, `${CLIENT.secret}\n`, { mode: 0o600 });
      const redirectUri = `${url}/v1/login/oidc/callback`;
      provider = await startProvider({ ...CLIENT, redirectUri });
      return { oidc: { issuer: provider.issuer, clientId: CLIENT.id, clientSecretFile } };
    });
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser.close();
    await coordinator.stop();
    await provider.stop();
  });

  beforeEach(async () => {
    context = await browser.newContext();
    page = await context.newPage();
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      // Refused requests are what some of these tests are about.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
        faults.push(message.text());
      }
    });
    await page.goto(`${coordinator.url}/login`);
  });

  afterEach(() => context.close());

  const says = (text: string): Promise<void> => page.getByText(text).first().waitFor();

  async function typePassword(name: string, password = PASSWORD): Promise<void> {
    await page.getByLabel('Name', { exact: true }).fill(name);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }

  async function addPasskey(label: string): Promise<void> {
    await page.getByLabel('Name of a new passkey').fill(label);
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await says('from now on it is asked for');
  }

  const signOut = (): Promise<void> => page.getByRole('button', { name: 'Sign out' }).click();
  const usePasskey = (): Promise<void> => page.getByRole('button', { name: 'Use passkey' }).click();

  /** What a script of the page gets for an address. */
  const statusOf = (path: string): Promise<number> =>
    page.evaluate(async (asked) => (await fetch(asked)).status, path);

  /** Sends what the page sent once more, as it was. */
  const resend = (request: Request): Promise<number> =>
    page.evaluate(
      async ([path, body]) => {
        const headers = { 'content-type': 'application/json' };
        return (await fetch(path, { method: 'POST', headers, body })).status;
      },
      [new URL(request.url()).pathname, request.postData() ?? ''] as const,
    );

  it('activates an account and signs in with its password', async () => {
    const { activation } = await coordinator.invite('ada', { roles: ['study-coordinator'] });
    await page.getByText('Activate a new account').click();
    await page.getByLabel('Activation secret').fill(activation);
    await page.getByLabel('New password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Activate' }).click();
    await says('The account is active');
    await typePassword('ada');
    await says('You are signed in as');
    expect(await page.locator('#who').textContent()).toBe('ada');
    expect(await page.locator('#roles').textContent()).toBe('Study coordinator');
    const [cookie] = await context.cookies();
    expect(cookie).toMatchObject({ name: 'consilium-session', httpOnly: true, sameSite: 'Strict' });
    expect(await page.evaluate('document.cookie')).toBe('');
    await signOut();
    await page.getByLabel('Password', { exact: true }).waitFor();
    expect(await statusOf('/v1/me')).toBe(401);
  });

  it('says the same for a wrong password and an unknown name', async () => {
    await coordinator.person('bob', { roles: ['study-coordinator'] });
    for (const name of ['bob', 'nobody-at-all']) {
      await typePassword(name, 'not the password');
      await says('name or password is wrong');
      await page.reload();
    }
    expect(await context.cookies()).toEqual([]);
  });

  it('asks for the passkey once there is one, and counts its uses', async () => {
    await coordinator.person('carol', { roles: ['study-coordinator'] });
    const authenticator = await VirtualAuthenticator.plugInto(page);
    await typePassword('carol');
    await says('You are signed in as');
    await addPasskey('laptop');
    await signOut();
    await typePassword('carol');
    await says('Confirm with your passkey');
    expect(await statusOf('/v1/me')).toBe(401);
    const counted = await authenticator.counter();
    await usePasskey();
    await says('You are signed in as');
    expect(await authenticator.counter()).toBe(counted + 1);
    const sessions = await page.evaluate(
      async () => (await (await fetch('/v1/me/sessions')).json()) as { method: string }[],
    );
    expect(sessions.map(({ method }) => method)).toEqual(['passkey']);
  });

  it('takes an answer of a passkey once', async () => {
    await coordinator.person('dora', { roles: ['study-coordinator'] });
    await VirtualAuthenticator.plugInto(page);
    await typePassword('dora');
    await says('You are signed in as');
    await addPasskey('laptop');
    await signOut();
    await typePassword('dora');
    const sent = page.waitForRequest((request) => request.url().endsWith('/v1/login/passkey'));
    await usePasskey();
    await says('You are signed in as');
    const answer = await sent;
    await signOut();
    await page.getByLabel('Password', { exact: true }).waitFor();
    expect(await resend(answer)).toBe(401);
    await typePassword('dora');
    await says('Confirm with your passkey');
    expect(await resend(answer)).toBe(401);
    expect(await statusOf('/v1/me')).toBe(401);
  });

  it('refuses a person whom the authenticator did not verify', async () => {
    await coordinator.person('eve', { roles: ['study-coordinator'] });
    const authenticator = await VirtualAuthenticator.plugInto(page);
    await typePassword('eve');
    await says('You are signed in as');
    await addPasskey('laptop');
    await signOut();
    await typePassword('eve');
    await says('Confirm with your passkey');
    await authenticator.setUserVerified(false);
    await usePasskey();
    await page.locator('#message:not(:empty)').waitFor();
    expect(await statusOf('/v1/me')).toBe(401);
  });

  it('does not let the passkey of one person open the account of another', async () => {
    await coordinator.person('frank', { roles: ['study-coordinator'] });
    await coordinator.person('grace', { roles: ['study-coordinator'] });
    await VirtualAuthenticator.plugInto(page);
    await typePassword('frank');
    await says('You are signed in as');
    await addPasskey('laptop of frank');
    await signOut();
    await typePassword('frank');
    const sent = page.waitForRequest((request) => request.url().endsWith('/v1/login/passkey'));
    await usePasskey();
    await says('You are signed in as');
    const answer = await sent;
    await signOut();

    await typePassword('grace');
    await says('You are signed in as');
    await addPasskey('laptop of grace');
    await signOut();
    await typePassword('grace');
    await says('Confirm with your passkey');
    expect(await resend(answer)).toBe(401);
    expect(await statusOf('/v1/me')).toBe(401);
  });

  it('goes to the OpenID provider and comes back signed in, by a passkey where there is one', async () => {
    const { operatorId } = await coordinator.invite('heidi', { roles: ['auditor'] });
    const link = (await coordinator.asAdministrator(
      'POST',
      `/v1/operators/${operatorId}/link`,
    )) as {
      link: string;
    };
    await VirtualAuthenticator.plugInto(page);
    await page.getByText('Link an account with a link secret').click();
    await page.getByLabel('Link secret').fill(link.link);
    await page.getByRole('button', { name: 'Link and sign in' }).click();
    await page.getByLabel('Subject').fill('subject-of-heidi');
    await page.getByRole('button', { name: 'Continue' }).click();
    await says('You are signed in as');
    expect(await page.locator('#roles').textContent()).toBe('Auditor');
    await addPasskey('laptop');
    await signOut();
    await page.getByRole('button', { name: 'Single sign-on' }).click();
    await says('Confirm with your passkey');
    expect(await statusOf('/v1/me')).toBe(401);
    await usePasskey();
    await says('You are signed in as');
    expect(await page.locator('#who').textContent()).toBe('heidi');
  });

  it('tells a subject without an account what to do', async () => {
    await page.getByRole('button', { name: 'Single sign-on' }).click();
    await page.getByLabel('Subject').fill('stranger');
    await page.getByRole('button', { name: 'Continue' }).click();
    await says('Ask an administrator for a link');
    expect(await statusOf('/v1/me')).toBe(401);
  });

  it.each([
    { width: 'wide', colours: 'light', language: 'en' },
    { width: 'phone', colours: 'dark', language: 'de' },
  ] as const)('is for everybody: $width, $colours, $language', async (seen) => {
    const words = SAID[seen.language];
    const name = `ida-${seen.language}`;
    await coordinator.person(name, { roles: ['auditor'] });
    const own = await browser.newContext({
      viewport: { width: WIDTHS[seen.width], height: 860 },
      colorScheme: seen.colours,
      locale: seen.language,
    });
    page = await own.newPage();
    const expectGood = async (picture: string): Promise<void> => {
      expect(await page.locator('html').getAttribute('lang')).toBe(seen.language);
      await page.screenshot({ path: join(PICTURES, `${picture}-${seen.language}.png`) });
      expect(await violationsOn(page)).toEqual([]);
      expect(await overflowOf(page)).toBe(0);
    };
    await page.goto(`${coordinator.url}/login`);
    const signIn = page.getByRole('button', { name: words.signIn, exact: true });
    await page.locator('#name').fill(name);
    await page.locator('#password').fill('not the password');
    await signIn.click();
    await says(words.refused);
    await page.evaluate(
      "document.querySelectorAll('details').forEach((part) => (part.open = true))",
    );
    await expectGood('login');
    await page.locator('#password').fill(PASSWORD);
    await signIn.click();
    await says(words.role);
    await expectGood('login-done');
    await own.close();
  });

  it('speaks another language when it is told to, and remembers that', async () => {
    await page.getByRole('button', { name: 'Deutsch' }).click();
    await says('Neues Konto aktivieren');
    expect(await context.cookies()).toMatchObject([
      { name: 'consilium-language', value: 'de', path: '/', sameSite: 'Lax' },
    ]);
    await page.reload();
    await says('Neues Konto aktivieren');
    await page.getByRole('button', { name: 'English' }).click();
    await says('Activate a new account');
  });

  it('has done all that without a fault of its script or a breach of its content policy', () => {
    expect(faults).toEqual([]);
  });
});
