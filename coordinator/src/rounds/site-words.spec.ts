import type { Advert } from '@consilium/shared/protocol';
import { parseAttemptId, parseContentHash, parseStudyId } from '@consilium/shared/vocabulary';
import { ADVERT_DEADLINE_MS, AttemptBench } from './testing/attempt-bench.js';
import { STUDY } from './testing/round-bench.js';
import type { SimulatedSite } from './testing/simulated-site.js';

/** Each test starts a coordinator of its own, with real files. */
jest.setTimeout(60_000);

describe('an attempt that hears a site twice', () => {
  let round: AttemptBench;
  let northgate: SimulatedSite;
  let southgate: SimulatedSite;
  let westbank: SimulatedSite;

  beforeEach(async () => {
    round = await AttemptBench.start();
    [northgate, southgate, westbank] = round.sites;
  });
  afterEach(() => round.close());

  it('gives the same bytes the same answer', async () => {
    await round.begin();
    const { manifest } = northgate.latest('round.manifest');
    const advert = northgate.advert(manifest);
    expect(await round.port(northgate).advert(advert)).toEqual({ kind: 'accepted' });
    expect(await round.port(northgate).advert(advert)).toEqual({ kind: 'accepted' });
    await round.advertise(southgate, westbank);
    expect(await round.port(northgate).advert(advert)).toEqual({ kind: 'accepted' });
    const sealed = northgate.update(northgate.latest('round.peers'));
    const complete = { kind: 'upload', missing: [], complete: true };
    expect(await northgate.send(sealed, round.port(northgate))).toEqual(complete);
    expect(await northgate.send(sealed, round.port(northgate))).toEqual(complete);
  });

  it('refuses other bytes as a conflict, and keeps the first (case 38)', async () => {
    await round.begin();
    const { manifest } = northgate.latest('round.manifest');
    await round.port(northgate).advert(northgate.advert(manifest));
    const other = northgate.advert(manifest, { weight: 1_000_000 });
    expect(await round.port(northgate).advert(other)).toMatchObject({ code: 'conflict' });
    await round.advertise(southgate, westbank);
    const peers = northgate.latest('round.peers');
    expect(peers.adverts[0]?.body.weight).toBe(120);
    await round.port(northgate).openUpdate(northgate.update(peers).header);
    const second = northgate.update(peers);
    expect(await round.port(northgate).openUpdate(second.header)).toMatchObject({
      code: 'conflict',
    });
  });

  it('answers whatever belongs to an attempt that ended as late', async () => {
    await round.begin();
    const { manifest } = northgate.latest('round.manifest');
    const advert = northgate.advert(manifest);
    await round.port(northgate).advert(advert);
    await round.pass(ADVERT_DEADLINE_MS);
    expect(await round.port(northgate).advert(advert)).toEqual({ kind: 'late' });
    const decline = westbank.decline(manifest);
    expect(await round.port(westbank).decline(decline)).toEqual({ kind: 'late' });
  });
});

describe('an attempt that hears what a site has no right to say', () => {
  let round: AttemptBench;
  let northgate: SimulatedSite;
  let southgate: SimulatedSite;

  beforeEach(async () => {
    round = await AttemptBench.start();
    [northgate, southgate] = round.sites;
  });
  afterEach(() => round.close());

  it('refuses the words of another site', async () => {
    await round.begin();
    const { manifest } = northgate.latest('round.manifest');
    const advert = southgate.advert(manifest);
    expect(await round.port(northgate).advert(advert)).toMatchObject({ code: 'not-permitted' });
  });

  it('refuses the name of the site over a signature of another key', async () => {
    await round.begin();
    const { manifest } = northgate.latest('round.manifest');
    const { body, signature } = southgate.advert(manifest, { siteId: northgate.siteId });
    const { keyId } = northgate.advert(manifest);
    const forged = { body, keyId, signature };
    expect(await round.port(northgate).advert(forged)).toMatchObject({ code: 'bad-signature' });
  });

  it.each<[string, Partial<Advert>, string]>([
    ['another study', { studyId: parseStudyId('other') }, 'bad-message'],
    ['another round', { roundNo: 2 }, 'bad-message'],
    [
      'another manifest',
      { manifestHash: parseContentHash(`sha256:${'0'.repeat(64)}`) },
      'bad-message',
    ],
    ['an attempt that never was', { attemptId: parseAttemptId('0'.repeat(32)) }, 'not-found'],
    ['a transport key of small order', { transportKey: `${'A'.repeat(43)}=` }, 'weak-key'],
  ])('refuses an advert that names %s', async (_, changes, code) => {
    await round.begin();
    const { manifest } = northgate.latest('round.manifest');
    const advert = northgate.advert(manifest, changes);
    expect(await round.port(northgate).advert(advert)).toMatchObject({ kind: 'problem', code });
  });

  it('refuses a transport key that an advert of the study had before, also of another site or attempt (case 39)', async () => {
    await round.begin();
    const first = northgate.latest('round.manifest').manifest;
    const advert = northgate.advert(first);
    const { transportKey } = advert.body;
    await round.port(northgate).advert(advert);
    const copied = southgate.advert(first, { transportKey });
    expect(await round.port(southgate).advert(copied)).toMatchObject({ code: 'duplicate' });
    await round.pass(ADVERT_DEADLINE_MS);
    await round.show();
    const second = northgate.latest('round.manifest').manifest;
    expect(second.body.attemptNo).toBe(2);
    const repeated = northgate.advert(second, { transportKey });
    expect(await round.port(northgate).advert(repeated)).toMatchObject({ code: 'duplicate' });
    expect(await round.port(northgate).advert(northgate.advert(second))).toEqual({
      kind: 'accepted',
    });
  });

  it('refuses an update before the adverts are closed, and chunks before their header', async () => {
    await round.begin();
    await round.advertise(northgate);
    const { attemptId } = northgate.latest('round.manifest').manifest.body;
    const chunk = await round.port(northgate).chunk(attemptId, 0, new Uint8Array(1));
    expect(chunk).toMatchObject({ code: 'wrong-state' });
    const peers = { kind: 'round.peers', studyId: STUDY, roundNo: 1, attemptId } as const;
    const { manifest } = northgate.latest('round.manifest');
    const early = northgate.update({ ...peers, adverts: [northgate.advert(manifest)] });
    expect(await round.port(northgate).openUpdate(early.header)).toMatchObject({
      code: 'wrong-state',
    });
  });
});
