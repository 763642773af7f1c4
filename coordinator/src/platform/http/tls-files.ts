/** The coordinator's certificate and key, read from files and read again when they change: certificates live for weeks. */
import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createSecureContext, type TlsOptions } from 'node:tls';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { CoordinatorConfig } from '../../config/config-schema.js';
import { readSecretFile } from '../../config/secret-file.js';
import type { Log } from '../logging/log.js';

export type TlsSettings = NonNullable<CoordinatorConfig['tls']>;

const HANDSHAKE_MS = 5000;
const LOOK_AGAIN_MS = 60_000;

/** What `setSecureContext` takes of a server; specs bring their own. */
export interface SecureServer {
  setSecureContext(options: TlsOptions): void;
}

/**
 * TLS 1.2 and newer, the ciphers of Node. A client certificate is asked for where an authority is given; who must have one is
 * decided by route, since probes and operators have none.
 * @throws ConsiliumError 'bad-configuration' naming the file that is missing, exposed, or does not fit the other
 */
export function readTlsOptions({ tls, keys }: Pick<CoordinatorConfig, 'tls' | 'keys'>): TlsOptions {
  if (tls === undefined) {
    return {};
  }
  const cert = certificateOf('tls.certificateFile', tls.certificateFile);
  const key = readSecretFile(tls.keyFile, { groupReadable: keys.groupReadable });
  const { clientAuthorityFile } = tls;
  const options: TlsOptions = {
    cert,
    key,
    minVersion: 'TLSv1.2',
    handshakeTimeout: HANDSHAKE_MS,
    ...(clientAuthorityFile === undefined
      ? {}
      : {
          ca: certificateOf('tls.clientAuthorityFile', clientAuthorityFile),
          requestCert: true,
          rejectUnauthorized: false,
        }),
  };
  requireFit(options, tls);
  return options;
}

/**
 * Looks at the files every minute and at SIGHUP.
 * @returns a function that ends the watching.
 */
export function followTlsFiles(
  server: SecureServer,
  config: Pick<CoordinatorConfig, 'tls' | 'keys'>,
  log: Log,
): () => void {
  let known = stateOf(config.tls);
  const look = (): void => {
    const state = stateOf(config.tls);
    if (state === known) {
      return;
    }
    known = state;
    try {
      server.setSecureContext(readTlsOptions(config));
      log.info('certificate replaced');
    } catch (error) {
      log.error('the new certificate cannot be used: the old one stays', error);
    }
  };
  const timer = setInterval(look, LOOK_AGAIN_MS);
  timer.unref();
  process.on('SIGHUP', look);
  return () => {
    clearInterval(timer);
    process.off('SIGHUP', look);
  };
}

function stateOf(tls: TlsSettings | undefined): string {
  return [tls?.certificateFile, tls?.keyFile, tls?.clientAuthorityFile]
    .flatMap((file) => (file === undefined ? [] : statSync(file, { throwIfNoEntry: false })))
    .map((status) => `${status?.mtimeMs} ${status?.size} ${status?.ino}`)
    .join(' ');
}

function certificateOf(setting: string, file: string): string {
  try {
    const text = readFileSync(file, 'utf8');
    new X509Certificate(text);
    return text;
  } catch (cause) {
    throw refuse(`${setting}: ${file} cannot be read as a certificate in PEM`, cause);
  }
}

/** Said at the start, not at the first connection. */
function requireFit(options: TlsOptions, { certificateFile, keyFile }: TlsSettings): void {
  try {
    createSecureContext(options);
  } catch (cause) {
    throw refuse(
      `tls: ${keyFile} is not the key, in PEM and without a password, of the certificate ${certificateFile}`,
      cause,
    );
  }
}

function refuse(message: string, cause: unknown): ConsiliumError {
  return new ConsiliumError('bad-configuration', message, { cause });
}
