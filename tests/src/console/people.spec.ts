/** An administrator and a study coordinator at the pages of accounts, and the end of a session that nobody uses. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { isChromiumAvailable, launchChromium, VirtualAuthenticator } from '../support/chromium.js';
import { ConsoleBrowser, type ConsoleOptions } from '../support/console-browser.js';
import { ConsoleFederation } from '../support/console-federation.js';
import { PASSWORD } from '../support/staffed-coordinator.js';

const describeWithBrowser = isChromiumAvailable() ? describe : describe.skip;
const PICTURES = join(tmpdir(), 'consilium-pictures');
/** One short round: these pages need hospitals that stay where they are. */
const PLAN = { rounds: 1, trainMs: 400 };
const PAGES = ['/people', '/account'];
const NEW_PASSWORD = 'seven ships at anchor';

describeWithBrowser('the pages of accounts', () => {
  let consortium: ConsoleFederation;
  let browser: Browser;

  beforeAll(async () => {
    consortium = await ConsoleFederation.start(PLAN);
    await consortium.person('olga', { roles: ['platform-admin'] });
    await consortium.person('ada', { roles: ['study-coordinator'], studies: ['smears'] });
    await consortium.person('bo', { roles: ['auditor'], studies: ['smears', 'bone-marrow'] });
    await consortium.person('nils', { roles: ['site-admin'], siteId: 'northgate' });
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser.close();
    await consortium.stop();
  });

  const look = (
    name: string,
    options: Omit<ConsoleOptions, 'url' | 'name'>,
    work: (seen: ConsoleBrowser) => Promise<void>,
  ): Promise<void> =>
    ConsoleBrowser.visit(browser, { url: consortium.url, name, ...options }, work);

  async function expectGood(seen: ConsoleBrowser, picture: string): Promise<void> {
    await seen.settled();
    await seen.picture(PICTURES, picture);
    expect(await seen.violations()).toEqual([]);
    expect(await seen.overflow()).toBe(0);
  }

  /** The secret that the open dialog shows. */
  const secretIn = async (page: Page): Promise<string> =>
    (await page.getByRole('dialog').locator('pre').textContent()) ?? '';

  async function newToken(page: Page, label: string): Promise<string> {
    await page.getByRole('button', { name: 'New token' }).click();
    await page.getByLabel('What for').fill(label);
    await page.getByRole('button', { name: 'Make the token' }).click();
    await page.getByRole('dialog', { name: label }).waitFor();
    const secret = await secretIn(page);
    await page.getByRole('button', { name: 'I have kept it' }).click();
    return secret;
  }

  const askToRevoke = (page: Page, label: string): Promise<void> =>
    page.getByRole('button', { name: `Revoke: ${label}` }).click();

  const revoke = (page: Page): Promise<void> =>
    page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click();

  it.each([
    { width: 'wide', language: 'en', colours: 'light' },
    { width: 'phone', language: 'de', colours: 'dark' },
  ] as const)('are for everybody: $width, $language, $colours', async (view) => {
    await look('olga', view, async (seen) => {
      for (const path of PAGES) {
        await seen.open(path);
        const name = [path.slice(1), ...Object.values(view)].join('-');
        await expectGood(seen, name);
      }
      await seen.open('/people');
      await seen.page.getByRole('link', { name: 'ada', exact: true }).click();
      await seen.page.getByRole('heading', { level: 1, name: 'ada' }).waitFor();
      await expectGood(seen, `person-${view.width}-${view.language}`);
    });
  });

  it('invite somebody, whose secret is shown once and opens the account', async () => {
    await look('olga', { width: 'wide' }, async (seen) => {
      const { page } = seen;
      // An administrator sees no study, so the console begins with what there is for one.
      await page.getByRole('link', { name: 'People' }).click();
      await page.getByRole('button', { name: 'Invite a person' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Name').fill('carol');
      await dialog.getByLabel('Auditor').check();
      await dialog.getByLabel('Site administrator').check();
      await dialog.getByText('Auditor stands alone').waitFor();
      expect(await dialog.getByRole('button', { name: 'Make the account' }).isDisabled()).toBe(
        true,
      );
      await dialog.getByLabel('Site administrator').uncheck();
      await dialog.getByLabel('Studies').fill('smears');
      await seen.picture(PICTURES, 'people-invite');
      await dialog.getByRole('button', { name: 'Make the account' }).click();
      await page.getByRole('dialog', { name: 'The account of carol' }).waitFor();
      const activation = await secretIn(page);
      await seen.picture(PICTURES, 'people-secret');
      expect(await seen.violations()).toEqual([]);
      const activated = await seen.context.request.post(`${consortium.url}/v1/activations`, {
        data: { activation, password: PASSWORD },
      });
      expect(activated.status()).toBe(201);
      await page.getByRole('button', { name: 'I have kept it' }).click();
      const row = page.getByRole('row').filter({ hasText: 'carol' }).first();
      await row.getByText('Auditor').waitFor();
      expect(await page.content()).not.toContain(activation);
    });
  });

  it('change roles and end a session of somebody else, whose pages close at once', async () => {
    await look('nils', { width: 'wide' }, async (nils) => {
      await nils.open('/studies');
      await look('olga', { width: 'phone' }, async ({ page }) => {
        await page.goto(`${consortium.url}/console/people`);
        await page.getByRole('link', { name: 'nils', exact: true }).click();
        await page.getByRole('button', { name: /^Sign out: / }).click();
        await page
          .getByRole('dialog')
          .getByRole('button', { name: 'Sign out', exact: true })
          .click();
        await page.getByText('Nowhere at the moment.').waitFor();
        await nils.page.waitForURL('**/login?back=*');
        await page.getByRole('button', { name: 'Change roles' }).click();
        const dialog = page.getByRole('dialog');
        await dialog.getByLabel('Study coordinator').check();
        await dialog.getByRole('button', { name: 'Change roles' }).click();
        const roles = page.getByText('Study coordinator, Site administrator');
        await roles.waitFor();
        expect(await roles.count()).toBe(1);
      });
    });
  });

  it('say why the own account is not changed, and hide from others what is not theirs', async () => {
    await look('olga', { width: 'wide' }, async ({ page }) => {
      await page.goto(`${consortium.url}/console/people`);
      await page.getByRole('link', { name: 'olga', exact: true }).click();
      await page.locator('[data-hindrance=yourself]').waitFor();
      expect(await page.getByRole('button', { name: 'Close the account' }).count()).toBe(0);
    });
    await look('ada', { width: 'wide' }, async ({ page }) => {
      await page.goto(`${consortium.url}/console/people`);
      await page.getByRole('link', { name: 'bo', exact: true }).click();
      await page.locator('[data-hindrance=not-yours-to-change]').waitFor();
      await page.getByRole('heading', { name: 'Passkeys' }).waitFor();
      expect(await page.getByRole('heading', { name: 'API tokens' }).count()).toBe(0);
    });
  });

  it('change the own password: the old one is asked for, and other browsers are signed out', async () => {
    await consortium.person('cleo', { roles: ['study-coordinator'], studies: ['smears'] });
    await look('cleo', { width: 'phone', language: 'de', colours: 'dark' }, async (elsewhere) => {
      await elsewhere.open('/account');
      await look('cleo', { width: 'wide' }, async (seen) => {
        const { page } = seen;
        await seen.open('/account');
        await page.getByRole('button', { name: 'Change password' }).click();
        const dialog = page.getByRole('dialog');
        const change = dialog.getByRole('button', { name: 'Change password' });
        const type = (label: string, text: string): Promise<void> =>
          dialog.getByLabel(new RegExp(`^${label}( \\*)?$`)).fill(text);
        await type('Current password', 'not the password');
        await type('New password', 'abcdefghijklmnop');
        await dialog.getByText('follows the alphabet or the keyboard').waitFor();
        await type('New password', 'seven ships');
        await dialog.getByText('Too short: one more character.').waitFor();
        await type('New password', NEW_PASSWORD);
        await type('New password once more', 'something else');
        await dialog.getByText('This is not the same.').waitFor();
        expect(await change.isDisabled()).toBe(true);
        await type('New password once more', NEW_PASSWORD);
        await change.click();
        await dialog.getByText('The current password is wrong.').waitFor();
        await seen.picture(PICTURES, 'account-password');
        expect(await seen.violations()).toEqual([]);
        await type('Current password', PASSWORD);
        await change.click();
        await page.getByText('The password is changed.').waitFor();
        await elsewhere.page.waitForURL('**/login?back=*');
        await elsewhere.page.getByText('Neues Konto aktivieren').waitFor();
        await seen.open('/account');
        expect(await page.getByRole('button', { name: /^Sign out: / }).count()).toBe(0);
      });
    });
  });

  it('add a passkey, give it another name, and remove it', async () => {
    await consortium.person('dora', { roles: ['study-coordinator'], studies: ['smears'] });
    await look('dora', { width: 'phone', language: 'de' }, async (seen) => {
      const { page } = seen;
      const authenticator = await VirtualAuthenticator.plugInto(page);
      await seen.open('/account');
      const dialog = page.getByRole('dialog');
      const add = async (name: string): Promise<void> => {
        await page.getByRole('button', { name: 'Passkey hinzufügen' }).click();
        await dialog.getByLabel('Name').fill(name);
        await dialog.getByRole('button', { name: 'Weiter zum Gerät' }).click();
      };
      await authenticator.setUserVerified(false);
      await add('Laptop');
      await dialog.getByText('Das Gerät hat keinen gemacht').waitFor();
      await seen.picture(PICTURES, 'account-passkey-de');
      expect(await seen.violations()).toEqual([]);
      await authenticator.setUserVerified(true);
      await dialog.getByRole('button', { name: 'Weiter zum Gerät' }).click();
      await page.getByRole('button', { name: 'Umbenennen: Laptop' }).click();
      await dialog.getByLabel('Name').fill('Laptop im Büro');
      await dialog.getByRole('button', { name: 'Namen speichern' }).click();
      await page.getByRole('button', { name: 'Umbenennen: Laptop im Büro' }).waitFor();
      await expectGood(seen, 'account-with-passkey-de');
      await add('noch einer');
      await dialog.getByText('Dieses Gerät hat schon einen Passkey').waitFor();
      await dialog.getByRole('button', { name: 'Abbrechen' }).click();
      await page.getByRole('button', { name: 'Entfernen: Laptop im Büro' }).click();
      await dialog.getByText('Es ist der letzte').waitFor();
      await dialog.getByRole('button', { name: 'Entfernen', exact: true }).click();
      await page.getByText('Mit einem Passkey öffnet ein gestohlenes Passwort nichts.').waitFor();
    });
  });

  it('speak the language that was chosen, and so does the page on which people sign in', async () => {
    await look('ada', { width: 'wide' }, async ({ page }) => {
      await page.getByRole('button', { name: 'Account' }).click();
      await page.getByText('Deutsch', { exact: true }).click();
      await page.getByRole('menuitem', { name: 'Abmelden' }).click();
      await page.getByText('Neues Konto aktivieren').waitFor();
      expect(await page.locator('html').getAttribute('lang')).toBe('de');
    });
  });

  it('make a token that is shown once, and revoke it', async () => {
    await look('ada', { width: 'wide' }, async ({ page, context }) => {
      await page.getByRole('button', { name: 'Account' }).click();
      await page.locator('[data-session-until]').waitFor();
      await page.getByRole('menuitem', { name: 'Your account' }).click();
      await page.getByText('this browser').waitFor();
      const authorization = `Bearer ${await newToken(page, 'nightly report')}`;
      const asked = async (): Promise<number> => {
        const answer = await fetch(`${consortium.url}/v1/me`, { headers: { authorization } });
        return answer.status;
      };
      expect(await asked()).toBe(200);
      await askToRevoke(page, 'nightly report');
      await revoke(page);
      await page.getByText('None.', { exact: true }).waitFor();
      expect(await asked()).toBe(401);
      expect(context.pages()).toHaveLength(1);
    });
  });

  it('ask about the same token still when one before it is gone', async () => {
    const labels = ['first', 'second', 'third'];
    await look('ada', { width: 'wide' }, async ({ page }) => {
      await page.goto(`${consortium.url}/console/account`);
      for (const label of labels) {
        await newToken(page, label);
      }
      const rows = page
        .getByRole('table', { name: 'For commands and programs' })
        .getByRole('rowheader');
      const [above = '', asked = '', below = ''] = await rows.allInnerTexts();
      expect([above, asked, below].toSorted()).toEqual(labels);
      await askToRevoke(page, asked);
      await look('ada', { width: 'wide' }, async (elsewhere) => {
        await elsewhere.open('/account');
        await askToRevoke(elsewhere.page, above);
        await revoke(elsewhere.page);
      });
      await rows.filter({ hasText: above }).waitFor({ state: 'detached' });
      await page.getByRole('dialog', { name: `Revoke: ${asked}` }).waitFor();
      await revoke(page);
      await rows.filter({ hasText: asked }).waitFor({ state: 'detached' });
      expect(await rows.allInnerTexts()).toEqual([below]);
    });
  });
});
