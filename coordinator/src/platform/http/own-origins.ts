/**
 * Under which addresses sites reach this coordinator. A site signs the address that it connects to, so what it sends a look-alike
 * under another name is refused here. security.md 3.2.
 */
import { hostname, networkInterfaces } from 'node:os';
import type { CoordinatorConfig } from '../../config/config-schema.js';

const LOOPBACK = ['127.0.0.1', '[::1]', 'localhost'];
const EVERY_INTERFACE = ['0.0.0.0', '::'];

/**
 * With a `publicUrl` that one alone; without it the address that is listened on, under every name that it has on this machine.
 * @param url attacker-controlled.
 * @param port that is listened on.
 */
export function isOwnOrigin(
  url: string,
  { publicUrl, http, tls }: Pick<CoordinatorConfig, 'publicUrl' | 'http' | 'tls'>,
  port: number,
): boolean {
  if (publicUrl !== undefined) {
    return url === new URL(publicUrl).origin;
  }
  const scheme = tls === undefined ? 'http' : 'https';
  return namesOf(http.host).some((name) => url === new URL(`${scheme}://${name}:${port}`).origin);
}

/** @param server a listening HTTP server. */
export function listeningPort(server: { address(): unknown }): number {
  const address = server.address();
  const isKnown = typeof address === 'object' && address !== null && 'port' in address;
  return isKnown ? Number(address.port) : 0;
}

function namesOf(host: string): readonly string[] {
  const bracketed = host.includes(':') ? `[${host}]` : host;
  if (LOOPBACK.includes(bracketed)) {
    return LOOPBACK;
  }
  if (!EVERY_INTERFACE.includes(host)) {
    return [bracketed];
  }
  const addresses = Object.values(networkInterfaces()).flatMap((found = []) =>
    found.map(({ address, family }) => (family === 'IPv6' ? `[${address}]` : address)),
  );
  return [...LOOPBACK, hostname(), ...addresses];
}
