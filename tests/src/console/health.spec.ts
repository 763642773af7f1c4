/** Whoever keeps the coordinator at its health page; and a session that nobody uses ends by itself, whatever its page asks. */
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { ageSessions } from '../support/age-sessions.js';
import { isChromiumAvailable, launchChromium } from '../support/chromium.js';
import { ConsoleBrowser } from '../support/console-browser.js';
import { ConsoleFederation } from '../support/console-federation.js';
import { rewriteLeaf } from '../support/rewrite-leaf.js';

const describeWithBrowser = isChromiumAvailable() ? describe : describe.skip;
const PICTURES = join(tmpdir(), 'consilium-pictures');
const PLAN = { rounds: 1, trainMs: 400 };
const MINUTE = 60_000;
/** After so long what a page asks is not its person's doing. */
const UNTOUCHED_MS = 5100;

describeWithBrowser('a coordinator and its keeper', () => {
  let consortium: ConsoleFederation;
  let browser: Browser;

  beforeAll(async () => {
    consortium = await ConsoleFederation.start(PLAN);
    await consortium.person('olga', { roles: ['platform-admin'] });
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser.close();
    await consortium.stop();
  });

  const VIEWS = [
    { width: 'wide', language: 'en', colours: 'light' },
    { width: 'phone', language: 'de', colours: 'dark' },
  ] as const;

  it.each(VIEWS)('look at its health: $width, $language, $colours', async (view) => {
    const seen = await ConsoleBrowser.signIn(browser, {
      url: consortium.url,
      name: 'olga',
      ...view,
    });
    await seen.open('/health');
    await seen.page.getByText(/PostgreSQL|SQLite/).waitFor();
    await seen.picture(PICTURES, `health-${Object.values(view).join('-')}`);
    expect(await seen.violations()).toEqual([]);
    expect(await seen.overflow()).toBe(0);
    expect(seen.faults).toEqual([]);
    await seen.close();
  });

  it('give a bundle away in which nobody is named, after a look at it', async () => {
    const person = { url: consortium.url, name: 'olga', width: 'wide' } as const;
    const seen = await ConsoleBrowser.signIn(browser, person);
    await seen.open('/health');
    await seen.page.getByRole('button', { name: 'Look at it first' }).click();
    const shown = (await seen.page.locator('[data-support-bundle] pre').textContent()) ?? '';
    const [file] = await Promise.all([
      seen.page.waitForEvent('download'),
      seen.page.getByRole('link', { name: 'Download' }).click(),
    ]);
    expect(file.suggestedFilename()).toBe('consilium-support.json');
    for (const text of [shown, await readFile(await file.path(), 'utf8')]) {
      expect(text).toContain('support-bundle');
      expect(text).not.toMatch(
        /olga|root|smears|northgate|riverside|127\.0\.0\.1|consilium-console/,
      );
    }
    await seen.close();
  });

  it('find out that the log was altered behind the coordinator', async () => {
    const person = { url: consortium.url, name: 'olga', width: 'phone' } as const;
    const seen = await ConsoleBrowser.signIn(browser, person);
    await seen.open('/health');
    const check = seen.page.getByRole('button', { name: 'Check now' });
    await check.click();
    await seen.page.locator('[data-log-check=holds]').waitFor();
    rewriteLeaf(consortium.dataFolder, 1, (leaf) => leaf.replace('"atMs":1', '"atMs":2'));
    await check.click();
    await seen.page.locator('[data-log-check=log-inconsistent]').waitFor();
    expect(await seen.page.locator('[data-finding=log-broken]').textContent()).toContain('restore');
    await seen.page.getByText('leaf 1 does not have the hash beside it').waitFor();
    rewriteLeaf(consortium.dataFolder, 1, (leaf) => leaf.replace('"atMs":2', '"atMs":1'));
    await seen.close();
  });

  it('are parted when nobody has done anything for half an hour, though the page was told of things', async () => {
    const person = { url: consortium.url, name: 'olga', width: 'wide' } as const;
    const seen = await ConsoleBrowser.signIn(browser, person);
    const { page } = seen;
    await seen.open('/people');
    await page.waitForTimeout(UNTOUCHED_MS);
    expect(ageSessions(consortium.dataFolder, 26 * MINUTE)).toBeGreaterThan(0);
    await consortium.person('carl', { roles: ['auditor'] });
    await page.locator('[data-session-ends]').waitFor();
    await seen.picture(PICTURES, 'session-ends');
    await page.getByRole('button', { name: 'Stay signed in' }).click();
    await page.locator('[data-session-ends]').waitFor({ state: 'detached' });
    // Nobody touches the page from here on; what happens makes it ask all the same.
    await page.waitForTimeout(UNTOUCHED_MS);
    ageSessions(consortium.dataFolder, 29 * MINUTE + 50_000);
    const [asked] = await Promise.all([
      page.waitForRequest('**/v1/operators'),
      consortium.person('dora', { roles: ['auditor'] }),
    ]);
    expect(asked.headers()['consilium-background']).toBe('1');
    await page.waitForURL('**/login?back=%2Fconsole%2Fpeople');
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await seen.close();
  });
});
