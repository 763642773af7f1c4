/** The files of TLS: whether key and certificate belong together, how long it lasts, and whether what stands between is there. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { CoordinatorConfig } from '../config/config-schema.js';
import { readTlsOptions } from '../platform/http/tls-files.js';
import { checked, passed, problem, skipped, type Check } from './check.js';

const DAY_MS = 86_400_000;
/** Renewals are a matter of weeks; this leaves time to find out why one failed. */
const LEAST_DAYS = 14;
const PEM = /-----BEGIN CERTIFICATE-----[^]+?-----END CERTIFICATE-----/g;

export async function tlsChecks(
  config: CoordinatorConfig,
  nowMs: number,
): Promise<readonly Check[]> {
  const { tls, publicUrl } = config;
  if (tls === undefined) {
    return [skipped('TLS', 'no certificate is set: a proxy has to end TLS')];
  }
  const files = await checked('TLS files', () => {
    readTlsOptions(config);
    return `${tls.keyFile} is the key of ${tls.certificateFile}`;
  });
  if (files.result === 'problem') {
    return [files];
  }
  const chain = (readFileSync(tls.certificateFile, 'utf8').match(PEM) ?? []).map(
    (text) => new X509Certificate(text),
  );
  return [
    files,
    expiryCheck(chain, nowMs),
    chainCheck(chain),
    ...(publicUrl === undefined ? [] : [nameCheck(chain[0], new URL(publicUrl).hostname)]),
  ];
}

export function expiryCheck(chain: readonly X509Certificate[], nowMs: number): Check {
  const check = 'TLS expiry';
  const [first] = [...chain].sort((a, b) => Date.parse(a.validTo) - Date.parse(b.validTo));
  const days = Math.floor((Date.parse(first?.validTo ?? '') - nowMs) / DAY_MS);
  const says =
    days < 0
      ? `the certificate of ${nameOf(first)} ended ${-days} days ago`
      : `the certificate of ${nameOf(first)} lasts ${days} days`;
  return days >= LEAST_DAYS
    ? passed(check, says)
    : problem(check, says, 'renew it; a running coordinator takes the new files by itself');
}

/** Each certificate was issued by the one after it; browsers and agents do not look for what is missing. */
export function chainCheck(chain: readonly X509Certificate[]): Check {
  const check = 'TLS chain';
  const gap = chain.findIndex((certificate, i) => {
    const issuer = chain[i + 1];
    return issuer !== undefined && !certificate.checkIssued(issuer);
  });
  if (gap >= 0) {
    const says = `${nameOf(chain[gap])} was not issued by ${nameOf(chain[gap + 1])}, which follows it`;
    return problem(check, says, 'put the coordinator first, then each issuer after what it issued');
  }
  const last = chain.at(-1);
  return passed(check, `${chain.length} in order, up to the issuer ${issuerOf(last)}`);
}

function nameCheck(certificate: X509Certificate | undefined, host: string): Check {
  const bare = host.replaceAll(/[[\]]/g, '');
  const fits = isIP(bare) === 0 ? certificate?.checkHost(bare) : certificate?.checkIP(bare);
  return fits === undefined
    ? problem(
        'TLS name',
        `the certificate is not for ${bare}, the host of publicUrl`,
        'ask for one with that name as subjectAltName',
      )
    : passed('TLS name', `the certificate is for ${bare}`);
}

function nameOf(certificate: X509Certificate | undefined): string {
  return oneLine(certificate?.subject);
}

function issuerOf(certificate: X509Certificate | undefined): string {
  return oneLine(certificate?.issuer);
}

function oneLine(name: string | undefined): string {
  return (name ?? 'nobody').replaceAll('\n', ', ');
}
