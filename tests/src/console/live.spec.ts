/** The coordinator is killed while a page is open: the page says so, comes back by itself, misses nothing and doubles nothing. */
import type { Browser } from 'playwright-core';
import { isChromiumAvailable, launchChromium } from '../support/chromium.js';
import { ConsoleBrowser } from '../support/console-browser.js';
import { ConsoleFederation } from '../support/console-federation.js';

const describeWithBrowser = isChromiumAvailable() ? describe : describe.skip;
const PLAN = { rounds: 400, trainMs: 300 };

describeWithBrowser('a page whose coordinator is killed', () => {
  let consortium: ConsoleFederation;
  let browser: Browser;
  let seen: ConsoleBrowser;

  beforeAll(async () => {
    consortium = await ConsoleFederation.start(PLAN);
    await consortium.person('ada', { roles: ['study-coordinator'], studies: ['smears'] });
    browser = await launchChromium();
    seen = await ConsoleBrowser.signIn(browser, {
      url: consortium.url,
      name: 'ada',
      width: 'wide',
    });
  });

  afterAll(async () => {
    await browser.close();
    await consortium.stop();
  });

  /** Indices that the page shows, the newest first. */
  async function shown(): Promise<number[]> {
    const entries = await seen.page.locator('[data-leaf]').all();
    return Promise.all(entries.map(async (entry) => Number(await entry.getAttribute('data-leaf'))));
  }

  /** Those of the study that the log has. */
  async function logged(): Promise<number[]> {
    const answer = await seen.context.request.get(
      `${consortium.url}/v1/studies/smears/activity?count=200`,
    );
    const { leaves } = (await answer.json()) as { leaves: readonly { readonly index: number }[] };
    return leaves.map(({ index }) => index);
  }

  it('says so, and keeps what it had', async () => {
    await seen.open('/studies/smears');
    await seen.page.getByText('Live', { exact: true }).first().waitFor();
    await seen.page.locator('[data-leaf]').first().waitFor();
    await consortium.kill();
    await seen.page.getByText('Connection lost').waitFor({ timeout: 5000 });
    await seen.page.getByRole('alert').getByText('The coordinator does not answer.').waitFor();
    expect((await shown()).length).toBeGreaterThan(0);
  });

  it('is live again by itself, and shows every leaf once', async () => {
    await consortium.restart();
    await seen.page.getByText('Connection lost').waitFor({ state: 'detached' });
    const before = await logged();
    // A leaf that is new: somebody exports the adapter.
    const exported = await seen.context.request.get(`${consortium.url}/v1/studies/smears/adapter`);
    expect(exported.status()).toBe(200);
    const [newest = -1] = await logged();
    expect(before).not.toContain(newest);
    await seen.page.locator(`[data-leaf="${newest}"]`).waitFor();
    expect(await shown()).toEqual(await logged());
    expect(seen.faults).toEqual([]);
  });
});
