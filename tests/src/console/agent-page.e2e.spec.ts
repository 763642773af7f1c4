/** The agent page of one hospital in a real browser, over a real agent that takes part in a study of three. */
import { existsSync, readFileSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEMO_STUDY_ID } from '@consilium/demo/demo-study';
import { EventBoard, type EventTest } from '@consilium/demo/event-board';
import { agentHome, startFederation, type Federation } from '@consilium/demo/federation';
import { CELL_KINDS } from '@consilium/demo/phantom/cell-plan';
import { writePhantomDataset } from '@consilium/demo/phantom/dataset';
import { laboratories } from '@consilium/demo/phantom/laboratory';
import { runCommand, runJson } from '@consilium/demo/program';
import { SHIPPED_BACKBONE } from '@consilium/demo/shipped-backbone';
import { fingerprintWords, seededRandom } from '@consilium/shared/crypto';
import { fromBase64 } from '@consilium/shared/encoding';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { parse, stringify } from 'yaml';
import { isChromiumAvailable, launchChromium } from '../support/chromium.js';
import { overflowOf, violationsOn } from '../support/console-browser.js';
import { studyFile } from '../support/small-federation.js';

const describeWithBrowser = isChromiumAvailable() ? describe : describe.skip;

const PICTURES = join(tmpdir(), 'consilium-pictures');
const PASSWORD = 'a hospital on a hill';
const PAGES = ['/', '/leaving', '/data-set', '/policy', `/policy/${DEMO_STUDY_ID}`, '/receipts'];
/** A picture that nobody finds any more. */
const LOST = 'slides/lost-on-the-way-from-the-microscope-to-the-archive.png';
/** What is there only where a picture is left out, or a hospital is not known. */
const DECISIONS = [
  { path: '/', shows: `a[href="/policy/${DEMO_STUDY_ID}"]` },
  { path: `/data-set?names=${DEMO_STUDY_ID}`, shows: `.file:text("${LOST}")` },
  { path: `/policy/${DEMO_STUDY_ID}`, shows: 'form[action$="/trust"] button' },
];
/** Where a pause comes when the update has left already, the round ends at its deadline, and the next one notices. */
const TIMES = {
  participation: { minSites: 2, minSamples: 5, advertDeadline: '2m', roundDeadline: '15s' },
};

