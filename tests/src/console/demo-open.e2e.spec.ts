/** `npm run demo -- --open` as a person uses it: signs in with both one-time logins, sees a round live, ends everything. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { OpenPages } from '@consilium/demo/open-demo';
import { writePhantomDataset } from '@consilium/demo/phantom/dataset';
import { laboratories } from '@consilium/demo/phantom/laboratory';
import { PROGRAMS } from '@consilium/demo/program';
import { seededRandom } from '@consilium/shared/crypto';
import type { Browser, Page } from 'playwright-core';
import { isChromiumAvailable, launchChromium } from '../support/chromium.js';
import { childrenOf, isRunning } from '../support/process-tree.js';

const describeWithBrowser = isChromiumAvailable() ? describe : describe.skip;

describeWithBrowser('the demo that stays open', () => {
  let folder: string;
  let demo: ChildProcess;
  let browser: Browser;
  let pages: OpenPages;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'consilium-open-'));
    await writePhantomDataset({
      folder,
      sites: laboratories(3, seededRandom('open')),
      imagesPerSite: 24,
      seed: 'open',
    });
    browser = await launchChromium();
  });

  beforeAll(async () => {
    demo = spawn(process.execPath, [PROGRAMS.demo(), '--open', '--json', '--data', folder], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    pages = await firstAnswer(demo);
  }, 180_000);

  afterAll(async () => {
    if (demo.exitCode === null && demo.kill('SIGTERM')) {
      await once(demo, 'exit');
    }
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('lets the person into the console by its link, once, where a round goes on live', async () => {
    const page = await newPage(browser);
    await page.goto(pages.console.signIn);
    await page.waitForURL('**/console/**');
    expect(page.url()).not.toContain('signin_');
    await page.getByText('Cell typing across laboratories').first().click();
    await page.getByText('Live', { exact: true }).first().waitFor();
    await page.locator('[data-leaf]').first().waitFor();
    const newest = async (): Promise<number> =>
      Number(await page.locator('[data-leaf]').first().getAttribute('data-leaf'));
    const before = await newest();
    await page.locator(`[data-leaf="${before + 1}"]`).waitFor();

    // A link proves nobody: whoever came by it signs in before a person's own affairs are changed.
    await page.goto(new URL('/console/account', page.url()).href);
    await page.getByRole('cell', { name: 'never', exact: true }).waitFor();

    const second = await newPage(browser);
    await second.goto(pages.console.signIn);
    await second.getByText('the link is wrong, used or older than ten minutes').waitFor();
  });

  it('lets the person into the page of a hospital by its one-time login', async () => {
    const { url, oneTimeLogin } = pages.agentPage;
    const page = await newPage(browser);
    await page.goto(url);
    await page.getByLabel('One-time login').fill(oneTimeLogin);
    await page.getByLabel('New password').fill('somebody who looks at it');
    await page.getByLabel('again').fill('somebody who looks at it');
    await page.getByRole('button', { name: 'Set the password' }).click();
    const now = page.getByText(/round \d+ of 200/i).first();
    await now.waitFor();
    expect(await now.isVisible()).toBe(true);
  });

  it('ends with Ctrl-C and leaves no process', async () => {
    const processes = await everyChildOf(demo.pid ?? 0);
    expect(processes.length).toBeGreaterThanOrEqual(7);
    const ended = once(demo, 'exit');
    demo.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
    expect(processes.filter(isRunning)).toEqual([]);
  });
});

/** @throws Error with what it said when it ends without an answer */
async function firstAnswer({ stdout, stderr }: ChildProcess): Promise<OpenPages> {
  if (stdout === null || stderr === null) {
    throw new Error('the demo has no output');
  }
  const said: string[] = [];
  stderr.on('data', (chunk) => said.push(String(chunk)));
  for await (const line of createInterface({ input: stdout })) {
    stdout.resume();
    return JSON.parse(line) as OpenPages;
  }
  throw new Error(`the demo ended: ${said.join('')}`);
}

/** Processes below a process: the coordinator, the agents, and the trainer of each. */
async function everyChildOf(pid: number): Promise<number[]> {
  const children = await childrenOf(pid);
  return [...children, ...(await Promise.all(children.map(everyChildOf))).flat()];
}

async function newPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({
    locale: 'en',
    viewport: { width: 1280, height: 860 },
  });
  return context.newPage();
}
