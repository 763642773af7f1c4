import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes, sealUpdate } from '@consilium/shared/crypto';
import { toBase64 } from '@consilium/shared/encoding';
import { leafHash, rootOf } from '@consilium/shared/log';
import type { UpdateHeader } from '@consilium/shared/protocol';
import {
  LIMITS,
  parseAttemptId,
  parseContentHash,
  parseSiteId,
} from '@consilium/shared/vocabulary';
import { ChunkStore } from './chunk-store.js';
import { UploadsService } from './uploads.service.js';

const HASH = parseContentHash(`sha256:${'0'.repeat(64)}`);
const ATTEMPT = parseAttemptId('a'.repeat(32));
const PLAINTEXT_BYTES = 2 * LIMITS.chunkBytes;

interface Update {
  readonly header: UpdateHeader;
  readonly chunks: readonly Uint8Array[];
}

function sealedUpdate(siteId = parseSiteId('northgate'), attemptId = ATTEMPT): Update {
  const context = { manifestHash: HASH, attemptId, siteId };
  const plaintext = randomBytes(PLAINTEXT_BYTES);
  const chunks = sealUpdate({ plaintext, contentKey: randomBytes(32), context });
  const header: UpdateHeader = {
    v: 1,
    studyId: 'smears' as UpdateHeader['studyId'],
    roundNo: 1,
    attemptId,
    siteId,
    manifestHash: HASH,
    peersHash: HASH,
    schemaHash: HASH,
    payload: {
      kind: 'encrypted',
      cipher: 'aes256gcm-stream',
      wrappedKey: { nonce: '', box: '' },
    },
    plaintextBytes: PLAINTEXT_BYTES,
    vectorHash: HASH,
    chunkCount: chunks.length,
    chunkRoot: toBase64(rootOf(chunks.map(leafHash))),
    cut: 0,
    trainMs: 1,
    engine: 'spec',
    policyHash: HASH,
  };
  return { header, chunks };
}

describe('the upload of an update', () => {
  let folder: string;
  let uploads: UploadsService;
  const restarted = (): UploadsService => new UploadsService(new ChunkStore(folder));

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'consilium-spec-'));
    uploads = restarted();
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  const send = (update: Update, ...indices: number[]) =>
    Promise.all(
      indices.map((index) =>
        uploads.accept(update.header, index, update.chunks[index] ?? new Uint8Array()),
      ),
    );

  it('is complete when every chunk has come, in whatever order, and gives each chunk back', async () => {
    const update = sealedUpdate();
    expect(await uploads.open(update.header)).toEqual({
      kind: 'progress',
      missing: [0, 1, 2],
      complete: false,
    });
    await send(update, 2, 0);
    expect(await uploads.open(update.header)).toMatchObject({ missing: [1], complete: false });
    expect(await send(update, 1)).toEqual([{ kind: 'progress', missing: [], complete: true }]);
    const place = { attemptId: ATTEMPT, siteId: parseSiteId('northgate'), index: 1 };
    expect(Buffer.compare(await uploads.read(place), update.chunks[1] ?? Buffer.of())).toBe(0);
  });

  it('gives a repeated chunk the same answer and other bytes a conflict', async () => {
    const update = sealedUpdate();
    const [first, second] = await send(update, 0, 0);
    expect(second).toEqual(first);
    const other = Uint8Array.from(update.chunks[0] ?? []);
    other[5] = (other[5] ?? 0) ^ 1;
    expect(await uploads.accept(update.header, 0, other)).toEqual({ kind: 'conflict' });
    await send(update, 1, 2);
    expect(await send(update, 1)).toEqual([{ kind: 'progress', missing: [], complete: true }]);
  });

  it.each([
    ['one byte too many', 0, LIMITS.chunkBytes + 1],
    ['one byte too few', 0, LIMITS.chunkBytes - 1],
    ['a full chunk where the last is shorter', 2, LIMITS.chunkBytes],
    ['a chunk beyond the last', 3, 16],
    ['a negative place', -1, 16],
    ['half a place', 0.5, 16],
  ])('refuses %s and keeps nothing of it', async (_, index, size) => {
    const { header } = sealedUpdate();
    const outcome = await uploads.accept(header, index, new Uint8Array(size));
    expect(outcome.kind).toBe('unfit');
    expect(await uploads.open(header)).toMatchObject({ missing: [0, 1, 2] });
    expect(await readdir(folder)).toEqual([]);
  });

  it('refuses an update whose chunks are not those of its header, for good', async () => {
    const update = sealedUpdate();
    const other = { ...sealedUpdate(), header: update.header };
    const outcomes = await send(other, 0, 1, 2);
    expect(outcomes[2]).toEqual({ kind: 'refused' });
    expect(await uploads.open(update.header)).toEqual({ kind: 'refused' });
  });

  it('goes on after a restart where it was', async () => {
    const update = sealedUpdate();
    await send(update, 0, 2);
    uploads = restarted();
    expect(await uploads.open(update.header)).toMatchObject({ missing: [1], complete: false });
    await send(update, 1);
    uploads = restarted();
    expect(await uploads.open(update.header)).toMatchObject({ missing: [], complete: true });
  });

  it('asks again for chunks that a power cut tore', async () => {
    const update = sealedUpdate();
    const fileOf = (index: number): string => join(folder, ATTEMPT, 'northgate', `${index}`);
    await send(update, 0, 1, 2);
    await truncate(fileOf(0), 10);
    uploads = restarted();
    expect(await uploads.open(update.header)).toMatchObject({ missing: [0], complete: false });
    await send(update, 0);
    await writeFile(fileOf(1), new Uint8Array(LIMITS.chunkBytes));
    uploads = restarted();
    expect(await uploads.open(update.header)).toMatchObject({ missing: [0, 1, 2] });
    expect((await send(update, 0, 1, 2))[2]).toMatchObject({ complete: true });
  });

  it('is discarded with its attempt, and swept when its attempt is over', async () => {
    const other = parseAttemptId('b'.repeat(32));
    const updates = [sealedUpdate(), sealedUpdate(parseSiteId('westbank'), other)];
    await Promise.all(updates.map((update) => send(update, 0)));
    await uploads.discard(ATTEMPT);
    expect(await readdir(folder)).toEqual([other]);
    uploads = restarted();
    await uploads.sweep([other]);
    expect(await readdir(folder)).toEqual([other]);
    await uploads.sweep([]);
    expect(await readdir(folder)).toEqual([]);
  });

  it('is one of eight that a site may have begun and not finished', async () => {
    const begun = Array.from({ length: 8 }, (_, i) =>
      sealedUpdate(parseSiteId('northgate'), parseAttemptId(`${i}`.repeat(32))),
    );
    for (const { header } of begun) {
      await uploads.open(header);
    }
    const ninth = sealedUpdate(parseSiteId('northgate'), parseAttemptId('f'.repeat(32)));
    await expect(uploads.open(ninth.header)).rejects.toMatchObject({ code: 'quota-exceeded' });
    const [first] = begun;
    await send(first ?? ninth, 0, 1, 2);
    expect(await uploads.open(ninth.header)).toMatchObject({ complete: false });
    const other = sealedUpdate(parseSiteId('westbank'), parseAttemptId('e'.repeat(32)));
    expect(await uploads.open(other.header)).toMatchObject({ complete: false });
  });
});
