/** An authority of its own and what it signs, made by the openssl program for one suite. */
import { execFile } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Authority {
  /** PEM of its own certificate. */
  readonly file: string;
  /** @param alternative a subjectAltName such as `IP:127.0.0.1` @param days may lie in the past */
  issue(name: string, alternative: string, days?: number): Promise<Issued>;
}

export interface Issued {
  readonly certificateFile: string;
  readonly keyFile: string;
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

export async function createAuthority(folder: string, name: string): Promise<Authority> {
  const at = (file: string): string => join(folder, `${name}-${file}`);
  const ca = at('authority.pem');
  const caKey = at('authority.key');
  await run('openssl', [
    ...['req', '-x509', ...KEY, '-days', '2', '-subj', `/CN=${name}`],
    ...['-addext', 'keyUsage=critical,keyCertSign', '-keyout', caKey, '-out', ca],
  ]);
  return {
    file: ca,
    issue: async (subject, alternative, days = 2) => {
      const [keyFile, certificateFile] = [at(`${subject}.key`), at(`${subject}.pem`)];
      const [request, extensions] = [at(`${subject}.csr`), at(`${subject}.ext`)];
      await writeFile(extensions, `subjectAltName=${alternative}\nbasicConstraints=CA:FALSE\n`);
      await run('openssl', [
        ...['req', '-new', ...KEY, '-subj', `/CN=${subject}`],
        ...['-keyout', keyFile, '-out', request],
      ]);
      await run('openssl', [
        ...['x509', '-req', '-in', request, '-CA', ca, '-CAkey', caKey, '-CAcreateserial'],
        ...['-days', String(days), '-extfile', extensions, '-out', certificateFile],
      ]);
      await chmod(keyFile, 0o600);
      return { certificateFile, keyFile };
    },
  };
}
