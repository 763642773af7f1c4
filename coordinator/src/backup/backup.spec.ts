import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readSignedCheckpoint } from '../audit/signed-memory.js';
import { loadOrCreateKeys } from '../config/coordinator-keys.js';
import { testDatabases } from '../database/testing/test-databases.js';
import { keysOf } from './backup-frames.js';
import { BackupBench } from './testing/backup-bench.js';

describe.each(testDatabases)('a backup of a coordinator on $name', (kind) => {
  const bench = new BackupBench(kind);

  it('holds the log, the blobs that rows name and the keys, and goes on from there', async () => {
    const original = await bench.coordinator();
    await original.addSecrets();
    const named = await original.addCheckpoint('adapter weights');
    const unnamed = await original.blobs.put(Buffer.from('nobody names it'));
    await original.appendLeaves(7);
    const file = await original.backUp();
    await original.appendLeaves(2);
    await original.messageNumber();

    const { place, restored } = await bench.restore(file);
    expect(restored).toMatchObject({ leaves: 9, givenUp: 1 });
    const copy = await bench.coordinator(place);
    expect(await copy.leafTypes()).toEqual([
      ...['log.opened', 'software.version', ...Array<string>(7).fill('access.export')],
      ...['backup.restored', 'software.version'],
    ]);
    expect(await copy.messageNumber()).toBeGreaterThan(await original.messageNumber());
    expect(copy.keys.log).toEqual(original.keys.log);
    expect(Buffer.from(await copy.blobs.readAll(named)).toString()).toBe('adapter weights');
    expect(await copy.blobs.size(unnamed.hash)).toBeUndefined();
    const checkpoint = await copy.audit.sequencer.signNow();
    expect(checkpoint.size).toBe(11);
  });

  it('holds no one-time keys, sessions or tokens', async () => {
    const original = await bench.coordinator();
    await original.addSecrets();
    const { place } = await bench.restore(await original.backUp());
    expect(await (await bench.coordinator(place)).secrets()).toEqual({
      ...{ operator_sessions: 0, operator_tokens: 0, operator_secrets: 0, round_secrets: 0 },
      ...{ attempts: 1, sealedKeys: 0 },
    });
    expect(await original.secrets()).toMatchObject({ operator_tokens: 1, sealedKeys: 1 });
  });

  it('is refused where somebody holds a newer checkpoint, and leaves nothing behind', async () => {
    const original = await bench.coordinator();
    const file = await original.backUp();
    await original.appendLeaves(1);
    const { note } = await original.audit.sequencer.signNow();
    const place = await bench.emptyPlace();
    await expect(
      bench.restore(file, { place, checkpoints: new Map([['northgate', note]]) }),
    ).rejects.toMatchObject({ code: 'log-rollback', detail: { signedSize: 3 } });
    expect(existsSync(join(place.config.dataFolder, 'coordinator.sqlite'))).toBe(false);
    expect(existsSync(join(place.config.dataFolder, 'keys'))).toBe(false);
  });

  it('shows whoever holds a newer checkpoint its own older one, which is the evidence to stop at', async () => {
    const original = await bench.coordinator();
    const file = await original.backUp();
    await original.appendLeaves(9);
    const newer = await original.audit.sequencer.signNow();
    const { place } = await bench.restore(file);
    const { audit } = await bench.coordinator(place);
    const { checkpoint, consistency } = await audit.reader.prove(1, newer.size);
    expect(checkpoint.size).toBeLessThan(newer.size);
    expect(consistency).toEqual([]);
    expect(readSignedCheckpoint(newer.note, audit.signer.noteKey).size).toBe(newer.size);
  });

  it('is put back into an empty place only', async () => {
    const original = await bench.coordinator();
    const file = await original.backUp();
    await expect(bench.restore(file, { place: original.place })).rejects.toMatchObject({
      code: 'conflict',
    });
  });
});

describe('the file of a backup', () => {
  const bench = new BackupBench({ name: 'sqlite' });

  it('fits one log and its keys only', async () => {
    const file = await (await bench.coordinator()).backUp();
    const { config, location } = await bench.emptyPlace();
    const renamed = { location, config: { ...config, logOrigin: 'other.example/log' } };
    await expect(bench.restore(file, { place: renamed })).rejects.toMatchObject({
      code: 'bad-configuration',
    });
    const folder = bench.folder();
    loadOrCreateKeys({ ...config, keys: { folder, groupReadable: false } });
    const keyed = { location, config: { ...config, keys: { folder, groupReadable: false } } };
    await expect(bench.restore(file, { place: keyed })).rejects.toMatchObject({
      ...{ code: 'conflict', message: expect.stringContaining('holds another key') as string },
    });
  });

  it('opens with its passphrase, whole and unaltered', async () => {
    const original = await bench.coordinator();
    const file = await original.backUp();
    await expect(
      bench.restore(file, { keyOf: keysOf('another passphrase') }),
    ).rejects.toMatchObject({
      code: 'secret-unreadable',
    });
    const bytes = await readFile(file);
    expect(bytes.includes(original.keyLines[0] ?? '')).toBe(false);
    for (const damaged of [
      bytes.subarray(0, -1),
      bytes.subarray(0, bytes.length / 2),
      flipped(bytes),
    ]) {
      const copy = join(bench.folder(), 'damaged');
      await writeFile(copy, damaged);
      await expect(bench.restore(copy)).rejects.toMatchObject({
        code: expect.stringMatching(/bad-request|secret-unreadable/) as string,
      });
    }
    await expect(original.backUp(file)).rejects.toMatchObject({ code: 'conflict' });
  });
});

function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const at = copy.length - 200;
  copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
  return copy;
}
