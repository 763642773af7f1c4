import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toBase64 } from '@consilium/shared/encoding';
import { errorCodeOf } from '@consilium/shared/vocabulary';
import type { CoordinatorConfig } from './config-schema.js';
import { loadOrCreateKeys } from './coordinator-keys.js';
import { loadConfig } from './load-config.js';

const NAMES = ['encryption.key', 'identity.key', 'log.key'];

describe('the keys of a coordinator', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'consilium-spec-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const config = (more: object = {}): CoordinatorConfig =>
    loadConfig({ environment: {}, flags: { dataFolder: folder, ...more } });

  it('are made once, readable for nobody else, and loaded afterwards', () => {
    const made = loadOrCreateKeys(config());
    const keysFolder = join(folder, 'keys');
    expect(readdirSync(keysFolder).sort()).toEqual(NAMES);
    for (const name of NAMES) {
      expect(statSync(join(keysFolder, name)).mode & 0o777).toBe(0o600);
    }
    expect(statSync(keysFolder).mode & 0o777).toBe(0o700);
    const loaded = loadOrCreateKeys(config());
    expect(loaded).toEqual(made);
    expect(loaded.identity.publicKey).not.toEqual(loaded.log.publicKey);
    expect(loaded.keyEncryptionKey).toHaveLength(32);
  });

  it('print as nothing', () => {
    expect(JSON.stringify({ keys: loadOrCreateKeys(config()) })).toBe('{"keys":"[redacted]"}');
  });

  it.each(NAMES)('are refused when others may read %s', (name) => {
    loadOrCreateKeys(config());
    chmodSync(join(folder, 'keys', name), 0o640);
    expect(() => loadOrCreateKeys(config())).toThrow(
      /mode 0640: others may read this secret; run chmod 600/,
    );
    expect(loadOrCreateKeys(config({ keys: { groupReadable: true } }))).toBeDefined();
    chmodSync(join(folder, 'keys', name), 0o604);
    expect(() => loadOrCreateKeys(config({ keys: { groupReadable: true } }))).toThrow(/mode 0604/);
  });

  it.each([
    ['emptied', '', 'is empty'],
    ['cut off', 'AAAA', 'expected 64 bytes, got 3'],
    ['no base64', '!!!', 'expected base64'],
    ['of two keys', toBase64(new Uint8Array(64).fill(7)), 'it was altered'],
  ])('are refused when a file was %s', (_, content, expected) => {
    loadOrCreateKeys(config());
    writeFileSync(join(folder, 'keys/log.key'), content);
    expect(() => loadOrCreateKeys(config())).toThrow(expected);
  });

  it('never show what a bad key file holds', () => {
    loadOrCreateKeys(config());
    writeFileSync(join(folder, 'keys/log.key'), 'short-secret');
    expect(() => loadOrCreateKeys(config())).toThrow(/expected base64/);
    expect(() => loadOrCreateKeys(config())).not.toThrow('short-secret');
  });

  it('say which folder cannot be written', () => {
    const blocked = join(folder, 'blocked');
    writeFileSync(blocked, '');
    let thrown: unknown;
    try {
      loadOrCreateKeys(config({ keys: { folder: blocked } }));
    } catch (error) {
      thrown = error;
    }
    expect(errorCodeOf(thrown)).toBe('bad-configuration');
    expect(String(thrown)).toContain(join(blocked, 'identity.key'));
  });
});
