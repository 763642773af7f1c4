/** The console in a real browser: signed in, at a width, with everything that went wrong on its pages noted. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { PASSWORD } from './staffed-coordinator.js';

export const WIDTHS = { wide: 1280, phone: 390 } as const;
export type Width = keyof typeof WIDTHS;

const HEIGHT = 860;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SERIOUS = ['serious', 'critical'];

export interface ConsoleOptions {
  readonly url: string;
  readonly name: string;
  readonly width: Width;
  readonly language?: 'en' | 'de';
  readonly colours?: 'light' | 'dark';
}

export class ConsoleBrowser {
  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    private readonly url: string,
    /** Errors of scripts, of the content security policy, and requests to other hosts. */
    readonly faults: string[],
  ) {}

  /** Signs in on the page for that, from the console and back to it. */
  static async signIn(browser: Browser, options: ConsoleOptions): Promise<ConsoleBrowser> {
    const { url, name, width, language = 'en', colours = 'light' } = options;
    const context = await browser.newContext({
      viewport: { width: WIDTHS[width], height: HEIGHT },
      locale: language,
      colorScheme: colours,
    });
    const page = await context.newPage();
    const faults: string[] = [];
    noteFaults(page, url, faults);
    await page.goto(`${url}/console/`);
    await page.waitForURL('**/login?back=*');
    await page.locator('#name').fill(name);
    await page.locator('#password').fill(PASSWORD);
    await page.locator('#password-form button').click();
    await page.waitForURL('**/console/**');
    return new ConsoleBrowser(context, page, url, faults);
  }

  /**
   * Signs in, looks, and leaves whatever comes of it.
   * @throws AssertionError if a page broke a rule of its own or asked another host
   */
  static async visit(
    browser: Browser,
    options: ConsoleOptions,
    look: (seen: ConsoleBrowser) => Promise<void>,
  ): Promise<void> {
    const seen = await ConsoleBrowser.signIn(browser, options);
    try {
      await look(seen);
      assert.deepEqual(seen.faults, []);
    } finally {
      await seen.close();
    }
  }

  /** @param path below `/console` */
  async open(path: string): Promise<void> {
    await this.page.goto(`${this.url}/console${path}`);
    await this.page.locator('h1').first().waitFor();
  }

  /** When nothing on the page waits for an answer. */
  settled(): Promise<void> {
    return this.page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
  }

  violations(): Promise<string[]> {
    return violationsOn(this.page);
  }

  overflow(): Promise<number> {
    return overflowOf(this.page);
  }

  /** Keeps a picture of the page where `folder` says, for people to look at. */
  async picture(folder: string, name: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  }

  close(): Promise<void> {
    return this.context.close();
  }
}

/** What ends by itself: a dialog that is still fading in has other colours than it is read in. */
const MOVED = `Promise.allSettled(
  document
    .getAnimations()
    .filter(({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime))
    .map(({ finished }) => finished),
)`;

/** Every violation of level serious or critical, as `rule: elements`. */
export async function violationsOn(page: Page): Promise<string[]> {
  await page.evaluate(MOVED);
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<AxeResults>('axe.run(document)');
  return violations
    .filter(({ impact }) => SERIOUS.includes(impact ?? ''))
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
}

/** Pixels by which the page is wider than the window: nobody should have to scroll sideways. */
export function overflowOf(page: Page): Promise<number> {
  return page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
}

function noteFaults(page: Page, url: string, faults: string[]): void {
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    // A request that is refused or finds nobody is told by the page itself.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      faults.push(message.text());
    }
  });
  page.on('request', (request) => {
    const address = request.url();
    if (!address.startsWith(url) && !address.startsWith('data:') && !address.startsWith('blob:')) {
      faults.push(`asked another host: ${address}`);
    }
  });
}
