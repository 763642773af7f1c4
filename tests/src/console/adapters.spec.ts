/** Somebody looks at the adapters of a study in a real browser, follows one back, and takes it out. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { isChromiumAvailable, launchChromium } from '../support/chromium.js';
import { ConsoleBrowser, type ConsoleOptions } from '../support/console-browser.js';
import { ConsoleFederation } from '../support/console-federation.js';

const describeWithBrowser = isChromiumAvailable() ? describe : describe.skip;
const PICTURES = join(tmpdir(), 'consilium-pictures');
const PLAN = { rounds: 400, trainMs: 400 };
const PAGE = '/studies/smears/adapters';

describeWithBrowser('the adapters of a study', () => {
  let consortium: ConsoleFederation;
  let browser: Browser;

  beforeAll(async () => {
    consortium = await ConsoleFederation.start(PLAN);
    await consortium.person('ada', { roles: ['study-coordinator'], studies: ['smears'] });
    await consortium.person('otto', { roles: ['auditor'], studies: ['smears'] });
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser.close();
    await consortium.stop();
  });

  const look = (
    options: Omit<ConsoleOptions, 'url'>,
    work: (seen: ConsoleBrowser) => Promise<void>,
  ): Promise<void> => ConsoleBrowser.visit(browser, { url: consortium.url, ...options }, work);

  it('can be followed back round by round, and each file has the hash that is shown', async () => {
    await look({ name: 'ada', width: 'wide' }, async (seen) => {
      const { page } = seen;
      await seen.open('/studies/smears');
      await page.getByRole('tab', { name: 'Adapters' }).click();
      await page.getByRole('button', { name: 'Show the one of round 2', exact: true }).click();
      await page.getByRole('heading', { name: 'The adapter after round 2' }).waitFor();
      await page.getByText('northgate with 655 pictures').waitFor();
      await page.getByText('Served worst: westbank.').waitFor();
      await page.getByText('eosinophil, lymphocyte, neutrophil').waitFor();
      const digits = await page.locator('[data-adapter-hash]').textContent();
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Save smears-2.safetensors' }).click(),
      ]);
      const bytes = await readFile(await file.path());
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(digits);
      await page.getByText('The file that arrived has exactly this hash.').waitFor();
      await page.getByText('--format merged').waitFor();
      const [protocol] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Save the study protocol' }).click(),
      ]);
      const saved = await readFile(await protocol.path());
      const shown = await seen.context.request.get(`${consortium.url}/v1/studies/smears`);
      const { protocolHash } = (await shown.json()) as { readonly protocolHash: string };
      expect(`sha256:${createHash('sha256').update(saved).digest('hex')}`).toBe(protocolHash);
      await page.getByRole('button', { name: 'Show the one before it' }).click();
      await page.getByRole('heading', { name: 'The adapter after round 1' }).waitFor();
      await page.getByRole('button', { name: 'Show the one before it' }).click();
      await page.getByText('It follows from the study protocol alone').waitFor();
    });
  });

  it('hold still for whoever aims at one while newer ones come', async () => {
    await look({ name: 'ada', width: 'wide' }, async (seen) => {
      const { page } = seen;
      await seen.open(PAGE);
      const listed = async (): Promise<readonly number[]> => {
        const rows = page.getByRole('table', { name: 'The newest first.' }).getByRole('rowheader');
        return (await rows.allInnerTexts()).map((text) => Number.parseInt(text, 10));
      };
      const first = page.getByRole('button', { name: 'Show the one of round 1', exact: true });
      await first.hover();
      await page.mouse.down();
      const before = await listed();
      const newest = Math.max(...before);
      // Rounds go on meanwhile: without the pointer in the way, rows would have moved down.
      await page.getByRole('heading', { name: `The adapter after round ${newest + 1}` }).waitFor();
      await page.getByText('Holds still while you point at it').waitFor();
      expect(await listed()).toEqual(before);
      await page.mouse.up();
      await page.getByRole('heading', { name: 'The adapter after round 1' }).waitFor();
      await page.getByRole('heading', { level: 1 }).hover();
      await page.getByText('Holds still while you point at it').waitFor({ state: 'detached' });
      expect(Math.max(...(await listed()))).toBeGreaterThan(newest);
    });
  });

  it.each([
    { width: 'wide', language: 'en', colours: 'light', round: '2' },
    { width: 'phone', language: 'de', colours: 'dark', round: '1' },
  ] as const)('are for everybody: $width, $language, $colours', async ({ round, ...view }) => {
    await look({ name: 'ada', ...view }, async (seen) => {
      await seen.open(`${PAGE}?round=${round}`);
      await seen.page.locator(`[data-adapter="${round}"]`).waitFor();
      await seen.picture(PICTURES, ['adapters', ...Object.values(view)].join('-'));
      expect(await seen.violations()).toEqual([]);
      expect(await seen.overflow()).toBe(0);
    });
  });

  it('do not leave with whoever may not take them out', async () => {
    await look({ name: 'otto', width: 'wide' }, async (seen) => {
      await seen.open(PAGE);
      await seen.page.getByText('Your role takes no adapters out.').waitFor();
      expect(await seen.page.locator('[data-adapter-hash]').count()).toBe(0);
    });
  });
});
