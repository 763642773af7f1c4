import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tarOf } from './tar.js';

describe('a bundle as a tar archive', () => {
  const folder = mkdtempSync(join(tmpdir(), 'consilium-spec-'));

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('is unpacked by tar to the same files', async () => {
    const long = `attempts/${'a'.repeat(64)}/${'b'.repeat(40)}.bin`;
    const files = [
      { path: 'bundle.json', bytes: new TextEncoder().encode('{"v":1}') },
      { path: 'whole-block.bin', bytes: new Uint8Array(512).fill(7) },
      { path: long, bytes: Uint8Array.of(0, 1, 255) },
    ];
    const archive = join(folder, 'evidence.tar');
    const blob = tarOf('smears-evidence', files, 1_764_000_000_000);
    writeFileSync(archive, new Uint8Array(await blob.arrayBuffer()));
    execFileSync('tar', ['-x', '-f', archive, '-C', folder]);
    for (const { path, bytes } of files) {
      const found = readFileSync(join(folder, 'smears-evidence', path));
      expect(Uint8Array.from(found)).toEqual(bytes);
    }
  });

  it('refuses a path that no header holds', () => {
    const files = [{ path: 'x'.repeat(101), bytes: Uint8Array.of(1) }];
    expect(() => tarOf('f', files, 0)).toThrow('too long for a tar header');
  });
});
