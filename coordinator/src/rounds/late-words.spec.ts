/** Updates of a secure attempt that come too late or twice; the numbers are those of the security tests. */
import { decodeVector, encodeVector, ringAdd, schemaSize } from '@consilium/shared/tensors';
import { BlobStore } from '../blobs/blob-store.js';
import { Database } from '../database/database.js';
import { StudiesService } from '../studies/studies.service.js';
import { AttemptRepository } from './attempt.repository.js';
import { ROUND_DEADLINE_MS } from './testing/attempt-bench.js';
import { STUDY } from './testing/round-bench.js';
import { SecureBench } from './testing/secure-bench.js';
import type { SecureSite } from './testing/secure-site.js';
import { required } from './testing/simulated-site.js';

describe('an update of a secure attempt', () => {
  let round: SecureBench;
  let alive: readonly SecureSite[];
  let last: SecureSite;

  beforeEach(async () => {
    round = await SecureBench.start(4);
    alive = round.sites.slice(0, 3);
    last = required(round.sites[3]);
    await round.begin();
    await round.advertise();
    await round.deal();
  });
  afterEach(() => round.close());

  /** The parameters of the committed ring sum, and those that the updates of the sites add up to. */
  async function sums(sites: readonly SecureSite[]): Promise<[Uint32Array, Uint32Array]> {
    const [attempt] = await round.bench
      .get(Database)
      .read((reader) => round.bench.get(AttemptRepository).ofStudy(reader, STUDY));
    const { schema } = await round.bench.get(StudiesService).get(STUDY);
    const { ringSumHash } = required(required(attempt).record);
    const sum = decodeVector(await round.bench.get(BlobStore).readAll(ringSumHash));
    const expected = new Uint32Array(schemaSize(schema));
    for (const site of sites) {
      ringAdd(expected, encodeVector(site.vector(1, site.latest('round.peers').adverts)));
    }
    return [sum.slice(0, expected.length), expected];
  }

  it('that comes after the survivors are named is late and in no sum (case 37)', async () => {
    const update = last.masked(last.latest('round.relay'));
    const port = round.port(last);
    expect(await port.openUpdate(update.header)).toMatchObject({ kind: 'upload', missing: [0] });
    await round.update(alive);
    await round.bench.pass(ROUND_DEADLINE_MS);
    await round.show();
    expect(await port.openUpdate(update.header)).toEqual({ kind: 'late' });
    const { attemptId } = update.header.body;
    expect(await port.chunk(attemptId, 0, required(update.chunks[0]))).toEqual({ kind: 'late' });
    const [leaf] = await round.leaves('round.survivors');
    expect(leaf?.sites).toEqual(alive.map(({ siteId }) => siteId));
    await round.endorse(alive);
    await round.unmask(alive);
    const [found, expected] = await sums(alive);
    expect(found).toEqual(expected);
  });

  it('with other bytes than the first one is a conflict, and the first one is summed (case 38)', async () => {
    const port = round.port(last);
    const relay = last.latest('round.relay');
    const first = last.masked(relay);
    const other = last.masked(relay, { header: { trainMs: 6 } });
    expect(await last.send(first, port)).toMatchObject({ kind: 'upload', complete: true });
    expect(await port.openUpdate(other.header)).toMatchObject({
      kind: 'problem',
      code: 'conflict',
    });
    expect(await last.send(first, port)).toMatchObject({ kind: 'upload', complete: true });
    await round.update(alive);
    await round.endorse();
    await round.unmask();
    const [found, expected] = await sums(round.sites);
    expect(found).toEqual(expected);
  });
});
