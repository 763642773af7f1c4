/** What every blob store must do. A new implementation is a new row. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentHash } from '@consilium/shared/crypto';
import { utf8 } from '@consilium/shared/encoding';
import type { ContentHash } from '@consilium/shared/vocabulary';
import type { BlobStore } from './blob-store.js';
import { LocalBlobStore } from './blob-store.local.js';

const stores: [string, (folder: string) => Promise<BlobStore>][] = [
  ['local disk', (folder) => LocalBlobStore.open(folder)],
];

describe.each(stores)('a blob store on %s', (_, openStore) => {
  const bytes = utf8('an adapter checkpoint');
  const unknown = contentHash(utf8('never stored'));
  let folder: string;
  let store: BlobStore;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'consilium-blobs-'));
    store = await openStore(folder);
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('names a blob by the hash of its bytes', async () => {
    expect(await store.put(bytes)).toEqual({ hash: contentHash(bytes), size: bytes.length });
  });

  it('keeps the same bytes once, and finds them after it was opened again', async () => {
    await store.put(bytes);
    const { hash } = await store.put(bytes);

    expect(await (await openStore(folder)).readAll(hash)).toEqual(bytes);
  });

  it('reads any range, and refuses one that leaves the blob', async () => {
    const { hash } = await store.put(bytes);

    expect(await store.read(hash, 3, 7)).toEqual(bytes.slice(3, 10));
    expect(await store.read(hash, bytes.length, 0)).toHaveLength(0);
    await expect(store.read(hash, 1, bytes.length)).rejects.toMatchObject({ code: 'bad-request' });
  });

  it('says that an unknown blob is not there', async () => {
    expect(await store.size(unknown)).toBeUndefined();
    await expect(store.readAll(unknown)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('removes a blob, and does nothing the second time', async () => {
    const { hash } = await store.put(bytes);
    await store.remove(hash);
    await store.remove(hash);

    expect(await store.size(hash)).toBeUndefined();
  });

  it('survives ten writers of the same bytes', async () => {
    const stored = await Promise.all(Array.from({ length: 10 }, () => store.put(bytes)));

    expect(new Set(stored.map(({ hash }) => hash)).size).toBe(1);
    expect(await store.readAll(contentHash(bytes))).toEqual(bytes);
  });
});

describe('the local blob store', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'consilium-blobs-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('clears away drafts of an interrupted write when it opens', async () => {
    await LocalBlobStore.open(folder);
    await writeFile(join(folder, 'drafts', 'half'), 'half a blob');
    await LocalBlobStore.open(folder);

    expect(await readdir(join(folder, 'drafts'))).toEqual([]);
  });

  it('refuses bytes that changed behind its back', async () => {
    const store = await LocalBlobStore.open(folder);
    const { hash } = await store.put(utf8('genuine'));
    await writeFile(pathIn(folder, hash), 'altered');

    await expect(store.readAll(hash)).rejects.toThrow(/has changed on disk/);
  });
});

function pathIn(folder: string, hash: ContentHash): string {
  const hex = hash.slice('sha256:'.length);
  return join(folder, hex.slice(0, 2), hex.slice(2));
}
