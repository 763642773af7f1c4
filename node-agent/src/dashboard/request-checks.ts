/**
 * What a request must show before anything is answered. A page of another site that the data manager has open must neither read
 * nor write here: it is kept out by the Host header (DNS rebinding gives its own name there), by Origin and Sec-Fetch-Site (Fetch
 * standard; W3C Fetch Metadata) and by a cookie that SameSite=Strict keeps back.
 */
import type { IncomingHttpHeaders } from 'node:http';

export type Refused = 'wrong-host' | 'cross-site';

/** @param port that the page is served on. @returns undefined where nothing is wrong */
export function refusedBecause(
  method: string | undefined,
  headers: IncomingHttpHeaders,
  port: number,
): Refused | undefined {
  const own = ['127.0.0.1', 'localhost'].map((name) => `${name}:${port}`);
  const { host } = headers;
  if (host === undefined || !own.includes(host)) {
    return 'wrong-host';
  }
  const from = headers['sec-fetch-site'];
  if (method === 'GET' || method === 'HEAD') {
    // Another site may link here: then a page is opened, and the cookie does not come with it.
    return from === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate'
      ? 'cross-site'
      : undefined;
  }
  const isOwn =
    headers.origin === `http://${host}` && (from === undefined || from === 'same-origin');
  return isOwn ? undefined : 'cross-site';
}

/** The value of a cookie (RFC 6265 section 4.2). */
export function cookieOf({ cookie }: IncomingHttpHeaders, name: string): string | undefined {
  const prefix = `${name}=`;
  return (cookie ?? '')
    .split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(prefix))
    ?.slice(prefix.length);
}
