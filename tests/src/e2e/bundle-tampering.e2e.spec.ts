/** Any byte changed in any file of a bundle: the verifier ends with 1 and names what is wrong. */
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBundleFolder } from 'consilium-verify';
import { verifyBundle } from '@consilium/shared/verify';
import {
  type FinishedFederation,
  runSmallFederation,
  verifyBundleFolder,
} from '../support/small-federation.js';

const POSITIONS_PER_FILE = 24;

describe('an evidence bundle with a changed byte', () => {
  let study: FinishedFederation;
  let copy: string;
  let files: string[];

  beforeAll(async () => {
    study = await runSmallFederation({ rounds: 2, imagesPerSite: 20 });
    copy = await mkdtemp(join(tmpdir(), 'consilium-tamper-'));
    await cp(study.bundle, copy, { recursive: true });
    const entries = await readdir(copy, { recursive: true, withFileTypes: true });
    files = entries.filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name));
  }, 180_000);

  afterAll(async () => {
    await study.remove();
    await rm(copy, { recursive: true, force: true });
  });

  it('passes untouched, through the command and through the library', async () => {
    expect(await verifyBundleFolder(copy)).toMatchObject({ code: 0, verified: true });
    expect(verifyBundle(openBundleFolder(copy)).verified).toBe(true);
  });

  it('fails in every file, at many positions, and the report names the file', async () => {
    const missed: string[] = [];
    for (const file of files) {
      const original = await readFile(file);
      for (const position of positions(original.length)) {
        const changed = Buffer.from(original);
        changed[position] = (changed[position] ?? 0) ^ (1 << (position % 8));
        await writeFile(file, changed);
        const name = file.slice(copy.length + 1);
        if (!namesFailure(copy, name)) {
          missed.push(`${name} at ${position}`);
        }
      }
      await writeFile(file, original);
    }

    expect(files.length).toBeGreaterThan(12);
    expect(missed).toEqual([]);
  }, 240_000);

  it('makes the command end with 1 and say which check failed', async () => {
    const file = files.find((name) => name.endsWith('record.json')) ?? '';
    const original = await readFile(file, 'utf8');
    await writeFile(file, original.replace(/"weightTotal":\d+/, '"weightTotal":9999'));

    const verdict = await verifyBundleFolder(copy);

    expect(verdict.code).toBe(1);
    expect(verdict.failures.join('\n')).toContain('record.json');
    await writeFile(file, original);
  });
});

/** First, last, and evenly between. */
function positions(length: number): number[] {
  const step = Math.max(1, Math.floor(length / POSITIONS_PER_FILE));
  const between = Array.from({ length: Math.ceil(length / step) }, (_, i) => i * step);
  return [...new Set([...between, length - 1])];
}

function namesFailure(folder: string, name: string): boolean {
  const report = verifyBundle(openBundleFolder(folder));
  return !report.verified && JSON.stringify(report).includes(name);
}
