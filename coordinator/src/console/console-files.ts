/**
 * The built console, as it is served: `index.html` with a fresh nonce for each page, everything else by hashed name for ever.
 * `console/dist` stands beside `src` and `dist`, so both find it at the same place.
 */
import { readFile, readdir } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Injectable } from '@nestjs/common';
import { randomBytes } from '@consilium/shared/crypto';
import { toBase64 } from '@consilium/shared/encoding';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { errorCode } from '../config/error-code.js';

const FOLDER = fileURLToPath(new URL('../../console/dist/', import.meta.url));
const NONCE_BYTES = 18;
/** What the build writes where the nonce of a page belongs: `html.cspNonce` of vite.config.mjs. */
const NONCE_PLACE = 'consilium-nonce';

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
};

export interface ConsoleFile {
  readonly mediaType: string;
  readonly bytes: Buffer;
  /** RFC 1952. */
  readonly gzipped: Buffer;
  /** Whether its name has a hash of its content. */
  readonly isHashed: boolean;
}

export interface ConsolePage {
  readonly html: string;
  readonly contentSecurityPolicy: string;
}

@Injectable()
export class ConsoleFiles {
  private files: Promise<ReadonlyMap<string, ConsoleFile>> | undefined;
  private template: Promise<string> | undefined;

  /** @param path below `/console/`, attacker-controlled. @returns undefined where the build has no such file. */
  async file(path: string): Promise<ConsoleFile | undefined> {
    this.files ??= readFiles().catch((error: unknown) => {
      this.files = undefined;
      throw notBuilt(error);
    });
    return (await this.files).get(path);
  }

  /** The page that every path of the console begins with. @throws ConsiliumError 'not-found' while it is not built */
  async page(): Promise<ConsolePage> {
    this.template ??= readFile(join(FOLDER, 'index.html'), 'utf8').catch((error: unknown) => {
      this.template = undefined;
      throw notBuilt(error);
    });
    const nonce = toBase64(randomBytes(NONCE_BYTES));
    const html = (await this.template).replaceAll(NONCE_PLACE, nonce);
    return { html, contentSecurityPolicy: contentSecurityPolicy(nonce) };
  }
}

/** As `securityHeaders`, and beside it style elements that carry the nonce: the ones that the components make while they run. */
function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join(';');
}

async function readFiles(): Promise<ReadonlyMap<string, ConsoleFile>> {
  const entries = await readdir(FOLDER, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name !== 'index.html');
  return new Map(
    await Promise.all(
      files.map(async ({ parentPath, name }) => {
        const path = join(parentPath, name);
        const bytes = await readFile(path);
        const below = path.slice(FOLDER.length).split(sep).join('/');
        const file: ConsoleFile = {
          bytes,
          gzipped: await promisify(gzip)(bytes),
          mediaType: MEDIA_TYPES[extname(name)] ?? 'application/octet-stream',
          isHashed: below.startsWith('assets/'),
        };
        return [below, file] as const;
      }),
    ),
  );
}

function notBuilt(cause: unknown): unknown {
  return errorCode(cause) === 'ENOENT'
    ? new ConsiliumError('not-found', 'the console is not built: npm run build', { cause })
    : cause;
}
