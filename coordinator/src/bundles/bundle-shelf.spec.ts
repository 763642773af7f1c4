import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  contentHash,
  contentHashOf,
  generateSigningKeyPair,
  signBody,
  type Signed,
} from '@consilium/shared/crypto';
import { fromUtf8, toBase64, utf8 } from '@consilium/shared/encoding';
import type { BundleIndex } from '@consilium/shared/protocol';
import { bundleFileEntry, type BundleFile } from '@consilium/shared/verify';
import { parseStudyId } from '@consilium/shared/vocabulary';
import { loadConfig } from '../config/load-config.js';
import { BundleShelf, type ShelvedBundle } from './bundle-shelf.js';

const HOUR_MS = 3_600_000;
const NOW_MS = 1_764_000_000_000;

const key = generateSigningKeyPair();
const document: BundleFile = { path: 'log.json', bytes: utf8('{"v":1}') };

function indexOf(study: string, createdAtMs: number): Signed<BundleIndex> {
  const publicKey = toBase64(key.publicKey);
  const body: BundleIndex = {
    format: 'consilium-bundle',
    v: 1,
    studyId: parseStudyId(study),
    origin: 'consilium.local/log',
    coordinatorKey: publicKey,
    logKey: publicKey,
    createdAtMs,
    files: [bundleFileEntry(document)],
  };
  return signBody('bundle', body, key);
}

async function textOf(shelf: BundleShelf, bundle: ShelvedBundle): Promise<string | undefined> {
  const content = await shelf.document(bundle, contentHash(document.bytes));
  const parts: Uint8Array[] = [];
  for await (const part of content ?? []) {
    parts.push(part);
  }
  return content === undefined ? undefined : fromUtf8(Buffer.concat(parts));
}

describe('the shelf of bundles', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'consilium-spec-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const open = (): BundleShelf =>
    new BundleShelf(loadConfig({ environment: {}, flags: { dataFolder: folder } }));

  it('gives a bundle back by the hash of its index, and the newest without one', async () => {
    const shelf = open();
    const [old, fresh] = [indexOf('smears', NOW_MS), indexOf('smears', NOW_MS + 1)];
    await shelf.put(fresh, [document]);
    await shelf.put(old, [document]);
    expect((await shelf.find(old.body.studyId, contentHashOf(old)))?.index).toEqual(old);
    const newest = await shelf.find(old.body.studyId);
    expect(newest?.index).toEqual(fresh);
    expect(newest && (await textOf(shelf, newest))).toBe('{"v":1}');
  });

  it('still has it after a restart', async () => {
    const index = indexOf('smears', NOW_MS);
    await open().put(index, [document]);
    expect((await open().find(index.body.studyId))?.index).toEqual(index);
  });

  it('has none of a study that was never exported', async () => {
    const shelf = open();
    expect(await shelf.find(parseStudyId('smears'))).toBeUndefined();
    await shelf.put(indexOf('other', NOW_MS), [document]);
    expect(await shelf.find(parseStudyId('smears'))).toBeUndefined();
  });

  it('lets bundles of every study go after an hour', async () => {
    const shelf = open();
    const old = indexOf('other', NOW_MS);
    await shelf.put(old, [document]);
    await shelf.put(indexOf('smears', NOW_MS + HOUR_MS), [document]);
    expect(await shelf.find(old.body.studyId)).toBeDefined();
    await shelf.put(indexOf('smears', NOW_MS + HOUR_MS + 1), [document]);
    expect(await shelf.find(old.body.studyId)).toBeUndefined();
    expect(readdirSync(join(folder, 'bundles', 'other'))).toEqual([]);
  });

  it('has no document that is gone, and none that never was', async () => {
    const shelf = open();
    const index = indexOf('smears', NOW_MS);
    await shelf.put(index, [document]);
    const found = await shelf.find(index.body.studyId);
    const unknown = contentHash(utf8('unknown'));
    expect(found && (await shelf.document(found, unknown))).toBeUndefined();
    rmSync(join(folder, 'bundles'), { recursive: true });
    expect(found && (await textOf(shelf, found))).toBeUndefined();
  });
});
