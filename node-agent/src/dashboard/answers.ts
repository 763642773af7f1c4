/** How answers are written: one set of headers for all of them. Nothing is kept by a browser, nothing loads from another host. */
import type { ServerResponse } from 'node:http';

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  // Not `no-referrer`: then a browser would send `Origin: null` with the page's own forms (Fetch standard, section 3.2).
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'cache-control': 'no-store',
};

export interface Written {
  readonly status: number;
  readonly type?: string;
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

/** @param isHead asks for the headers alone. */
export function writeAnswer(response: ServerResponse, written: Written, isHead = false): void {
  const { status, type = 'text/html; charset=utf-8', body = '', headers = {} } = written;
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  response.statusCode = status;
  for (const [name, value] of Object.entries({ ...HEADERS, ...headers })) {
    response.setHeader(name, value);
  }
  response.setHeader('content-type', type);
  response.setHeader('content-length', bytes.length);
  response.end(isHead ? undefined : bytes);
}

export function redirect(to: string, cookies: readonly string[] = []): Written {
  return {
    status: 303,
    headers: { location: to, ...(cookies.length === 0 ? {} : { 'set-cookie': cookies }) },
  };
}
