/**
 * What strangers can do with a study. An eavesdropper between agents and coordinator without TLS sees nothing of images, labels,
 * patients or tensors. Any byte changed in any file of its bundle: the verifier ends with 1 and names what is wrong.
 */
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CELL_KINDS } from '@consilium/demo/phantom/cell-plan';
import { BUNDLE_PATHS } from '@consilium/shared/protocol';
import { verifyBundle } from '@consilium/shared/verify';
import { openBundleFolder } from 'consilium-verify';
import { freePort } from '../support/free-port.js';
import { type RecordingProxy, startRecordingProxy } from '../support/recording-proxy.js';
import {
  type FinishedFederation,
  runSmallFederation,
  verifyBundleFolder,
} from '../support/small-federation.js';

/** Long enough that a match by chance is out of the question (2^-128 a position). */
const WINDOW = 16;
const POSITIONS_PER_FILE = 24;

describe('a study in the clear', () => {
  let proxy: RecordingProxy;
  let study: FinishedFederation;
  let wire: Buffer;

  beforeAll(async () => {
    const port = await freePort();
    study = await runSmallFederation({
      rounds: 2,
      coordinator: { publicUrl: `http://127.0.0.1:${port}` },
      route: async (coordinatorUrl) => {
        proxy = await startRecordingProxy(coordinatorUrl, port);
        return proxy.url;
      },
    });
    wire = Buffer.concat(proxy.recorded());
    await proxy.close();
  }, 180_000);

  afterAll(() => study.remove());

  describe('on the wire between agents and coordinator', () => {
    it('carried the study: the recording holds more than all updates and sums together', async () => {
      const parameters = (await adapterBytes(study.bundle))[0]?.length ?? 0;
      const transfers = study.sites.length * 2 * 2;

      expect(wire.length).toBeGreaterThan(parameters * transfers);
    });

    it('shows the site names of the handshake, so the recording is what we believe it is', () => {
      expect(study.sites.filter((site) => !wire.includes(site))).toEqual([]);
    });

    it('shows no file name, label or patient of any row', async () => {
      const table = await readFile(join(study.pictures, 'labels.csv'), 'utf8');
      const rows = table
        .trim()
        .split('\n')
        .slice(1)
        .map((row) => row.split(','));
      const secrets = new Set(
        rows.flatMap(([file = '', label = '', , , patient = '']) => [file, label, patient]),
      );
      CELL_KINDS.forEach((name) => secrets.add(name));
      secrets.delete('');

      expect([...secrets].filter((secret) => wire.includes(secret))).toEqual([]);
    });

    it('shows no bytes of any adapter checkpoint or ring sum', async () => {
      const tensors = [...(await adapterBytes(study.bundle)), ...(await ringSums(study.bundle))];

      expect(tensors.length).toBe(3 + 2);
      expect(tensors.filter((bytes) => sharesWindow(bytes, wire))).toEqual([]);
    });

    it('shows no bytes of any image', async () => {
      const files = (await readdir(study.pictures, { recursive: true })).filter((f) =>
        f.endsWith('.png'),
      );
      const images = await Promise.all(
        files.slice(0, 20).map((f) => readFile(join(study.pictures, f))),
      );

      expect(images.filter((bytes) => sharesWindow(bytes.subarray(64), wire))).toEqual([]);
    });
  });

  describe('as an evidence bundle with a changed byte', () => {
    let copy: string;
    let files: string[];

    beforeAll(async () => {
      copy = await mkdtemp(join(tmpdir(), 'consilium-tamper-'));
      await cp(study.bundle, copy, { recursive: true });
      const entries = await readdir(copy, { recursive: true, withFileTypes: true });
      files = entries.filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name));
    });

    afterAll(() => rm(copy, { recursive: true, force: true }));

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
});

/** Whether any aligned, non-constant window of the bytes occurs in the recording. */
function sharesWindow(bytes: Buffer, wire: Buffer): boolean {
  for (let at = 0; at + WINDOW <= bytes.length; at += WINDOW * 8) {
    const window = bytes.subarray(at, at + WINDOW);
    const isConstant = window.every((byte) => byte === window[0]);
    if (!isConstant && wire.includes(window)) {
      return true;
    }
  }
  return false;
}

async function adapterBytes(bundle: string): Promise<Buffer[]> {
  // The safetensors header is public text about names and shapes; the tensors follow it.
  const files = [0, 1, 2].map((round) => readFile(join(bundle, BUNDLE_PATHS.adapter(round))));
  return (await Promise.all(files)).map((bytes) =>
    bytes.subarray(8 + Number(bytes.readBigUInt64LE(0))),
  );
}

async function ringSums(bundle: string): Promise<Buffer[]> {
  const attempts = await readdir(join(bundle, 'attempts'));
  return Promise.all(attempts.map((id) => readFile(join(bundle, BUNDLE_PATHS.ringSum(id)))));
}

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
