import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Log } from '../logging/log.js';
import { followTlsFiles, readTlsOptions, type TlsSettings } from './tls-files.js';

describe("the coordinator's certificate", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'consilium-spec-'));
    made('a');
    made('b');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const at = (name: string): string => join(folder, name);

  function made(name: string): void {
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
        ...['-days', '2', '-subj', `/CN=${name}`, '-keyout', at(`${name}.key`)],
        ...['-out', at(`${name}.pem`)],
      ],
      { stdio: 'ignore' },
    );
    chmodSync(at(`${name}.key`), 0o600);
  }

  const config = (changes: Partial<TlsSettings> = {}) => ({
    tls: {
      certificateFile: at('a.pem'),
      keyFile: at('a.key'),
      requireClientCertificate: false,
      ...changes,
    },
    keys: { groupReadable: false },
  });

  it('is read with its key, for TLS 1.2 and newer, and asks clients for nothing', () => {
    const options = readTlsOptions(config());
    expect(options).toMatchObject({ minVersion: 'TLSv1.2', handshakeTimeout: 5000 });
    expect(options.requestCert).toBeUndefined();
  });

  it('asks clients for a certificate where an authority is given', () => {
    expect(readTlsOptions(config({ clientAuthorityFile: at('b.pem') }))).toMatchObject({
      requestCert: true,
      rejectUnauthorized: false,
    });
  });

  it.each<[string, Partial<TlsSettings>, RegExp]>([
    ['a missing certificate', { certificateFile: '/nowhere' }, /tls\.certificateFile: \/nowhere/],
    ['a key of another certificate', { keyFile: 'b.key' }, /b\.key is not the key, in PEM/],
    ['something that is no key', { keyFile: 'a.pem' }, /a\.pem is not the key/],
    ['no authority', { clientAuthorityFile: 'a.key' }, /tls\.clientAuthorityFile: .*a\.key/],
  ])('is refused with %s, in a sentence', (_, changes, sentence) => {
    chmodSync(at('a.pem'), 0o600);
    const files = Object.entries(changes).map(([name, file]) => [
      name,
      String(file).startsWith('/') ? file : at(String(file)),
    ]);
    const resolved = Object.fromEntries(files) as Partial<TlsSettings>;
    expect(() => readTlsOptions(config(resolved))).toThrow(sentence);
  });

  it('is refused where others may read its key', () => {
    chmodSync(at('a.key'), 0o640);
    expect(() => readTlsOptions(config())).toThrow(/a\.key has mode 0640: others may read/);
    const shared = { ...config(), keys: { groupReadable: true } };
    expect(readTlsOptions(shared).minVersion).toBe('TLSv1.2');
  });

  it('is read again at SIGHUP when its files have changed, and stays when the new ones do not fit', () => {
    const contexts: unknown[] = [];
    const server = { setSecureContext: (options: object) => contexts.push(options) };
    const stop = followTlsFiles(server, config(), Log.to('silent'));
    process.emit('SIGHUP');
    expect(contexts).toEqual([]);
    copyFileSync(at('b.pem'), at('a.pem'));
    utimesSync(at('a.pem'), 1, 1);
    process.emit('SIGHUP');
    expect(contexts).toEqual([]);
    writeFileSync(at('a.key'), '');
    copyFileSync(at('b.key'), at('a.key'));
    chmodSync(at('a.key'), 0o600);
    utimesSync(at('a.key'), 2, 2);
    process.emit('SIGHUP');
    expect(contexts).toHaveLength(1);
    stop();
    process.emit('SIGHUP');
    expect(contexts).toHaveLength(1);
  });
});
