import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentHash } from '@consilium/shared/crypto';
import { AdapterExportService } from './adapter-export.service.js';
import { RoundHistoryService } from './round-history.service.js';
import { RoundBench, STUDY } from './testing/round-bench.js';
import { deliverAll, startFederation } from './testing/service-port.js';
import { SimulatedSite } from './testing/simulated-site.js';

describe('the adapters of a study', () => {
  let folder: string;
  let bench: RoundBench;
  let adapters: AdapterExportService;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'consilium-spec-'));
    bench = await RoundBench.start(folder);
    adapters = bench.get(AdapterExportService);
    const sites = ['northgate', 'southgate', 'westbank'].map((name) => new SimulatedSite(name, 40));
    await bench.createStudy({ rounds: 2 });
    await startFederation(bench, sites);
    await deliverAll(bench, sites);
  });
  afterAll(async () => {
    await bench.close();
    await rm(folder, { recursive: true });
  });

  it('are listed from the first one on, with what each was made from', async () => {
    const listed = await adapters.list(STUDY);
    expect(listed.map(({ roundNo }) => roundNo)).toEqual([0, 1, 2]);
    expect(listed[0]?.ringSumHash).toBeUndefined();
    const rounds = await bench.get(RoundHistoryService).rounds(STUDY);
    expect(listed.slice(1).map(({ hash, ringSumHash }) => [hash, ringSumHash])).toEqual(
      rounds.map(({ adapterCheckpointHash, attempts }) => [
        adapterCheckpointHash,
        attempts[0]?.ringSumHash,
      ]),
    );
  });

  it('leave as files of the size and the hash that the list says, each with a leaf', async () => {
    for (const { roundNo, hash, bytes } of await adapters.list(STUDY)) {
      const before = (await bench.leafTypes()).length;
      const file = await adapters.exportAdapter(STUDY, roundNo);
      expect(file.roundNo).toBe(roundNo);
      expect([contentHash(file.bytes), file.bytes.length]).toEqual([hash, bytes]);
      expect((await bench.leafTypes()).slice(before)).toEqual(['access.export']);
    }
  });

  it('give the newest one where no round is named, and none that was never made', async () => {
    const newest = await adapters.exportAdapter(STUDY);
    expect(newest.roundNo).toBe(2);
    await expect(adapters.exportAdapter(STUDY, 3)).rejects.toMatchObject({ code: 'not-found' });
  });
});
