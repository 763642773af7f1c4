/** People sign acts on a page, in a real browser with a virtual authenticator, and the auditor's verifier checks what they signed. */
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '@consilium/demo/program';
import { BACKBONE } from '@consilium/node-agent/participation/testing/test-study';
import { verifyBundle, type BundleReport } from '@consilium/shared/verify';
import { openBundleFolder } from 'consilium-verify';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { stringify } from 'yaml';
import { isChromiumAvailable, launchChromium, VirtualAuthenticator } from '../support/chromium.js';
import { overflowOf, violationsOn, WIDTHS } from '../support/console-browser.js';
import { PASSWORD, StaffedCoordinator } from '../support/staffed-coordinator.js';

const describeWithBrowser = isChromiumAvailable() ? describe : describe.skip;

const STUDY = stringify({
  study: 'smears',
  title: 'Blood smears',
  task: { kind: 'classification', classes: ['lymphocyte', 'neutrophil'] },
  backbone: BACKBONE.hash,
  adapter: { kind: 'linear-head' },
  training: { rounds: 2, optimizer: { kind: 'sgd', learningRate: 0.1 } },
  privacy: { secureAggregation: 'off' },
  participation: { minSites: 2 },
});
const PICTURES = join(tmpdir(), 'consilium-pictures');
const STATEMENT = 'The reasons were "discussed", in Zürich.\nNobody objected: ≤ 3 %.';

