/** A study coordinator writes a new study in a real browser, from an empty draft and from a file, and creates it. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { isChromiumAvailable, launchChromium } from '../support/chromium.js';
import { ConsoleBrowser, type ConsoleOptions } from '../support/console-browser.js';
import { ConsoleFederation } from '../support/console-federation.js';

const describeWithBrowser = isChromiumAvailable() ? describe : describe.skip;
const PICTURES = join(tmpdir(), 'consilium-pictures');
const PLAN = { rounds: 400, trainMs: 2000 };
const STEPS = ['purpose', 'model', 'data', 'rounds', 'sites', 'review'];

const FILE = `
study: cornea
title: Cornea, from a file
task: { kind: classification, classes: [clear, cloudy] }
backbone: sha256:${'b'.repeat(64)}
adapter: { kind: lora, rank: 4, blocks: { last: 9 } }
training: { rounds: 3, optimizer: { kind: adamw, learningRate: 0.001 }, updateRange: 0.5 }
participation: { minSites: 3, roundDeadline: 20m }
`;

describeWithBrowser('a new study', () => {
  let consortium: ConsoleFederation;
  let browser: Browser;

  beforeAll(async () => {
    consortium = await ConsoleFederation.start(PLAN);
    await consortium.person('ada', { roles: ['study-coordinator'] });
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

  async function openFile(page: Page, text: string): Promise<void> {
    const file = { name: 'study.yaml', mimeType: 'application/yaml', buffer: Buffer.from(text) };
    await page.locator('input[type=file]').setInputFiles(file);
  }

  const next = (page: Page): Promise<void> =>
    page.getByRole('button', { name: 'Next', exact: true }).click();

  /** As the page shows it. */
  const hashOn = async (page: Page): Promise<string> =>
    (await page.locator('[data-protocol-hash]').textContent()) ?? '';

  const VIEWS = [
    { width: 'wide', language: 'en', colours: 'light' },
    { width: 'phone', language: 'de', colours: 'dark' },
  ] as const;

  it.each(VIEWS)('is for everybody: $width, $language, $colours', async (view) => {
    await look(view, async (seen) => {
      await seen.open('/new-study');
      await openFile(seen.page, FILE.replace('last: 9', 'last: 1'));
      await seen.page.locator('[data-protocol-hash]').waitFor();
      for (const step of STEPS) {
        await seen.page.locator('nav ol button').nth(STEPS.indexOf(step)).click();
        await seen.settled();
        await seen.picture(PICTURES, ['new-study', step, ...Object.values(view)].join('-'));
        expect(await seen.violations()).toEqual([]);
        expect(await seen.overflow()).toBe(0);
      }
    });
  });

  it('goes from an empty draft to the study whose protocol was looked over', async () => {
    await look({ width: 'wide' }, async (seen) => {
      const { page } = seen;
      await seen.open('/studies');
      await page.locator('#content').getByRole('link', { name: 'New study' }).click();
      await page.getByLabel('Title').fill('Retina: fundus grades');
      expect(await page.getByLabel('Name').inputValue()).toBe('retina-fundus-grades');
      await next(page);
      // Nothing is chosen: the step says so at its fields, in the rules' own words.
      await next(page);
      await page.getByRole('button', { name: /Backbone and adapter.*2 problems/ }).click();
      await page.getByText('Invalid input').first().waitFor();
      await page.getByRole('radio').first().check();
      await page.getByLabel('Method').first().selectOption('lora');
      await page.getByLabel('Rank', { exact: true }).fill('4');
      await next(page);
      await page.getByRole('textbox', { name: 'Classes' }).fill('none\nmild\nsevere\n');
      await next(page);
      await page.getByLabel('Rounds', { exact: true }).fill('12');
      await page.getByLabel('Optimizer').selectOption('adamw');
      await page.getByLabel('Learning rate').fill('0,001');
      await page.getByLabel('Fewest sites', { exact: true }).fill('2');
      await page.getByText('needs 3 of 2 sites').waitFor();
      await page.getByRole('row', { name: '2 – refused' }).waitFor();
      await page.getByLabel('Fewest sites', { exact: true }).fill('3');
      await page.getByText('it tolerates no dropout').waitFor();
      await page.getByRole('row', { name: '3 3 0' }).waitFor();
      await page.getByRole('row', { name: '4 3 1' }).waitFor();
      await next(page);
      await page.getByRole('combobox', { name: 'Who may take part' }).selectOption('named');
      await page.getByRole('button', { name: 'Name northgate' }).click();
      await page.getByRole('button', { name: 'Name hillcrest' }).click();
      const names = page.getByRole('textbox', { name: 'Who may take part' });
      await names.fill('northgate\nhillcrest\nlakeside');
      await next(page);
      const hash = await hashOn(page);
      expect(hash).toMatch(/^sha256:[0-9a-f]{64}$/);
      await page.getByText('Sent a round').waitFor();
      await page.getByRole('button', { name: 'Read it' }).click();
      await page.getByText('"studyId": "retina-fundus-grades"').waitFor();
      await page.getByRole('button', { name: 'Create the study' }).click();
      await page.getByText('exactly the protocol that you looked over').waitFor();
      expect(await hashOn(page)).toBe(hash);
      await page.getByText('has not enrolled yet').waitFor();
      // The hospitals answer by themselves.
      await page
        .getByText(/has joined|was offered the study/)
        .first()
        .waitFor();
      await seen.picture(PICTURES, 'new-study-next-steps');
      expect(await seen.violations()).toEqual([]);
      await page.getByRole('link', { name: 'To the study' }).click();
      await page.getByRole('tab', { name: 'Live' }).waitFor();
      // The draft is gone with it.
      await seen.open('/new-study');
      expect(await page.getByLabel('Title').inputValue()).toBe('');
    });
  });

  it('opens a file, says what is wrong with it where it stands, keeps it, and saves it', async () => {
    await look({ width: 'wide' }, async (seen) => {
      const { page } = seen;
      await seen.open('/new-study');
      await openFile(page, 'study: [');
      await page.getByText('This file is no study file').waitFor();
      await openFile(page, FILE);
      await page.locator('[data-fault="adapter.blocks"]').waitFor();
      await page.getByText('the backbone has 2 blocks, numbered 0 to 1').waitFor();
      await page.getByRole('button', { name: 'Go to “Backbone and adapter”' }).click();
      await page.getByLabel('Number of last blocks').fill('1');
      await page.reload();
      expect(await page.getByLabel('Number of last blocks').inputValue()).toBe('1');
      await page.getByRole('button', { name: 'Look over' }).click();
      const hash = await hashOn(page);
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Save as YAML' }).click(),
      ]);
      expect(file.suggestedFilename()).toBe('cornea.yaml');
      const saved = await file.path();
      await page.getByRole('button', { name: 'Start over' }).click();
      await page.getByText('What is still wrong').waitFor();
      await page.locator('input[type=file]').setInputFiles(saved);
      await page.locator('[data-protocol-hash]').waitFor();
      expect(await hashOn(page)).toBe(hash);
    });
  });
});
