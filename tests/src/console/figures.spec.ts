/** The figures of a study of many rounds: its own answer, repeated, comes in parts. */
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
const PLAN = { rounds: 400, trainMs: 500 };
const STUDY = '/studies/smears';
const MANY = 450;
/** An answer with fewer rounds than that is the last one. */
const AT_ONCE = 200;

describeWithBrowser('the figures of a study', () => {
  let consortium: ConsoleFederation;
  let browser: Browser;

  beforeAll(async () => {
    consortium = await ConsoleFederation.start(PLAN);
    await consortium.person('ada', { roles: ['study-coordinator'], studies: ['smears'] });
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
    ConsoleBrowser.visit(browser, { url: consortium.url, name: 'ada', ...options }, work);

  it('are asked for once', async () => {
    await look({ width: 'wide' }, async (seen) => {
      const { page } = seen;
      await seen.open(`${STUDY}/curves`);
      const last = page.getByText(/^Last .* after round (?:[2-9]|\d\d)/);
      await last.waitFor();
      await page.goto('about:blank');
      const asked: number[] = [];
      page.on('request', (request) => {
        asked.push(...(/\/rounds\?from=(\d+)/.exec(request.url())?.slice(1) ?? []).map(Number));
      });
      await seen.open(`${STUDY}/curves`);
      const drawn = (await last.textContent()) ?? '';
      await last.filter({ hasNotText: drawn }).waitFor();
      const [first, ...later] = asked;
      expect(first).toBe(1);
      expect(Math.min(...later)).toBeGreaterThan(1);
    });
  });

  it.each([
    { width: 'wide', language: 'en', path: `${STUDY}/curves`, says: 'The first 200 rounds are' },
    { width: 'phone', language: 'de', path: `${STUDY}/heat`, says: 'Die ersten 200 Runden sind' },
  ] as const)('are shown as they arrive: $path', async ({ path, says, ...view }) => {
    await look(view, async (seen) => {
      const { page } = seen;
      let release = (): void => undefined;
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      await page.route(`**/v1${STUDY}/rounds?*`, async (route) => {
        if (fromOf(route) > 1) {
          await released;
        }
        await repeat(route);
      });
      await seen.open(path);
      await page.getByText(says).waitFor();
      await page.getByRole('img').first().waitFor();
      await seen.picture(PICTURES, `figures-arriving-${Object.values(view).join('-')}`);
      expect(await seen.violations()).toEqual([]);
      expect(await seen.overflow()).toBe(0);
      release();
      await page.getByText(says).waitFor({ state: 'detached' });
      await page
        .getByText(new RegExp(`\\b${MANY - 1}\\b`))
        .first()
        .waitFor();
      await page.unrouteAll({ behavior: 'ignoreErrors' });
    });
  });
});

function fromOf(route: Route): number {
  return Number(new URL(route.request().url()).searchParams.get('from'));
}

/** Instead of the rounds that are asked for those of a long study: a round that is done again and again. */
async function repeat(route: Route): Promise<void> {
  const { origin, pathname } = new URL(route.request().url());
  const response = await route.fetch({ url: origin + pathname });
  const rounds = (await response.json()) as readonly RoundView[];
  const done = rounds.find(({ adapterCheckpointHash }) => adapterCheckpointHash !== undefined);
  const from = fromOf(route);
  const length = Math.max(0, Math.min(AT_ONCE, MANY - from + 1));
  await route.fulfill({
    response,
    json: Array.from({ length }, (_, i) => ({ ...done, roundNo: from + i })),
  });
}
