import { ChunkStore } from '../updates/chunk-store.js';
import { UploadsService } from '../updates/uploads.service.js';
import { AttemptOpening } from './attempt-opening.js';
import { AttemptSealing } from './attempt-sealing.js';
import { AttemptBench } from './testing/attempt-bench.js';

/** Each test starts a coordinator of its own, with real files. */
jest.setTimeout(60_000);

/** Of job retries: the longest. */
const LONGEST_PAUSE_MS = 300_000;

describe('an attempt to which two things happen at once', () => {
  let round: AttemptBench;

  beforeEach(async () => {
    round = await AttemptBench.start();
  });
  afterEach(() => round.close());

  it('leaves no chunk behind that was written while it ended', async () => {
    const [northgate, southgate, westbank] = round.sites;
    await round.begin({ minSites: 3 });
    await round.advertise(...round.sites);
    const { attemptId } = northgate.latest('round.peers');
    const { header, chunks } = northgate.update(northgate.latest('round.peers'));
    await round.port(northgate).openUpdate(header);
    const uploads = round.bench.get(UploadsService);
    const accept = uploads.accept.bind(uploads);
    jest.spyOn(uploads, 'accept').mockImplementationOnce(async (...chunk) => {
      await round
        .port(southgate)
        .decline(southgate.decline(southgate.latest('round.manifest').manifest));
      await round.bench.settle();
      return accept(...chunk);
    });
    const [chunk = new Uint8Array()] = chunks;
    expect(await round.port(northgate).chunk(attemptId, 0, chunk)).toEqual({ kind: 'late' });
    expect(await round.bench.get(ChunkStore).attempts()).toEqual([]);
    expect(westbank.hasSeen('round.peers')).toBe(true);
  });

  it('names its survivors once when two runs of one job seal it', async () => {
    await round.begin();
    await round.advertise(...round.sites);
    const sealing = round.bench.get(AttemptSealing);
    const idle = jest.spyOn(sealing, 'seal').mockResolvedValueOnce();
    await round.update(...round.sites);
    expect(idle).toHaveBeenCalledTimes(1);
    idle.mockRestore();
    const { attemptId } = round.sites[0].latest('round.manifest').manifest.body;
    await Promise.all([sealing.seal(attemptId), sealing.seal(attemptId)]);
    const types = await round.bench.leafTypes();
    expect(types.filter((type) => type === 'round.survivors')).toHaveLength(1);
    expect(types.filter((type) => type === 'round.result')).toHaveLength(1);
  });

  it('is opened in the end, however long that fails', async () => {
    const opening = jest.spyOn(round.bench.get(AttemptOpening), 'open');
    opening.mockRejectedValue(new Error('no disk'));
    await round.begin();
    for (let tries = 0; tries < 12; tries += 1) {
      await round.pass(LONGEST_PAUSE_MS);
    }
    expect(opening.mock.calls.length).toBeGreaterThan(12);
    opening.mockRestore();
    await round.pass(LONGEST_PAUSE_MS);
    await round.show();
    expect(round.sites[0].hasSeen('round.manifest')).toBe(true);
  });
});
