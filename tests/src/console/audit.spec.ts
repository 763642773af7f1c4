/** An auditor looks through the log, verifies a round without a network, comes back later, and finds out what was rewritten. */
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { isChromiumAvailable, launchChromium } from '../support/chromium.js';
import { ConsoleBrowser, type ConsoleOptions } from '../support/console-browser.js';
import { ConsoleFederation } from '../support/console-federation.js';
import { rewriteLeaf } from '../support/rewrite-leaf.js';

const describeWithBrowser = isChromiumAvailable() ? describe : describe.skip;
const PICTURES = join(tmpdir(), 'consilium-pictures');
/** More than pass while the pages are looked at. */
const PLAN = { rounds: 400, trainMs: 1200 };
const RESULT = '/audit?study=smears&round=1&kind=round.result';
const VERIFY = '/audit/verify?study=smears&round=1';

describeWithBrowser('the audit explorer', () => {
  let consortium: ConsoleFederation;
  let browser: Browser;

  beforeAll(async () => {
    consortium = await ConsoleFederation.start(PLAN);
    await consortium.person('vera', { roles: ['auditor'], studies: ['smears'] });
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser.close();
    await consortium.stop();
  });

  const look = (
    options: Omit<ConsoleOptions, 'url' | 'name'>,
    work: (seen: ConsoleBrowser) => Promise<void>,
  ): Promise<void> =>
    ConsoleBrowser.visit(browser, { url: consortium.url, name: 'vera', ...options }, work);

  /** For everybody, whatever is shown just then. */
  async function expectOpenToAll(seen: ConsoleBrowser, name: string): Promise<void> {
    await seen.settled();
    await seen.page.evaluate('window.scrollTo(0, 0)');
    await seen.picture(PICTURES, name);
    expect(await seen.violations()).toEqual([]);
    expect(await seen.overflow()).toBe(0);
    expect(seen.faults).toEqual([]);
  }

  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

  it('finds entries, each with what it says, its bytes and its proof, by an address to share', async () => {
    await look({ width: 'wide' }, async (seen) => {
      const { page } = seen;
      await seen.open('/audit');
      await page.getByLabel('Round', { exact: true }).fill('1');
      await page.getByLabel('Study', { exact: true }).fill('smears');
      await button(page, 'Show').click();
      await page.waitForURL('**/audit?study=smears&round=1');
      await page.locator('[data-entry]', { hasText: 'Round 1 is done' }).click();
      await page.locator('[data-proof=holds]').waitFor();
      await page.getByText(/^Show each hash \(\d+\)$/).click();
      expect(await page.locator('[data-hash-step]').count()).toBeGreaterThan(2);
      expect(await page.locator('[data-raw-leaf]').textContent()).toMatch(
        /^\{"adapterCheckpointHash":"sha256:.*"type":"round.result","v":1\}$/,
      );
      await page.getByText(/key of consilium.local\/log/).waitFor();
      await expectOpenToAll(seen, 'audit-entry-wide-en');
      const shared = new URL(page.url());
      await seen.open('/studies');
      await seen.open(shared.pathname.replace('/console', '') + shared.search);
      await page.locator('[data-entry-open]', { hasText: 'Round 1 is done' }).waitFor();
    });
  });

  describe('on the way of an auditor who comes back', () => {
    let seen: ConsoleBrowser;
    let page: Page;

    beforeAll(async () => {
      seen = await ConsoleBrowser.signIn(browser, {
        url: consortium.url,
        name: 'vera',
        width: 'wide',
      });
      ({ page } = seen);
    });

    afterAll(async () => {
      await seen.close();
    });

    afterEach(async () => {
      await seen.context.setOffline(false);
    });

    async function fetchEvidence(): Promise<void> {
      await seen.open(VERIFY);
      await button(page, 'Fetch the evidence').click();
      await page.getByText('You may go offline now.').waitFor();
    }

    it('a round is verified without a network, and the checkpoint kept', async () => {
      await fetchEvidence();
      await seen.context.setOffline(true);
      await button(page, 'Verify').click();
      await page.locator('[data-verified=true]').waitFor();
      await page.locator('[data-round-again=true]').waitFor();
      expect(await page.locator('[data-report]').textContent()).toMatch(/\nVERIFIED against keys/);
      await page
        .getByRole('button', { name: /^Prove entry/ })
        .first()
        .click();
      const proven = page.locator('[data-bundle-entry]', { hasText: 'Show each hash' });
      await proven.first().waitFor();
      expect(await page.locator('[data-steps=inclusion] li').count()).toBeGreaterThan(20);
      await takeAlong(page);
      await button(page, 'Keep the checkpoint of this evidence').click();
      await page.getByText('Kept in this browser.').waitFor();
      await expectOpenToAll(seen, 'audit-verified-wide-en');
    });

    it('later rounds leave what was signed before as it was, by this browser and by a file', async () => {
      await seen.open('/audit/checkpoint');
      await page.getByText(/^Nothing was rewritten since your last visit on/).waitFor();
      const note = await page.locator('[data-note]').textContent();
      await page.locator('input[type=file]').setInputFiles({
        name: 'before.txt',
        mimeType: 'text/plain',
        buffer: Buffer.from(note ?? ''),
      });
      await page.getByText('Nothing was rewritten since the checkpoint in before.txt.').waitFor();
      await expectOpenToAll(seen, 'audit-checkpoint-wide-en');
    });

    it('a row that was changed in the database is refused by name', async () => {
      await seen.open(RESULT);
      const index = Number(await page.locator('[data-entry]').first().getAttribute('data-entry'));
      rewriteLeaf(consortium.dataFolder, index, (leaf) =>
        leaf.replace(/"ringSumHash":"sha256:.{8}/, '"ringSumHash":"sha256:00000000'),
      );
      await seen.open(`${RESULT}&entry=${index}`);
      await page.locator('[data-proof=proof-invalid]').waitFor();
      await fetchEvidence();
      await button(page, 'Verify').click();
      await page.locator('[data-verified=false]').waitFor();
      const findings = page.locator('[data-failures] li', { hasText: `entry ${index}` });
      await findings.filter({ hasText: 'inclusion' }).first().waitFor();
      await page.getByText(/^What the log signs still begins with/).waitFor();
      await expectOpenToAll(seen, 'audit-refused-wide-en');
    });
  });

  it('has words for the checkpoint and the verification on a phone, in German', async () => {
    await look({ width: 'phone', language: 'de' }, async (seen) => {
      const { page } = seen;
      await seen.open('/audit/checkpoint');
      await page.getByText('In diesem Browser ist kein Prüfpunkt behalten').waitFor();
      await button(page, 'In diesem Browser behalten').click();
      await page.getByText(/^Seit Ihrem letzten Besuch/).waitFor();
      await expectOpenToAll(seen, 'audit-checkpoint-phone-de');
      await seen.open('/audit/verify');
      await expectOpenToAll(seen, 'audit-verify-phone-de');
    });
  });

  it('goes to older entries page by page, and says when none fits', async () => {
    await look({ width: 'phone', language: 'de', colours: 'dark' }, async (seen) => {
      const { page } = seen;
      await seen.open('/audit');
      await page.locator('[data-entry]').nth(49).waitFor();
      const newest = Number(await page.locator('[data-entry]').first().getAttribute('data-entry'));
      await page.getByRole('link', { name: 'Ältere Einträge' }).click();
      await page.waitForURL('**/audit?before=*');
      await page.getByRole('link', { name: 'Zu den neuesten' }).waitFor();
      const older = Number(await page.locator('[data-entry]').first().getAttribute('data-entry'));
      expect(older).toBeLessThan(newest);
      await page.locator('[data-entry]').first().click();
      await page.locator('[data-proof=holds]').waitFor();
      await expectOpenToAll(seen, 'audit-entry-phone-de-dark');
      await seen.open('/audit?site=nowhere');
      await page.getByText('Kein Eintrag passt').waitFor();
    });
  });

  /** Both files, while there is no network. */
  async function takeAlong(page: Page): Promise<void> {
    const take = async (name: string): Promise<Buffer> => {
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name }).click(),
      ]);
      return readFile(await file.path());
    };
    expect((await take('Evidence bundle (.tar)')).toString('latin1', 257, 262)).toBe('ustar');
    expect((await take('Page that verifies itself (.html)')).toString('utf8', 0, 15)).toBe(
      '<!doctype html>',
    );
  }
});
