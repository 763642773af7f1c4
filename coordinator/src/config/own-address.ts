/** Where people reach this coordinator, as far as its settings alone say so. */
import type { CoordinatorConfig } from './config-schema.js';

/** Hosts that a server listens at and nobody can ask for. */
const EVERY_HOST: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** @returns undefined where the port is any free one and no `publicUrl` is given */
export function ownAddress({ publicUrl, http, tls }: CoordinatorConfig): string | undefined {
  if (publicUrl !== undefined) {
    return publicUrl;
  }
  if (http.port === 0) {
    return undefined;
  }
  const scheme = tls === undefined ? 'http' : 'https';
  const host = EVERY_HOST[http.host] ?? http.host;
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${http.port}`;
}
