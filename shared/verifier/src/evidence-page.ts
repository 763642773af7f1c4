/** The page that verifies itself, made of a bundle: what `report --html` writes. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { selfVerifyingHtml, type BundleSource } from '@consilium/shared/verify';
import { ConsiliumError } from '@consilium/shared/vocabulary';

/** `src` and `dist` lie equally deep, so both find the console's build at the same place. */
const BUILT_TEMPLATE = fileURLToPath(
  new URL('../../../coordinator/console/dist/self-verifying.html', import.meta.url),
);

/** Far more than a page holds: what it has no room for is read all the same, for its size. */
const LARGEST_FILE = 2 ** 31 - 1;

export interface PageOptions {
  /** The file to write. */
  readonly html?: string;
  /** `self-verifying.html` of a console's build; that of this installation if not given. */
  readonly template?: string;
  /** Whether a file that exists is replaced. */
  readonly overwrite?: true;
}

/** A page that was asked for and can be made. */
export interface PlannedPage {
  readonly file: string;
  readonly template: string;
  readonly overwrite: boolean;
}

export interface WrittenPage {
  readonly file: string;
  readonly bytes: number;
}

/**
 * Before the bundle is read, since that can take minutes.
 * @returns undefined where no page was asked for
 * @throws ConsiliumError 'bad-request' when the file exists, would lie in the bundle or was not named; 'not-found' without a
 * template
 */
export function planPage(
  folder: string,
  { html, template, overwrite }: PageOptions,
): PlannedPage | undefined {
  if (html === undefined) {
    requireNone('--template', template);
    requireNone('--overwrite', overwrite);
    return undefined;
  }
  if (isWithin(folder, html)) {
    throw badRequest(`${html} lies in the bundle, which no longer holds with one file more`);
  }
  if (overwrite !== true && existsSync(html)) {
    throw alreadyThere(html);
  }
  return { file: html, template: readTemplate(template), overwrite: overwrite === true };
}

/**
 * Files that the page has no room for are named in it, with their sizes.
 * @throws ConsiliumError 'bad-request' when the file cannot be written or the template is another page; of a file of the bundle
 * that cannot be read as `source.read`
 */
export function writePage(
  { file, template, overwrite }: PlannedPage,
  source: BundleSource,
): WrittenPage {
  const files = source.paths().map((path) => ({ path, bytes: source.read(path, LARGEST_FILE) }));
  const page = Buffer.from(selfVerifyingHtml(template, files));
  try {
    writeFileSync(file, page, { flag: overwrite ? 'w' : 'wx' });
  } catch (cause) {
    throw cause instanceof Error && 'code' in cause && cause.code === 'EEXIST'
      ? alreadyThere(file)
      : badRequest(`${file} cannot be written`, cause);
  }
  return { file, bytes: page.length };
}

export function pageText({ file, bytes }: WrittenPage): string {
  return `Page that verifies itself: ${file}, ${bytes} bytes\n`;
}

function readTemplate(named: string | undefined): string {
  const path = named ?? BUILT_TEMPLATE;
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const advice =
      'build it with "npm run build" in the folder of Consilium, or name one with --template';
    throw new ConsiliumError('not-found', `${path}, the page to fill, cannot be read: ${advice}`, {
      cause,
    });
  }
}

function isWithin(folder: string, file: string): boolean {
  const path = relative(resolve(folder), resolve(file));
  return path !== '..' && !path.startsWith(`..${sep}`);
}

function requireNone(option: string, value: unknown): void {
  if (value !== undefined) {
    throw badRequest(`${option} is for a page: name its file with --html`);
  }
}

function alreadyThere(file: string): ConsiliumError {
  return badRequest(`${file} exists: name another file, or replace it with --overwrite`);
}

function badRequest(message: string, cause?: unknown): ConsiliumError {
  return new ConsiliumError('bad-request', message, { cause });
}
