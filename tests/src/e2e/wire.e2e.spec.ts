/** What an eavesdropper sees between agents and coordinator without TLS: nothing of images, labels, patients or tensors. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CELL_KINDS } from '@consilium/demo/phantom/cell-plan';
import { BUNDLE_PATHS } from '@consilium/shared/protocol';
import { freePort } from '../support/free-port.js';
import { type RecordingProxy, startRecordingProxy } from '../support/recording-proxy.js';
import { type FinishedFederation, runSmallFederation } from '../support/small-federation.js';

/** Long enough that a match by chance is out of the question (2^-128 a position). */
const WINDOW = 16;

describe('the wire between agents and coordinator', () => {
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
