/**
 * The console in a real browser on the loopback: how soon its first page is painted and of how much script, and what drawing many
 * points costs. The points are a study's own answer, repeated; everything else is as people have it.
 */
import type { Page, Route } from 'playwright-core';
import { launchChromium } from '../../support/chromium.js';
import { ConsoleBrowser } from '../../support/console-browser.js';
import { ConsoleFederation } from '../../support/console-federation.js';
import { figure, quoted, type Figure } from '../measure/figure.js';

export interface ConsoleResult {
  readonly suite: 'console';
  /** From the address to the first content, of the page of studies; the browser has seen none of it before. */
  readonly firstPaintMs: number;
  /** Until its largest content, of the cards of the studies and their titles, is painted. */
  readonly largestPaintMs: number;
  /** Of the same page, compressed as it travels. */
  readonly scriptKiB: number;
  readonly points: number;
  /** Until the points are drawn, the page's own start and their answer read among it: the longest time in which the page did nothing else. */
  readonly readingMs: number;
  /** The longest time between two frames while they are drawn again, three times. */
  readonly longestFrameMs: number;
}

const NAME = 'ada';
const SITES = 20;
const REDRAWINGS = 3;

interface Repeated {
  readonly roundNo: number;
  readonly attempts: readonly { readonly participants: readonly { readonly siteId: string }[] }[];
}

export async function measureConsole(isQuick: boolean): Promise<ConsoleResult> {
  const rounds = isQuick ? 50 : 1000;
  const federation = await ConsoleFederation.start({ rounds: 3, trainMs: 50 });
  const browser = await launchChromium();
  try {
    const { url, studyId } = federation;
    await federation.person(NAME, { roles: ['study-coordinator'], studies: [studyId] });
    const seen = await ConsoleBrowser.signIn(browser, { url, name: NAME, width: 'wide' });
    const { page } = seen;
    await completed(page, `${url}/v1/studies/${studyId}`);
    const cookies = await seen.context.cookies();
    const fresh = await browser.newContext({ viewport: { width: 1280, height: 860 } });
    await fresh.addCookies(cookies);
    const first = await firstPaint(await fresh.newPage(), `${url}/console/studies`);
    await page.route(`**/v1/studies/${studyId}/rounds?*`, (route) => repeat(route, rounds));
    await page.addInitScript(WATCH);
    await seen.open(`/studies/${studyId}/curves`);
    await page.locator('canvas').waitFor();
    await page.locator('[data-rest]').waitFor({ state: 'detached' });
    const readingMs = await page.evaluate<number>('window.longestTask()');
    let longestFrameMs = 0;
    for (let i = 0; i < REDRAWINGS; i += 1) {
      await page.evaluate('window.watchFrames()');
      await page.getByLabel('Logarithmic').click();
      await page.waitForTimeout(1000);
      longestFrameMs = Math.max(
        longestFrameMs,
        await page.evaluate<number>('window.longestFrame()'),
      );
    }
    return { suite: 'console', ...first, points: rounds * SITES, readingMs, longestFrameMs };
  } finally {
    await browser.close();
    await federation.stop();
  }
}

async function completed(page: Page, address: string): Promise<void> {
  for (;;) {
    const answer = await page.request.get(address);
    if (((await answer.json()) as { readonly phase: string }).phase === 'completed') {
      return;
    }
    await page.waitForTimeout(200);
  }
}

async function firstPaint(
  page: Page,
  address: string,
): Promise<Pick<ConsoleResult, 'firstPaintMs' | 'largestPaintMs' | 'scriptKiB'>> {
  await page.goto(address);
  await page.locator('article').first().waitFor();
  const firstPaintMs = await page.evaluate<number>(
    `performance.getEntriesByName('first-contentful-paint')[0].startTime`,
  );
  const largestPaintMs = await page.evaluate<number>(LARGEST_PAINT);
  const bytes = await page.evaluate<number>(
    `performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.js')).reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)`,
  );
  return { firstPaintMs, largestPaintMs, scriptKiB: bytes / 1024 };
}

/** Instead of the rounds that are asked for as many of a long study: the last one again and again, with its sites under other names. */
async function repeat(route: Route, rounds: number): Promise<void> {
  const asked = new URL(route.request().url());
  const from = Number(asked.searchParams.get('from'));
  const count = Number(asked.searchParams.get('count'));
  const response = await route.fetch({ url: asked.origin + asked.pathname });
  const last = ((await response.json()) as Repeated[]).at(-1);
  const length = Math.max(0, Math.min(count, rounds - from + 1));
  const many = Array.from({ length }, (_, i) => ({
    ...last,
    roundNo: from + i,
    attempts: last?.attempts.map((attempt) => ({
      ...attempt,
      participants: Array.from({ length: SITES }, (_, site) => ({
        ...attempt.participants[site % attempt.participants.length],
        siteId: `hospital-${site + 1}`,
      })),
    })),
  }));
  await route.fulfill({ response, json: many });
}

/** Largest Contentful Paint, section 4.1: the last entry until somebody acts. */
const LARGEST_PAINT = `new Promise((resolve) => {
  new PerformanceObserver((list) => resolve(list.getEntries().at(-1).startTime)).observe({
    type: 'largest-contentful-paint',
    buffered: true,
  });
})`;

const WATCH = `(() => {
  let task = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) task = Math.max(task, duration);
  }).observe({ type: 'longtask', buffered: true });
  window.longestTask = () => task;
  let before = 0;
  let longest = 0;
  let isWatching = false;
  const frame = (now) => {
    if (before > 0) longest = Math.max(longest, now - before);
    before = now;
    if (isWatching) requestAnimationFrame(frame);
  };
  window.watchFrames = () => { before = 0; longest = 0; isWatching = true; requestAnimationFrame(frame); };
  window.longestFrame = () => { isWatching = false; return longest; };
})();`;

export function consoleFigures(result: ConsoleResult): Figure[] {
  const { points } = result;
  return [
    figure('console: first content painted', result.firstPaintMs, 'ms', 'less', [
      quoted('goal', 1000),
    ]),
    figure('console: largest content painted', result.largestPaintMs, 'ms'),
    figure('console: script of the first page, compressed', result.scriptKiB, 'KiB', 'less', [
      quoted('goal', 350),
    ]),
    figure(
      `console: ${points} points read and drawn, longest task`,
      result.readingMs,
      'ms',
      'less',
      [quoted('goal', 100)],
    ),
    figure(
      `console: ${points} points drawn again, longest frame`,
      result.longestFrameMs,
      'ms',
      'less',
      [quoted('goal', 100)],
    ),
  ];
}
