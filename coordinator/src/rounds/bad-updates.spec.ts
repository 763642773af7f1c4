import { boxSeal, generateBoxKeyPair } from '@consilium/shared/crypto';
import { encodeFloat } from '@consilium/shared/encoding';
import type { UpdateHeader } from '@consilium/shared/protocol';
import { parseContentHash } from '@consilium/shared/vocabulary';
import { ADVERT_DEADLINE_MS, AttemptBench, statesOf } from './testing/attempt-bench.js';
import type { SimulatedSite, UpdateChanges } from './testing/simulated-site.js';

/** Each test starts a coordinator of its own, with real files. */
jest.setTimeout(60_000);

describe('an attempt given a bad update', () => {
  let round: AttemptBench;
  let northgate: SimulatedSite;
  let southgate: SimulatedSite;
  let westbank: SimulatedSite;
  let sites: readonly SimulatedSite[];

  beforeEach(async () => {
    round = await AttemptBench.start();
    sites = round.sites;
    [northgate, southgate, westbank] = round.sites;
  });
  afterEach(() => round.close());

  const flipped = (chunks: Uint8Array[]): Uint8Array[] =>
    chunks.map((chunk) => chunk.map((byte, i) => (i === 3 ? byte ^ 1 : byte)));
  const foreign = generateBoxKeyPair();
  const wrappedKey = boxSeal(new Uint8Array(32), foreign.publicKey, foreign.secretKey);
  const vectorHash = parseContentHash(`sha256:${'0'.repeat(64)}`);

  it.each<[string, UpdateChanges]>([
    ['whose bits changed before it was signed', { chunks: flipped }],
    [
      'whose key is not for this attempt',
      { header: { payload: { kind: 'encrypted', cipher: 'aes256gcm-stream', wrappedKey } } },
    ],
    ['whose vector has another hash', { header: { vectorHash } }],
  ])('counts the others without one %s, and says so in the log', async (_, changes) => {
    await round.begin();
    await round.advertise(...sites);
    await round.update(northgate, southgate);
    const sealed = westbank.update(westbank.latest('round.peers'), changes);
    expect(await westbank.send(sealed, round.port(westbank))).toMatchObject({ complete: true });
    await round.bench.settle();
    await round.show();
    expect(statesOf(await round.latest())).toEqual(['survivor', 'survivor', 'refused']);
    expect(northgate.latest('round.result').record.weightSurvivors).toBe(165);
    expect(await round.bench.leaves()).toContainEqual(
      expect.objectContaining({ type: 'security.refused', siteId: 'westbank' }),
    );
  });

  it('takes no header whose measurement is larger than the classes make it', async () => {
    await round.begin();
    await round.advertise(...sites);
    const [loss, balancedAccuracy] = [encodeFloat(1), encodeFloat(0)];
    const wide = {
      samples: 0,
      loss,
      balancedAccuracy,
      auroc: 'undefined' as const,
      confusion: [new Array<number>(100_000).fill(0), [0, 0, 0], [0, 0, 0]],
    };
    const square = { ...wide, confusion: wide.confusion.map(() => [0, 0, 0]) };
    const open = (after: typeof wide) =>
      round.port(northgate).openUpdate(
        northgate.update(northgate.latest('round.peers'), {
          header: { evaluation: { before: square, after } },
        }).header,
      );
    expect(await open(wide)).toMatchObject({ code: 'bad-update' });
    expect(await open({ ...square, confusion: [] })).toMatchObject({ code: 'bad-update' });
    expect(await open(square)).toMatchObject({ kind: 'upload' });
  });

  it('waits no longer for one whose chunks are not those of its header', async () => {
    await round.begin();
    await round.advertise(...sites);
    await round.update(northgate, southgate);
    const sealed = westbank.update(westbank.latest('round.peers'));
    const sent = { ...sealed, chunks: flipped([...sealed.chunks]) };
    expect(await westbank.send(sent, round.port(westbank))).toMatchObject({ code: 'bad-update' });
    await round.bench.settle();
    expect(statesOf(await round.latest())).toEqual(['survivor', 'survivor', 'refused']);
  });

  it('is aborted when too few good ones are left', async () => {
    await round.begin();
    await round.advertise(northgate, southgate);
    await round.pass(ADVERT_DEADLINE_MS);
    await round.show();
    await round.update(northgate);
    const sealed = southgate.update(southgate.latest('round.peers'), { chunks: flipped });
    await southgate.send(sealed, round.port(southgate));
    await round.bench.settle();
    expect((await round.attempts())[0]).toMatchObject({
      phase: 'aborted',
      reason: '1 site left, the study requires 2',
    });
  });

  it('refuses a surplus byte at once', async () => {
    await round.begin();
    await round.advertise(...sites);
    const sealed = westbank.update(westbank.latest('round.peers'));
    const chunk = new Uint8Array((sealed.chunks[0]?.length ?? 0) + 1);
    const reply = await westbank.send({ ...sealed, chunks: [chunk] }, round.port(westbank));
    expect(reply).toMatchObject({ kind: 'problem', code: 'bad-chunk' });
    expect(await round.port(westbank).openUpdate(sealed.header)).toMatchObject({ missing: [0] });
  });

  it.each<[string, Partial<UpdateHeader>]>([
    ['another set of adverts', { peersHash: vectorHash }],
    ['another schema', { schemaHash: vectorHash }],
    ['more bytes than the schema has', { plaintextBytes: 112 }],
    ['more chunks than its bytes make', { chunkCount: 2 }],
  ])('refuses a header that names %s (case 31)', async (_, header) => {
    await round.begin();
    await round.advertise(...sites);
    const sealed = westbank.update(westbank.latest('round.peers'), { header });
    expect(await round.port(westbank).openUpdate(sealed.header)).toMatchObject({
      code: 'bad-update',
    });
  });
});
