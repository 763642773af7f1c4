/**
 * Evidence is verified in a real browser that has no network: by the console's worker under the console's own content security
 * policy, and by a page that was opened from disk. Both say, word by word, what `consilium-verify` says.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { toBase64 } from '@consilium/shared/encoding';
import {
  bundleFromFiles,
  lastCheckpoint,
  reportText,
  selfVerifyingHtml,
  verifyBundle,
  type BundleFile,
} from '@consilium/shared/verify';
import { playSecureStudy } from '@consilium/shared/verify/testing';
import type { Browser, Page } from 'playwright-core';
import { isChromiumAvailable, launchChromium } from '../support/chromium.js';
import { overflowOf, violationsOn } from '../support/console-browser.js';

const describeWithBrowser = isChromiumAvailable() ? describe : describe.skip;
const CONSOLE = fileURLToPath(new URL('../../../coordinator/console/dist/', import.meta.url));
const PICTURES = join(tmpdir(), 'consilium-pictures');
/** That of the coordinator's console, without its styles. */
const POLICY = "default-src 'none';script-src 'self';worker-src 'self';connect-src 'self'";

/** In the page: gives the worker a bundle and a task, and collects what it says. Files are pairs of path and base64. */
const ASK = `async ([url, files, task]) => {
  const worker = (window.verifier ??= new Worker(url, { type: 'module' }));
  const bytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const bundle = { files: files.map(([path, text]) => ({ path, bytes: bytes(text) })), proofs: [] };
  worker.postMessage({ kind: 'hold', bundleId: 1, bundle });
  const steps = [];
  return new Promise((resolve, reject) => {
    worker.onerror = () => reject(new Error('the worker ended'));
    worker.onmessage = ({ data }) => {
      if (data.kind === 'steps') steps.push(...data.steps);
      else resolve({ ...data, steps });
    };
    worker.postMessage({ kind: 'do', requestId: 1, bundleId: 1, task });
  });
}`;

interface Step {
  readonly kind: string;
  readonly progress: number;
  readonly result?: unknown;
}

interface Said {
  readonly kind: 'done' | 'failed';
  readonly steps: readonly Step[];
  readonly answer?: {
    readonly text: string;
    readonly report: { readonly verified: boolean; readonly sumRecomputable: boolean };
    readonly growth?: { readonly holds: boolean };
    readonly durationMs: number;
    readonly [key: string]: unknown;
  };
}

function altered(files: readonly BundleFile[], name: RegExp, change: (bytes: Uint8Array) => void) {
  const [first] = files.filter(({ path }) => name.test(path));
  return files.map((file) => {
    if (file !== first) {
      return file;
    }
    const bytes = file.bytes.slice();
    change(bytes);
    return { path: file.path, bytes };
  });
}

function flipAt(place: (bytes: Uint8Array) => number): (bytes: Uint8Array) => void {
  return (bytes) => {
    const at = place(bytes);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
  };
}

/** The last digit of the time of the last leaf: still a number, and another one. */
function inLastLeaf(bytes: Uint8Array): number {
  const member = '\\"atMs\\":';
  const digits = '1750000000000'.length;
  return Buffer.from(bytes).lastIndexOf(member) + member.length + digits - 1;
}