describeWithBrowser('the agent page', () => {
  let folder: string;
  let site: string;
  let home: string;
  let url: string;
  let federation: Federation;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const board = new EventBoard(() => undefined);
  const faults: string[] = [];
  /** What was set up, the last thing first. */
  const undo: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'consilium-page-'));
    undo.push(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
    const hospitals = laboratories(3, seededRandom('agent-page'));
    const pictures = join(folder, 'pictures');
    await writePhantomDataset({
      folder: pictures,
      sites: hospitals,
      imagesPerSite: 24,
      seed: 'agent-page',
    });
    const sites = hospitals.map(({ name }) => name).sort();
    site = sites[0] ?? '';
    await appendFile(join(pictures, 'labels.csv'), `${LOST},${CELL_KINDS[0]},train,${site},lost\n`);
    const plan = {
      ...{ folder, sites, board },
      dataFolder: pictures,
      backboneFolder: SHIPPED_BACKBONE,
      studyFile: await studyFile({ rounds: 200, study: TIMES }, sites.length),
      policy: () => ({ participation: { minSites: 2 } }),
    };
    federation = await startFederation(plan);
    undo.push(() => federation.stop());
    home = agentHome(plan, site);
  }, 180_000);

  beforeAll(async () => {
    browser = await launchChromium();
    undo.push(() => browser.close());
    context = await browser.newContext({ locale: 'en', viewport: { width: 1280, height: 860 } });
    page = await context.newPage();
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') {
        faults.push(message.text());
      }
    });
    page.on('request', (asked) => {
      if (!asked.url().startsWith('http://127.0.0.1:')) {
        faults.push(`asked another host: ${asked.url()}`);
      }
    });
  });

  afterAll(async () => {
    for (const step of undo.reverse()) {
      await step();
    }
  });

  const says = (text: string | RegExp): Promise<void> => page.getByText(text).first().waitFor();
  const press = (name: string): Promise<void> => page.getByRole('button', { name }).click();
  const countOf = (test: EventTest): number => board.of(site).filter(test).length;

  /** Settles when the hospital says so once more than it has so far. */
  async function untilAnother(test: EventTest): Promise<void> {
    const before = countOf(test);
    await board.everyOne([site], () => countOf(test) > before);
  }

  it('is entered with the one-time login that the terminal shows, and then with the password', async () => {
    const shown = (await runJson('agent', ['dashboard', '--home', home])) as {
      readonly url: string;
      readonly oneTimeLogin: string;
    };
    ({ url } = shown);
    await page.goto(url);
    await page.waitForURL(`${url}/login/first`);
    expect(await violationsOn(page)).toEqual([]);
    await page.getByLabel('One-time login').fill(shown.oneTimeLogin);
    await page.getByLabel('New password').fill(PASSWORD);
    await page.getByLabel('again').fill(PASSWORD);
    await press('Set the password');
    await page.getByRole('heading', { level: 1, name: 'Now' }).waitFor();
    await press('Sign out');
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await press('Sign in');
    await says(/round \d+ of 200/i);
    await says(/last update \d s ago/);
    await says('connected since');
  });

  it.each([
    { width: 1280, colorScheme: 'light' },
    { width: 390, colorScheme: 'dark' },
  ] as const)('is whole and readable $width pixels wide and $colorScheme', async (look) => {
    await board.everyOne([site], ({ event, round }) => event === 'result' && round === 2);
    await page.setViewportSize({ width: look.width, height: 860 });
    await page.emulateMedia({ colorScheme: look.colorScheme });
    for (const path of PAGES) {
      await page.goto(url + path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect([path, await overflowOf(page), await violationsOn(page)]).toEqual([path, 0, []]);
    }
    await page.setViewportSize({ width: 1280, height: 860 });
    expect(faults).toEqual([]);
  });

  describe('of a hospital to which another one is new', () => {
    let stranger: { readonly site: string; readonly key: string };

    beforeAll(async () => {
      const file = join(home, 'policy.yaml');
      const policy = parse(await readFile(file, 'utf8')) as {
        readonly members: { readonly known: (typeof stranger)[] };
      };
      const [first, ...known] = policy.members.known;
      stranger = first ?? { site: '', key: '' };
      const declined = untilAnother(({ code }) => code === 'members-not-approved');
      await writeFile(file, stringify({ ...policy, members: { known } }));
      await declined;
    });

    it.each([
      { width: 1280, colorScheme: 'light', locale: 'en' },
      { width: 390, colorScheme: 'light', locale: 'de' },
      { width: 1280, colorScheme: 'dark', locale: 'de' },
      { width: 390, colorScheme: 'dark', locale: 'en' },
    ] as const)('is whole and readable: $width, $colorScheme, $locale', async (look) => {
      const { width, colorScheme, locale } = look;
      await mkdir(PICTURES, { recursive: true });
      const visitor = await browser.newContext({
        ...{ colorScheme, locale },
        viewport: { width, height: 860 },
        storageState: await context.storageState(),
      });
      const visited = await visitor.newPage();
      for (const [i, { path, shows }] of DECISIONS.entries()) {
        await visited.goto(url + path);
        await visited.locator(shows).first().waitFor();
        const name = `agent-${i}-${Object.values(look).join('-')}.png`;
        await visited.screenshot({ path: join(PICTURES, name), fullPage: true });
        expect(await visited.locator('html').getAttribute('lang')).toBe(locale);
        const faultsHere = [await overflowOf(visited), await violationsOn(visited)];
        expect([path, ...faultsHere]).toEqual([path, 0, []]);
      }
      await visitor.close();
    });

    it('knows it once its words are typed', async () => {
      await page.goto(`${url}/policy/${DEMO_STUDY_ID}`);
      const words = fingerprintWords(fromBase64(stranger.key)).join(' ');
      await page.getByLabel(`somebody at ${stranger.site} reads out`).fill(words);
      await page.locator('form[action$="/trust"] button').click();
      await says(new RegExp(`${stranger.site}\\s*\\(known\\)`));
      expect(await page.locator('form[action$="/trust"]').count()).toBe(0);
    });
  });

  it('shows what left, tensor by tensor, and a receipt that opens as PDF', async () => {
    await page.goto(`${url}/leaving`);
    await says('the coordinator can read it while it sums');
    await says('head.weight');
    await page.goto(`${url}/receipts`);
    const link = page.getByRole('link', { name: 'PDF, Receipt' }).last();
    const pdf = await context.request.get(url + ((await link.getAttribute('href')) ?? ''));
    expect(pdf.headers()['content-type']).toBe('application/pdf');
    const bytes = await pdf.body();
    expect(bytes.subarray(0, 5).toString('latin1')).toBe('%PDF-');
    expect(textOf(bytes)).toContain(`Receipt: ${DEMO_STUDY_ID}, round 1`);
    const text = await runCommand('agent', ['receipt', 'show', DEMO_STUDY_ID, '1', '--home', home]);
    expect(text).toMatch(/Hospital: .*\n[^]*summed with [23] hospitals/);
  });

  it('pauses at once, which the round notices', async () => {
    const declined = untilAnother(
      ({ event, code }) => event === 'declined-round' && code === 'paused',
    );
    await page.goto(url);
    await press('Pause now');
    await says('Paused. No update leaves');
    await declined;
    expect(readFileSync(join(home, 'control.json'), 'utf8')).toContain('"pause": "now"');
  });

  it('resumes, and sends an update again', async () => {
    await page.goto(url);
    const again = untilAnother(({ event }) => event === 'result');
    const sent = untilAnother(({ event }) => event === 'uploaded');
    await press('Resume');
    await page.getByRole('button', { name: 'Pause now' }).waitFor();
    await Promise.all([again, sent]);
    expect(await page.getByText('Paused.').count()).toBe(0);
  });

  it('answers nobody who comes by another name, without its cookie, or from another site', async () => {
    const { port } = new URL(url);
    expect(await statusAs(url, `hospital.example:${port}`)).toBe(403);
    const stranger = await fetch(`${url}/leaving`, { redirect: 'manual' });
    expect(stranger.headers.get('location')).toBe('/login');
    const cookie = (await context.cookies())
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
    const forged = await fetch(`${url}/pause`, {
      method: 'POST',
      headers: { cookie, origin: 'http://evil.example' },
      body: new URLSearchParams({ form: 'guess' }),
    });
    expect(forged.status).toBe(403);
    expect(
      existsSync(join(home, 'control.json'))
        ? readFileSync(join(home, 'control.json'), 'utf8')
        : '',
    ).not.toContain('pause');
  });

  it('withdraws in two steps, says what goes, and deletes it', async () => {
    await page.goto(url);
    await page.getByRole('link', { name: 'Withdraw' }).click();
    await says('This hospital leaves the study for good');
    const copies = join(home, 'studies', DEMO_STUDY_ID);
    await says(copies);
    expect(await violationsOn(page)).toEqual([]);
    expect(existsSync(copies)).toBe(true);
    const withdrawn = untilAnother(({ event }) => event === 'withdrawn');
    await press('Withdraw for good');
    await withdrawn;
    await says('This hospital has left the study.');
    await page.goto(`${url}/receipts`);
    await says(/summed with [23] hospitals/);
    expect(existsSync(copies)).toBe(false);
    expect(faults).toEqual([]);
  });
});

/** fetch forbids a Host of one's own. */
function statusAs(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

/** The text of a PDF whose streams are not compressed: pdfkit writes strings in hexadecimal, in WinAnsi (ISO 32000-1 section 9.4.3). */
function textOf(pdf: Buffer): string {
  const lines = pdf.toString('latin1').matchAll(/\[((?:<[0-9a-f]*> ?-?[\d.]* ?)+)\] TJ/g);
  return [...lines]
    .map(([, shown = '']) =>
      [...shown.matchAll(/<([0-9a-f]*)>/g)]
        .map(([, hex = '']) => Buffer.from(hex, 'hex').toString('latin1'))
        .join(''),
    )
    .join('\n');
}
