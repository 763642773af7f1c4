/** People look at two hundred sites, invite one, let it in by its words, see it come and go, and put it out. */
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  fingerprintWords,
  generateSigningKeyPair,
  sha256,
  signBody,
  type SigningKeyPair,
} from '@consilium/shared/crypto';
import { fromBase64, toBase64 } from '@consilium/shared/encoding';
import type { EnrolmentReply } from '@consilium/shared/protocol';
import { parseSiteId } from '@consilium/shared/vocabulary';
import type { Browser, Page } from 'playwright-core';
import { RawSite } from '../adversarial/transport/raw-site.js';
import { isChromiumAvailable, launchChromium } from '../support/chromium.js';
import { ConsoleBrowser, type ConsoleOptions } from '../support/console-browser.js';
import { ConsoleFederation } from '../support/console-federation.js';

const describeWithBrowser = isChromiumAvailable() ? describe : describe.skip;
const PICTURES = join(tmpdir(), 'consilium-pictures');
/** Four sites answer in a study. */
const PLAN = { rounds: 400, trainMs: 1200, crowd: 196 };
const ALL = PLAN.crowd + 4;
const EASTPARK = parseSiteId('eastpark');

describeWithBrowser('the pages of sites and keys', () => {
  let consortium: ConsoleFederation;
  let browser: Browser;

  beforeAll(async () => {
    consortium = await ConsoleFederation.start(PLAN);
  });
  beforeAll(async () => {
    browser = await launchChromium();
    for (const name of ['ada', 'bob']) {
      await consortium.person(name, { roles: ['study-coordinator'], studies: ['smears'] });
    }
  });
  afterAll(() => browser.close());
  afterAll(() => consortium.stop());

  const signIn = (options: Partial<ConsoleOptions> = {}): Promise<ConsoleBrowser> =>
    ConsoleBrowser.signIn(browser, { url: consortium.url, name: 'ada', width: 'wide', ...options });

  describe.each([
    { width: 'wide', language: 'en', colours: 'light' },
    { width: 'phone', language: 'de', colours: 'dark' },
  ] as const)('are for everybody: $width, $language, $colours', (view) => {
    let seen: ConsoleBrowser;
    beforeAll(async () => {
      seen = await signIn(view);
    });
    afterAll(() => seen.close());

    it.each([
      ['/sites', '[data-site]'],
      ['/sites/northgate', '[data-sent]'],
      ['/keys', '[data-pending]'],
    ])('%s', async (path, part) => {
      await seen.open(path);
      await seen.page.locator(part).first().waitFor();
      await seen.settled();
      const name = [...path.split('/').filter(Boolean), ...Object.values(view)].join('-');
      await seen.picture(PICTURES, name);
      expect(await seen.violations()).toEqual([]);
      expect(await seen.overflow()).toBe(0);
      expect(seen.faults).toEqual([]);
    });
  });

  it('show two hundred sites, each of which is found by pages, by filter and by order', async () => {
    const seen = await signIn();
    const { page } = seen;
    await seen.open('/keys');
    await page.locator('[data-pending]').first().waitFor();
    await browser.startTracing(page, { categories: ['toplevel'] });
    await page.getByRole('link', { name: 'Sites', exact: true }).click();
    await page.locator('[data-site]').first().waitFor();
    await page.waitForTimeout(500);
    const drawing = longestTask(await browser.stopTracing());
    expect(drawing).toBeGreaterThan(0);
    expect(await page.locator('[data-shown]').textContent()).toBe(`${ALL} sites`);
    const found = await allPages(page);
    expect(new Set(found).size).toBe(ALL);
    expect(found).toEqual(found.toSorted());
    await page.getByRole('button', { name: 'Site', exact: true }).click();
    await page.locator('tbody tr').first().and(page.locator('[data-site=westbank]')).waitFor();
    await page.getByLabel('Find').fill('clinic-137');
    await page.getByText(`1 of ${ALL} sites`).waitFor();
    expect(await rows(page)).toEqual(['clinic-137']);
    await page.getByLabel('Find').fill('');
    await page.getByLabel('Show', { exact: true }).selectOption('Waiting for approval');
    await page.getByText(`4 of ${ALL} sites`).waitFor();
    expect((await rows(page)).toSorted()).toEqual(
      ['017', '018', '117', '118'].map((no) => `clinic-${no}`),
    );
    process.stderr.write(
      `the sites page draws with no task above ${drawing.toFixed(0)} ms of processor time\n`,
    );
    expect(seen.faults).toEqual([]);
    await seen.close();
  });

  describe('lead a hospital, live for whoever looks on', () => {
    const keys = generateSigningKeyPair();
    let ada: ConsoleBrowser;
    let bob: ConsoleBrowser;
    let coordinatorKey: Uint8Array;
    beforeAll(async () => {
      ada = await signIn();
      bob = await signIn({ name: 'bob' });
    });
    const faults = (): readonly string[] => [...ada.faults, ...bob.faults];
    afterAll(async () => {
      await Promise.all([ada.close(), bob.close()]);
    });

    it('from the invite to its enrolment', async () => {
      await ada.open('/sites');
      const code = await invite(ada.page);
      await bob.open('/keys');
      coordinatorKey = await enrol(code, keys);
      // It appears by itself.
      await bob.page.locator('[data-pending=eastpark]').waitFor();
      expect(faults()).toEqual([]);
    });

    it('to its approval, by its words and by somebody else', async () => {
      await ada.open('/keys');
      await ada.page
        .locator('[data-pending=eastpark]')
        .getByText('You invited this site, so somebody else approves it.')
        .waitFor();
      await approve(bob.page, keys);
      await bob.page.locator('[data-pending=eastpark]').waitFor({ state: 'detached' });
      expect(faults()).toEqual([]);
    });

    it('as it comes, reports itself, and goes', async () => {
      await ada.open('/sites/eastpark');
      await ada.page.getByText('never connected').waitFor();
      const site = await RawSite.connect(consortium.url, {
        ...{ siteId: EASTPARK, identity: keys, coordinatorKey },
      });
      await ada.page.getByText('connected', { exact: true }).waitFor();
      const engine = { backend: 'onnxruntime', version: '1.22.0', device: 'processor' };
      const report = { v: 1 as const, engine, paused: true, studies: [] };
      expect(await site.ask({ kind: 'site.report', report })).toEqual({ kind: 'accepted' });
      await ada.page.getByText('onnxruntime 1.22.0').waitFor();
      await ada.page.getByText('The hospital has paused its site.').waitFor();
      site.close();
      await ada.page.getByText('not connected', { exact: true }).waitFor();
    });

    it('out again', async () => {
      await ada.page.getByRole('button', { name: 'Revoke' }).click();
      await ada.page.getByLabel('Reason').selectOption('It lost its key');
      await ada.page.getByRole('button', { name: 'Revoke for good' }).click();
      await ada.page.getByText('revoked', { exact: true }).waitFor();
      await bob.page.getByText('revoked by ada: It lost its key').waitFor();
      await bob.page.getByText('let in by bob').waitFor();
      expect(faults()).toEqual([]);
    });
  });

  it('turn a key away with a reason, and invite the hospital once more', async () => {
    const bob = await signIn({ name: 'bob', width: 'phone' });
    await bob.open('/keys');
    const card = bob.page.locator('[data-pending=clinic-018]');
    await card.getByRole('button', { name: 'Reject' }).click();
    await bob.page.getByLabel('Reason').fill('nobody answers the phone');
    expect(await bob.violations()).toEqual([]);
    await bob.page.getByRole('dialog').getByRole('button', { name: 'Reject' }).click();
    await card.waitFor({ state: 'detached' });
    await bob.open('/sites/clinic-018');
    await bob.page.getByText('nobody answers the phone').waitFor();
    await bob.page.getByRole('button', { name: 'Invite again' }).click();
    await bob.page.getByRole('button', { name: 'Make the invite' }).click();
    await bob.page.getByText('Invite for clinic-018').waitFor();
    expect(await bob.violations()).toEqual([]);
    expect(bob.faults).toEqual([]);
    await bob.close();
  });

  it('tell of a site what it took part in, and how much it sent', async () => {
    const seen = await signIn();
    await seen.open('/sites/northgate');
    await seen.page.getByText(/In [1-9]\d* of \d+ attempts its update counted/).waitFor();
    await seen.page.getByRole('cell', { name: 'its update counts' }).first().waitFor();
    await seen.page.getByText('240 used, few skipped').waitFor();
    await seen.open('/studies/smears');
    await seen.page.locator('[data-connected=true]').nth(3).waitFor();
    expect(await seen.page.locator('[data-connected=true]').count()).toBe(4);
    await seen.close();
  });

  /** @returns the code, which the page, the file and the picture have alike. */
  async function invite(page: Page): Promise<string> {
    await page.getByRole('button', { name: 'Invite a site' }).click();
    await page.getByLabel('Name of the site').fill('Eastpark!');
    await page.getByText('Use 1 to 63 lower-case letters').waitFor();
    await page.getByLabel('Name of the site').fill('eastpark');
    await page.getByRole('button', { name: 'Make the invite' }).click();
    const dialog = page.locator('[data-invite]');
    await dialog.waitFor();
    const [code = '', command] = await dialog.locator('pre').allTextContents();
    expect(command).toBe(
      `consilium-agent enrol --home consilium-eastpark --coordinator ${consortium.url} --site eastpark --invite-file invite.txt`,
    );
    await dialog.getByRole('img', { name: 'QR code of the invite for eastpark' }).waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('button', { name: 'Save as invite.txt' }).click(),
    ]);
    expect(file.suggestedFilename()).toBe('invite.txt');
    expect(await readFile(await file.path(), 'utf8')).toBe(`${code}\n`);
    await page.screenshot({ path: join(PICTURES, 'sites-invite.png') });
    await dialog.getByRole('button', { name: 'I have handed the code over' }).click();
    // Nobody sees it again; that it is open does everybody.
    expect(await page.content()).not.toContain(code);
    await page.getByRole('row', { name: /eastpark.*ends in 2 days/ }).waitFor();
    return code;
  }

  /** What the command does. @returns the key that the coordinator answers with. */
  async function enrol(code: string, keys: SigningKeyPair): Promise<Uint8Array> {
    const body = {
      v: 1 as const,
      siteId: EASTPARK,
      identityKey: toBase64(keys.publicKey),
      inviteHash: toBase64(sha256(fromBase64(code))),
      agentVersion: '0.1.0',
    };
    const response = await fetch(`${consortium.url}/v1/enrolments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ invite: code, enrolment: signBody('enrolment', body, keys) }),
    });
    const reply = (await response.json()) as EnrolmentReply;
    expect(reply.status).toBe('pending');
    return fromBase64(reply.coordinatorKey);
  }
});

/** Types one word wrongly first, as one does on the phone. */
async function approve(page: Page, keys: SigningKeyPair): Promise<void> {
  const words = fingerprintWords(keys.publicKey);
  const card = page.locator('[data-pending=eastpark]');
  await card.getByLabel('Word 1').fill('xylophone');
  await card.getByText('One word is another: do not let this key in.').waitFor();
  const letIn = card.getByRole('button', { name: 'Let it in' });
  expect(await letIn.isDisabled()).toBe(true);
  await card.getByLabel('Word 1').fill(words.join(' '));
  await card.getByText('All six words are the same.').waitFor();
  await card.screenshot({ path: join(PICTURES, 'keys-words.png') });
  await letIn.click();
}

/** Names of the sites that are drawn now. */
function rows(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(
    "[...document.querySelectorAll('[data-site]')].map((row) => row.dataset.site)",
  );
}

async function allPages(page: Page): Promise<string[]> {
  const found = await rows(page);
  const next = page.getByRole('button', { name: 'Next' });
  while (await next.isEnabled()) {
    await next.click();
    found.push(...(await rows(page)));
  }
  return found;
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds of the thread's own clock, which stands while another process has the processor. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** @returns the longest task of a page's main thread in a Chromium trace, in milliseconds of processor time: no frame waits longer. */
function longestTask(trace: Buffer): number {
  const { traceEvents } = JSON.parse(trace.toString()) as {
    readonly traceEvents: readonly TraceEvent[];
  };
  const mains = traceEvents.filter(
    ({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain',
  );
  const tasks = traceEvents.filter(
    ({ name, pid, tid }) =>
      name === 'ThreadControllerImpl::RunTask' &&
      mains.some((main) => main.pid === pid && main.tid === tid),
  );
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1000;
}
