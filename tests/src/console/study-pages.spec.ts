/** People look at a study that is running, in a real browser, on a desk and on a phone, in both languages and colour schemes. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RoundView } from '@consilium/shared/answers';
import type { Browser, Route } from 'playwright-core';
import { isChromiumAvailable, launchChromium } from '../support/chromium.js';
import { ConsoleBrowser, type ConsoleOptions } from '../support/console-browser.js';
import { ConsoleFederation } from '../support/console-federation.js';

const describeWithBrowser = isChromiumAvailable() ? describe : describe.skip;
const PICTURES = join(tmpdir(), 'consilium-pictures');
/** More than pass while the pages are looked at. */
const PLAN = { rounds: 400, trainMs: 1000 };
/** Stands in the code of every schema, wherever the build puts it. */
const FORMS = 'ZodError';
const STUDY = '/studies/smears';
const PAGES = ['/studies', STUDY, `${STUDY}/timeline`, `${STUDY}/curves`, `${STUDY}/heat`];

describeWithBrowser('the pages of a study', () => {
  let consortium: ConsoleFederation;
  let browser: Browser;

  beforeAll(async () => {
    consortium = await ConsoleFederation.start(PLAN);
    const studies = ['smears', 'bone-marrow'];
    await consortium.person('ada', { roles: ['study-coordinator'], studies });
    await consortium.person('bo', { roles: ['auditor'], studies });
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser.close();
    await consortium.stop();
  });

  const look = (
    options: Omit<ConsoleOptions, 'url' | 'name'> & Partial<Pick<ConsoleOptions, 'name'>>,
    work: (seen: ConsoleBrowser) => Promise<void>,
  ): Promise<void> =>
    ConsoleBrowser.visit(browser, { url: consortium.url, name: 'ada', ...options }, work);

  const VIEWS = [
    { width: 'wide', language: 'en', colours: 'light' },
    { width: 'phone', language: 'de', colours: 'light' },
    { width: 'wide', language: 'de', colours: 'dark' },
    { width: 'phone', language: 'en', colours: 'dark' },
  ] as const;

  describe.each(VIEWS)('are for everybody: $width, $language, $colours', (view) => {
    let seen: ConsoleBrowser;

    beforeAll(async () => {
      seen = await ConsoleBrowser.signIn(browser, { url: consortium.url, name: 'ada', ...view });
    });

    afterAll(async () => {
      await seen.close();
    });

    it.each(PAGES)('%s', async (path) => {
      await seen.open(path);
      await seen.settled();
      const name = [...path.split('/').filter(Boolean), ...Object.values(view)].join('-');
      await seen.picture(PICTURES, name);
      expect(await seen.violations()).toEqual([]);
      expect(await seen.overflow()).toBe(0);
      expect(seen.faults).toEqual([]);
    });
  });

  it('are there before the forms by which their answers are checked', async () => {
    await look({ width: 'wide' }, async (seen) => {
      const { page } = seen;
      let release = (): void => undefined;
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      await page.route('**/assets/*.js', async (route) => {
        const response = await route.fetch();
        if ((await response.text()).includes(FORMS)) {
          await released;
        }
        await route.fulfill({ response });
      });
      await seen.open('/studies');
      await page.locator('[aria-busy=true]').waitFor();
      expect(await page.locator('article').count()).toBe(0);
      release();
      await page.locator('article').first().waitFor();
    });
  });

  it('tell in words how far the study is, who is waited for, and what happened', async () => {
    await look({ width: 'wide' }, async ({ page }) => {
      await page.getByRole('link', { name: 'Blood smears: white cells' }).click();
      await page.getByRole('heading', { name: 'Blood smears: white cells' }).waitFor();
      await page.getByText('Who is being waited for').waitFor();
      await page.getByText(/riverside.* (is training|has to)/).waitFor();
      const feed = page.locator('[data-leaf]');
      await feed
        .filter({ hasText: /^Round \d+ is done/ })
        .first()
        .waitFor();
      const newest = Number(await feed.first().getAttribute('data-leaf'));
      // Nobody loads the page again: the next leaves come by themselves.
      await page.locator(`[data-leaf="${newest + 3}"]`).waitFor();
      expect(await feed.count()).toBeGreaterThan(3);
    });
  });

  it('show each bar of the timeline with its receipt, by keyboard too', async () => {
    await look({ width: 'wide' }, async (seen) => {
      await seen.open(`${STUDY}/timeline`);
      const trained = seen.page.getByRole('button', {
        name: /northgate, download and training: \d/,
      });
      const name = (await trained.last().getAttribute('aria-label')) ?? '';
      const bar = seen.page.getByRole('button', { name, exact: true });
      await bar.focus();
      await seen.page.keyboard.press('Enter');
      const receipt = seen.page.locator('[data-receipt]');
      await receipt.getByText('655').waitFor();
      // Newer rounds push the bar off the chart: its receipt is there to be read all the same.
      await bar.waitFor({ state: 'detached' });
      expect(await receipt.textContent()).toMatch(/Trained for.*Manifest[0-9a-f]{12}…/);
      await seen.page.getByRole('button', { name: 'Show as table' }).click();
      await seen.page.getByRole('cell', { name: 'download and training' }).first().waitFor();
    });
  });

  it('give the curves as a file, and name the site that is served worst', async () => {
    await look({ width: 'wide' }, async (seen) => {
      await seen.open(`${STUDY}/curves`);
      await seen.page.getByText('Loss', { exact: true }).click();
      const [file] = await Promise.all([
        seen.page.waitForEvent('download'),
        seen.page.getByRole('button', { name: 'Download CSV' }).click(),
      ]);
      expect(file.suggestedFilename()).toBe('smears-loss.csv');
      const [picture] = await Promise.all([
        seen.page.waitForEvent('download'),
        seen.page.getByRole('button', { name: 'Download picture' }).click(),
      ]);
      expect(picture.suggestedFilename()).toBe('smears-loss.png');
      await seen.open(`${STUDY}/heat`);
      expect(await seen.page.locator('[data-worst]').first().textContent()).toMatch(
        /^Worst: [a-z]+ after round \d+ with \d/,
      );
    });
  });

  it('let an attempt be abandoned, with a reason that is in the log', async () => {
    await look({ width: 'phone' }, async (seen) => {
      const { page } = seen;
      await seen.open(STUDY);
      await page.getByRole('button', { name: 'Abandon this attempt' }).click();
      const question = page.getByRole('dialog');
      await question.getByLabel('Reason').fill('the scanner of riverside is down');
      expect(await seen.violations()).toEqual([]);
      const abandon = question.getByRole('button', { name: 'Abandon', exact: true });
      // What is written stays, though the attempt ends while somebody writes it.
      await page.route(`**/v1${STUDY}/rounds`, endNewestAttempt);
      await question.getByText('The attempt has ended by itself').waitFor();
      expect(await abandon.isDisabled()).toBe(true);
      await page.unrouteAll({ behavior: 'wait' });
      const open = question.getByText(/^The updates of round \d+, attempt 1 are thrown away/);
      const before = (await open.textContent()) ?? '';
      await open.filter({ hasNotText: before }).waitFor();
      // An attempt that ends just before the click is not exchanged for the next one: whoever means that one clicks again.
      for (let isGivenUp = false; !isGivenUp;) {
        const answer = page.waitForResponse('**/rounds/current/abandonment');
        await abandon.click();
        isGivenUp = (await answer).ok();
      }
      await page.getByText('the scanner of riverside is down').first().waitFor();
    });
  });

  it('let a study be paused, with a reason', async () => {
    await look({ width: 'wide' }, async (seen) => {
      const { page } = seen;
      await seen.open(STUDY);
      await page.getByRole('button', { name: 'Pause', exact: true }).click();
      const question = page.getByRole('dialog');
      await question.getByLabel('Reason').fill('a committee meets');
      expect(await seen.violations()).toEqual([]);
      await question.getByRole('button', { name: 'Pause' }).click();
      await page.getByText('Paused by ada: a committee meets').waitFor();
      await page.locator('[data-leaf]').filter({ hasText: 'paused the study' }).waitFor();
      await page.getByText('Round done').waitFor();
    });
  });

  it('say to everybody that it is paused, and let nobody resume it who may not start one', async () => {
    const view = { width: 'phone', language: 'de', colours: 'dark' } as const;
    await look({ name: 'bo', ...view }, async (seen) => {
      const { page } = seen;
      const paused = page.getByText(/^Angehalten von op-[0-9a-f]{12}: a committee meets/);
      await paused.waitFor();
      await page.getByRole('link', { name: 'Blood smears: white cells' }).click();
      await page.getByText('Runde fertig').waitFor();
      await paused.waitFor();
      expect(await page.getByRole('button', { name: 'Fortsetzen' }).count()).toBe(0);
      await seen.picture(PICTURES, 'paused-phone');
      expect(await seen.violations()).toEqual([]);
      expect(await seen.overflow()).toBe(0);
    });
  });

  it('let it be resumed, and the next attempt opens by itself', async () => {
    await look({ width: 'phone' }, async (seen) => {
      const { page } = seen;
      await seen.open(STUDY);
      await page.getByRole('button', { name: 'Resume' }).click();
      await seen.picture(PICTURES, 'resumed-phone');
      await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click();
      await page.getByText('Paused by').waitFor({ state: 'detached' });
      await page.getByText('Sites train and send their updates').waitFor();
      const pause = page.getByRole('button', { name: 'Pause', exact: true });
      await pause.waitFor();
      expect(await pause.count()).toBe(1);
    });
  });

  it('let a study be stopped for good', async () => {
    await look({ width: 'phone' }, async (seen) => {
      await seen.open(STUDY);
      await seen.page.getByRole('button', { name: 'Stop for good' }).click();
      const question = seen.page.getByRole('dialog');
      await question.getByLabel('Reason').fill('too few hospitals are left');
      expect(await seen.violations()).toEqual([]);
      await question.getByRole('button', { name: 'Stop for good' }).click();
      await seen.page.getByText(/^Failed: stopped by op-.*: too few hospitals are left$/).waitFor();
      expect(await seen.page.getByRole('button', { name: 'Pause' }).count()).toBe(0);
    });
  });
});

/** What a page is told between two attempts. */
async function endNewestAttempt(route: Route): Promise<void> {
  const response = await route.fetch();
  const rounds = (await response.json()) as readonly RoundView[];
  const json = rounds.map((round) => ({
    ...round,
    attempts: round.attempts.map((attempt) =>
      round === rounds.at(-1) && attempt === round.attempts.at(-1)
        ? { ...attempt, phase: 'committed', awaited: [] }
        : attempt,
    ),
  }));
  await route.fulfill({ response, json });
}