const TAMPERED = [
  ['a masked update', /\/masked\//, flipAt(() => 100), 'sums: not so'],
  ['a leaf of the log', /^log\.json$/, flipAt(inLastLeaf), 'inclusion: not so'],
  [
    'an adapter checkpoint',
    /^adapters\/1\./,
    flipAt(({ length }) => length - 5),
    'adapters: not so',
  ],
] as const;

describeWithBrowser('evidence of a secure study, in a browser without a network', () => {
  let files: readonly BundleFile[];
  let browser: Browser;
  let server: Server;
  let folder: string;
  let page: Page;
  let faults: string[];

  beforeAll(async () => {
    ({ files } = await playSecureStudy());
    folder = await mkdtemp(join(tmpdir(), 'consilium-page-'));
    browser = await launchChromium();
    server = createServer((request, response) => {
      const path = request.url ?? '/';
      response.setHeader('Content-Security-Policy', POLICY);
      response.setHeader('Content-Type', path === '/' ? 'text/html' : 'text/javascript');
      response.end(path === '/' ? '<!doctype html><title>a page</title>' : fileOf(path));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  beforeEach(async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
    page = await context.newPage();
    faults = [];
    page.on('pageerror', ({ message }) => faults.push(message));
    page.on('request', (request) => faults.push(request.url()));
  });

  afterEach(() => page.context().close());

  afterAll(async () => {
    await browser.close();
    server.close();
    await rm(folder, { recursive: true });
  });

  function fileOf(path: string): Buffer {
    return readFileSync(join(CONSOLE, 'assets', path.slice(1)));
  }

  /** The worker is there before the network goes. */
  async function ask(shown: readonly BundleFile[], task: object): Promise<Said> {
    const { port } = server.address() as AddressInfo;
    const name = readdirSync(join(CONSOLE, 'assets')).find((file) =>
      /^verification-worker-.*\.js$/.test(file),
    );
    const tell = (given: readonly BundleFile[], what: object): Promise<Said> =>
      page.evaluate(`(${ASK})(${JSON.stringify([`/${name}`, given.map(pairOf), what])})`);
    await page.context().setOffline(false);
    await page.goto(`http://127.0.0.1:${port}/`);
    await tell([], { name: 'readIndex', index: {} });
    await page.context().setOffline(true);
    faults.length = 0;
    return tell(shown, task);
  }

  const VERIFY = { name: 'verify', pinned: {} };

  it('is verified as consilium-verify does it, and each step is told', async () => {
    const savedCheckpoint = lastCheckpoint(bundleFromFiles(files));
    const { answer, steps } = await ask(files, { ...VERIFY, savedCheckpoint });
    expect(answer?.report).toEqual(verifyBundle(bundleFromFiles(files)));
    expect(answer?.report).toMatchObject({ verified: true, sumRecomputable: true });
    expect(answer?.text).toBe(reportText(verifyBundle(bundleFromFiles(files))));
    expect(answer).toMatchObject({ checkpoint: savedCheckpoint, growth: { holds: true } });
    const kinds = new Set(steps.map(({ kind }) => kind));
    expect(kinds).toEqual(
      new Set([
        ...['began', 'ended', 'file-hash', 'leaf-hash', 'inclusion', 'consistency'],
        ...['signature', 'recompute'],
      ]),
    );
    const progress = steps.map((step) => step.progress);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(progress.at(-1)).toBe(1);
    expect(faults).toEqual([]);
  });

  it.each(TAMPERED)(
    'is refused by name where somebody altered %s',
    async (_, name, change, finding) => {
      const shown = altered(files, name, change);
      const { answer } = await ask(shown, VERIFY);
      expect(answer?.report.verified).toBe(false);
      expect(answer?.text).toContain(finding);
      expect(answer?.text).toBe(reportText(verifyBundle(bundleFromFiles(shown))));
    },
  );

  it('gives each hash of a proof, and one round again', async () => {
    const proof = await ask(files, { name: 'proveInclusion', leafIndex: 3 });
    expect(proof.answer).toMatchObject({ holds: true, leafIndex: 3 });
    const round = await ask(files, { name: 'recomputeRound', roundNo: 2 });
    expect(round.answer).toMatchObject({ holds: true, sumRecomputed: true, roundNo: 2 });
  });

  async function openFromDisk(shown: readonly BundleFile[]): Promise<string> {
    const template = readFileSync(join(CONSOLE, 'self-verifying.html'), 'utf8');
    const file = join(folder, 'evidence.html');
    writeFileSync(file, selfVerifyingHtml(template, shown));
    await page.context().setOffline(true);
    await page.goto(pathToFileURL(file).href);
    await page.locator('[data-verdict]').waitFor();
    return (await page.locator('#report').textContent()) ?? '';
  }

  it('verifies itself as a page that is opened from disk', async () => {
    const report = await openFromDisk(files);
    expect(report).toBe(reportText(verifyBundle(bundleFromFiles(files))));
    expect(await page.locator('#verdict').getAttribute('data-verdict')).toBe('verified');
    await page.locator('summary', { hasText: 'inclusion: Every leaf is in the log' }).click();
    const line = /leaf 0 in \d+: SHA-256\(01, [0-9a-f]{64}, [0-9a-f]{64}\) = [0-9a-f]{64}/;
    await page.getByText(line).first().waitFor();
    await page.screenshot({ path: join(PICTURES, 'self-verifying.png'), fullPage: true });
    expect(faults.filter((fault) => !fault.startsWith('file:'))).toEqual([]);
  });

  it.each([
    ['light', 1280],
    ['dark', 390],
  ] as const)('is for everybody as a page: %s, %d pixels wide', async (colorScheme, width) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 860 });
    await openFromDisk(files);
    await page.screenshot({ path: join(PICTURES, `self-verifying-${width}.png`) });
    expect(await violationsOn(page)).toEqual([]);
    expect(await overflowOf(page)).toBe(0);
  });

  it('counts by the keys that somebody enters on that page', async () => {
    await openFromDisk(files);
    await page.getByLabel('Key of the log').fill(toBase64(new Uint8Array(32).fill(7)));
    await page.getByRole('button', { name: 'Verify with these keys' }).click();
    await page.locator('[data-verdict=refused]').waitFor();
    expect(await page.locator('#verdict').textContent()).toContain('NOT VERIFIED. Failed: index');
  });

  it('is refused by that page too, in the same words', async () => {
    const [, name, change, finding] = TAMPERED[1];
    const shown = altered(files, name, change);
    const report = await openFromDisk(shown);
    expect(report).toContain(finding);
    expect(report).toBe(reportText(verifyBundle(bundleFromFiles(shown))));
    expect(await page.locator('#verdict').getAttribute('data-verdict')).toBe('refused');
  });
});

function pairOf({ path, bytes }: BundleFile): readonly [string, string] {
  return [path, toBase64(bytes)];
}