describeWithBrowser('the page on which people sign acts', () => {
  let coordinator: StaffedCoordinator;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let authenticator: VirtualAuthenticator;
  let token: string;
  const faults: string[] = [];

  beforeAll(async () => {
    coordinator = await StaffedCoordinator.start();
    token = await ada();
    await post('/v1/backbones', 'application/json', JSON.stringify(BACKBONE));
    await post('/v1/studies', 'application/yaml', STUDY);
    browser = await launchChromium();
    context = await browser.newContext();
    page = await context.newPage();
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      // Refused requests are what some of these tests are about.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
        faults.push(message.text());
      }
    });
    authenticator = await VirtualAuthenticator.plugInto(page);
  });

  afterAll(async () => {
    await browser.close();
    await coordinator.stop();
  });

  /** A study coordinator with a password; @returns a token of hers for the command line. */
  async function ada(): Promise<string> {
    const { activation } = await coordinator.invite('ada', { roles: ['study-coordinator'] });
    const wish = { activation, password: PASSWORD, token: { label: 'spec' } };
    const response = await fetch(`${coordinator.url}/v1/activations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(wish),
    });
    return ((await response.json()) as { token: { token: string } }).token.token;
  }

  async function post(path: string, type: string, body: string): Promise<void> {
    const headers = { 'content-type': type, authorization: `Bearer ${token}` };
    const response = await fetch(coordinator.url + path, { method: 'POST', headers, body });
    expect([path, response.status]).toEqual([path, 201]);
  }

  const says = (text: string): Promise<void> => page.getByText(text).first().waitFor();
  const press = (name: string): Promise<void> => page.getByRole('button', { name }).click();
  const message = (): Promise<string | null> => page.locator('#message').textContent();
  const signedSoFar = (): Promise<string[]> => page.locator('#acts > li').allTextContents();

  async function signIn(): Promise<void> {
    await page.getByLabel('Name', { exact: true }).fill('ada');
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await press('Sign in');
    await page.locator('#passkey, #done').filter({ visible: true }).waitFor();
  }

  /** @returns what the page shows before anything is signed. */
  async function show(kind: string, text?: string): Promise<string | null> {
    await page.getByLabel('Act').selectOption(kind);
    if (text !== undefined) {
      await page.getByLabel('What you state').fill(text);
    }
    await press('Show what it means');
    await says('Read before you sign');
    return page.locator('#meaning').textContent();
  }

  async function bundle(name: string): Promise<string> {
    const folder = join(coordinator.folder, name);
    const tokenFile = join(coordinator.folder, 'ada.token');
    await writeFile(tokenFile, `${token}\n`, { mode: 0o600 });
    await runCommand('operator', [
      ...['bundle', 'export', 'smears', '--out', folder],
      ...['--url', coordinator.url, '--token-file', tokenFile],
    ]);
    return folder;
  }

  /** What the check of acts finds fault with, after a change of the file of the acts. */
  async function faultsOfActs(folder: string, change: (text: string) => string): Promise<string[]> {
    const file = join(folder, 'acts.json');
    const original = await readFile(file, 'utf8');
    const changed = change(original);
    expect(changed).not.toBe(original);
    await writeFile(file, changed);
    const report = verifyBundle(openBundleFolder(folder));
    await writeFile(file, original);
    return ofActs(report);
  }

  function ofActs({ checks }: BundleReport): string[] {
    return checks
      .filter(({ name }) => name === 'acts')
      .flatMap(({ failures }) => failures.map(({ what }) => what));
  }

  it('sends whoever has not signed in away, and a person without a passkey to get one', async () => {
    await page.goto(`${coordinator.url}/act`);
    await says('Sign in first.');
    await press('Sign in');
    await signIn();
    await page.getByLabel('Name of a new passkey').fill('laptop');
    await press('Add a passkey');
    await says('from now on it is asked for');
    await page.getByRole('link', { name: 'Approve, accept or state something' }).click();
    await says('What you sign');
    expect(await page.locator('#passkeys > li').allTextContents()).toEqual([
      expect.stringMatching(/^laptop \([0-9a-f]{16}\) Register to sign$/),
    ]);
  });

  it('signs nothing with a passkey that is not registered', async () => {
    await show('study-approved');
    await press('Sign with a passkey');
    await says('Register one of your passkeys first.');
    expect(await signedSoFar()).toEqual([]);
    await press('Do not sign');
    await page.locator('#wish').waitFor();
  });

  it('registers the passkey as a key of the person', async () => {
    await press('Register to sign');
    await says('The passkey signs for you from now on.');
    expect(await page.locator('#passkeys > li').allTextContents()).toEqual([
      expect.stringMatching(/^laptop \([0-9a-f]{16}\) signs for you\.$/),
    ]);
  });

  it('shows what can be signed of a study, and what it means, before the passkey confirms it', async () => {
    expect(await page.locator('#standing').textContent()).toMatch(
      /^recruiting, 0 of 2 rounds done, protocol sha256:[0-9a-f]{64}$/,
    );
    expect(await page.locator('#kind option').allTextContents()).toEqual([
      'Approve the study protocol',
      'State something',
    ]);
    const counted = await authenticator.counter();
    const meaning = await show('study-approved');
    expect(meaning).toMatch(/^I have read the protocol sha256:[0-9a-f]{64} of the study smears/);
    expect(await authenticator.counter()).toBe(counted);
    await press('Sign with a passkey');
    await says('of the log.');
    expect(await authenticator.counter()).toBe(counted + 1);
    const [leaf = ''] = /leaf \d+/i.exec((await message()) ?? '') ?? [];
    expect(await signedSoFar()).toEqual([
      expect.stringMatching(new RegExp(`^${leaf}, op-[0-9a-f]{12}: I have read`, 'i')),
    ]);
  });

  it('signs a statement to the letter', async () => {
    expect(await show('statement', STATEMENT)).toContain('On the study smears, as the log had it');
    expect(await page.locator('#statement').textContent()).toBe(STATEMENT);
    await press('Sign with a passkey');
    await says('of the log.');
    expect(await page.locator('#acts .words').allTextContents()).toEqual([STATEMENT]);
  });

  it('signs nothing when the person is not the one whom the authenticator knows', async () => {
    await show('study-approved');
    await authenticator.setUserVerified(false);
    await press('Sign with a passkey');
    await page.locator('#message:not(:empty)').waitFor();
    await authenticator.setUserVerified(true);
    expect(await signedSoFar()).toHaveLength(2);
    await press('Do not sign');
    await page.locator('#wish').waitFor();
  });

  it('signs nothing that the coordinator prepared otherwise than the person asked', async () => {
    await page.route('**/acts/preparations', async (route) => {
      const response = await route.fetch();
      const act = (await response.json()) as object;
      await route.fulfill({ response, json: { ...act, meaning: 'I have seen the study.' } });
    });
    await page.getByLabel('Act').selectOption('study-approved');
    await press('Show what it means');
    await says('prepared another act than you asked for');
    expect(await page.locator('#prepared').isHidden()).toBe(true);
    await page.unroute('**/acts/preparations');
  });

  it('offers to accept an adapter once a round is done, and says so when there is none', async () => {
    await page.route('**/v1/studies', async (route) => {
      const response = await route.fetch();
      const studies = (await response.json()) as { rounds: object }[];
      const json = studies.map((study) => ({ ...study, rounds: { committed: 1, total: 2 } }));
      await route.fulfill({ response, json });
    });
    await page.reload();
    await says('What you sign');
    await page.getByLabel('Act').selectOption('Accept the newest adapter');
    await press('Show what it means');
    await says('no round of smears is done');
    expect(await page.locator('#prepared').isHidden()).toBe(true);
    await page.unroute('**/v1/studies');
  });

  it('speaks German, and says in it what the English that is signed means', async () => {
    await press('Deutsch');
    await says('Was Sie unterschreiben');
    expect(await page.locator('#standing').textContent()).toMatch(/^sammelt Standorte, 0 von 2/);
    await page.getByLabel('Handlung').selectOption('study-approved');
    await press('Zeigen, was es bedeutet');
    await says('Lesen Sie, bevor Sie unterschreiben');
    const meaning = page.locator('#meaning');
    expect(await meaning.textContent()).toMatch(/^I have read the protocol sha256:/);
    expect(await meaning.getAttribute('lang')).toBe('en');
    expect(await page.locator('#gloss').textContent()).toMatch(
      /^Das heißt: Ich habe das Protokoll sha256:[0-9a-f]{64} der Studie smears gelesen/,
    );
    for (const [name, width] of Object.entries(WIDTHS)) {
      await page.setViewportSize({ width, height: 860 });
      await page.screenshot({ path: join(PICTURES, `act-${name}-de.png`), fullPage: true });
      expect(await violationsOn(page)).toEqual([]);
      expect(await overflowOf(page)).toBe(0);
    }
    await page.setViewportSize({ width: WIDTHS.wide, height: 860 });
    await press('English');
    await says('What you sign');
    expect(await violationsOn(page)).toEqual([]);
  });

  it('lets nobody sign whose sign-in is too long ago', async () => {
    await page.route('**/v1/me/keys', (route) =>
      route.fulfill({ status: 401, json: { code: 'unauthenticated', detail: 'sign in again' } }),
    );
    await page.reload();
    await says('Sign in again: acts are open for a short while after you have.');
    for (const id of ['#keys', '#wish', '#prepared', '#signed']) {
      expect([id, await page.locator(id).isHidden()]).toEqual([id, true]);
    }
    await page.unroute('**/v1/me/keys');
    await press('Sign in');
    await signIn();
    await press('Use passkey');
    await page.getByRole('link', { name: 'Approve, accept or state something' }).click();
    await says('What you sign');
    expect(await signedSoFar()).toHaveLength(2);
  });

  it('leaves acts that the verifier believes, and none that were altered later', async () => {
    const folder = await bundle('bundle');
    const report = verifyBundle(openBundleFolder(folder));
    expect(ofActs(report)).toEqual([]);
    expect(report.acts?.map(({ meaning, text }) => [meaning.slice(0, 12), text])).toEqual([
      ['I have read ', undefined],
      ['On the study', STATEMENT],
    ]);
    expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
    const acts = expect.arrayContaining([expect.stringMatching(/^act of leaf \d+$/)]) as string[];
    const alterations: ((text: string) => string)[] = [
      (text) => text.replace('I have read the protocol', 'I have seen the protocol'),
      (text) => text.replace('Nobody objected', 'Somebody objected'),
      (text) => text.replace(/"hash":"sha256:[0-9a-f]{4}/, '"hash":"sha256:0000'),
      (text) => text.replace(/"authenticatorData":"../, '"authenticatorData":"AA'),
    ];
    for (const alteration of alterations) {
      expect(await faultsOfActs(folder, alteration)).toEqual(acts);
    }
  });

  it('lets a passkey sign no more that its person removes, and believes what it signed before', async () => {
    const status = await page.evaluate(async () => {
      const listed = (await (await fetch('/v1/me/passkeys')).json()) as { credentialId: string }[];
      const path = `/v1/me/passkeys/${listed[0]?.credentialId ?? ''}`;
      return (await fetch(path, { method: 'DELETE' })).status;
    });
    expect(status).toBe(204);
    await page.reload();
    await says('What you sign');
    expect(await page.locator('#passkeys > li').count()).toBe(0);
    await show('study-approved');
    await press('Sign with a passkey');
    await says('Register one of your passkeys first.');
    const keys = await page.evaluate(
      async () => (await (await fetch('/v1/me/keys')).json()) as { removedAtMs?: number }[],
    );
    expect(keys.map(({ removedAtMs }) => typeof removedAtMs)).toEqual(['number']);
    const report = verifyBundle(openBundleFolder(await bundle('later-bundle')));
    expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(report.acts).toHaveLength(2);
  });

  it('has done all that without a fault of its script or a breach of its content policy', () => {
    expect(faults).toEqual([]);
  });
});
