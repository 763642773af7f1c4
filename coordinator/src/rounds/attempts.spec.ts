import type { SiteReply } from '@consilium/shared/protocol';
import { StudiesService } from '../studies/studies.service.js';
import {
  ADVERT_DEADLINE_MS,
  AttemptBench,
  ROUND_DEADLINE_MS,
  statesOf,
} from './testing/attempt-bench.js';
import { STUDY } from './testing/round-bench.js';
import type { SimulatedSite } from './testing/simulated-site.js';

/** Each test starts a coordinator of its own, with real files. */
jest.setTimeout(60_000);

describe('an attempt', () => {
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

  describe('waiting for adverts', () => {
    it('goes on with those that came when the deadline passes', async () => {
      await round.begin();
      await round.advertise(northgate, southgate);
      expect((await round.latest())?.phase).toBe('advertising');
      await round.pass(ADVERT_DEADLINE_MS - 1);
      expect((await round.latest())?.phase).toBe('advertising');
      await round.pass(1);
      await round.show();
      expect((await round.latest())?.phase).toBe('collecting');
      expect(northgate.latest('round.peers').adverts).toHaveLength(2);
      expect(() => westbank.latest('round.peers')).toThrow();
    });

    it('takes no advert after that', async () => {
      await round.begin();
      await round.advertise(northgate, southgate);
      await round.pass(ADVERT_DEADLINE_MS);
      expect(await round.advertise(westbank)).toEqual([{ kind: 'late' }]);
    });

    it('is aborted below the minimum, and the next one opens with fresh keys', async () => {
      await round.begin();
      await round.advertise(northgate);
      const { manifest } = northgate.latest('round.manifest');
      await round.pass(ADVERT_DEADLINE_MS);
      await round.show();
      const [first, second] = await round.attempts();
      expect(first).toMatchObject({
        phase: 'aborted',
        reason: '1 site left, the study requires 2',
      });
      expect(second).toMatchObject({ attemptNo: 2, phase: 'advertising' });
      const next = northgate.latest('round.manifest').manifest.body;
      expect(next.aggregation).not.toEqual(manifest.body.aggregation);
      expect(next.roundNo).toBe(1);
      expect((await round.bench.leafTypes()).slice(-3)).toEqual([
        'round.aborted',
        'key.destroyed',
        'round.manifest',
      ]);
      expect(northgate.latest('round.aborted').attemptId).toBe(manifest.body.attemptId);
    });

    it('waits for nobody once too many declined', async () => {
      await round.begin();
      for (const site of [southgate, westbank]) {
        const { manifest } = site.latest('round.manifest');
        expect(await round.port(site).decline(site.decline(manifest))).toEqual({
          kind: 'accepted',
        });
      }
      await round.bench.settle();
      expect((await round.attempts())[0]).toMatchObject({ phase: 'aborted' });
    });

    it('counts a decline as an answer', async () => {
      await round.begin();
      const { manifest } = westbank.latest('round.manifest');
      await round.port(westbank).decline(westbank.decline(manifest));
      await round.advertise(northgate, southgate);
      expect((await round.latest())?.phase).toBe('collecting');
      await round.update(northgate, southgate);
      expect(statesOf(await round.latest())).toEqual(['survivor', 'survivor', 'declined']);
    });

    it('is begun again, less and less often, until enough sites come: that is no failure', async () => {
      await round.begin({ maxAttempts: 1 });
      for (const pauseMs of [0, 1000, 2000, 4000]) {
        await round.pass(ADVERT_DEADLINE_MS);
        const before = await round.attempts();
        await round.pass(pauseMs);
        const after = await round.attempts();
        expect(after.length - before.length).toBe(pauseMs === 0 ? 0 : 1);
        expect(after.at(-1)?.phase).toBe('advertising');
      }
      await round.show();
      await round.advertise(...sites);
      await round.update(...sites);
      expect((await round.latest())?.phase).toBe('committed');
    });
  });

  describe('collecting updates', () => {
    it('fails the study when the last attempt that had enough sites is aborted', async () => {
      await round.begin({ maxAttempts: 2 });
      for (const attemptNo of [1, 2]) {
        expect(await round.latest()).toMatchObject({ attemptNo });
        await round.advertise(...sites);
        await round.pass(ROUND_DEADLINE_MS);
        await round.show();
      }
      expect(await round.attempts()).toHaveLength(2);
      expect((await round.bench.get(StudiesService).get(STUDY)).phase).toBe('failed');
      expect(westbank.latest('study.failed').reason).toBe(
        'round 1 failed 2 times, at last because 0 sites left, the study requires 2',
      );
    });

    it('goes on without the missing one when the deadline passes', async () => {
      await round.begin();
      await round.advertise(...sites);
      await round.update(northgate, westbank);
      expect((await round.latest())?.phase).toBe('collecting');
      await round.pass(ROUND_DEADLINE_MS);
      await round.show();
      expect(statesOf(await round.latest())).toEqual(['survivor', 'dropped', 'survivor']);
      expect(southgate.latest('round.result').record).toMatchObject({
        weightTotal: 172,
        weightSurvivors: 127,
        advertised: 3,
      });
    });

    it('answers an update that comes after that as late (case 37)', async () => {
      await round.begin();
      await round.advertise(...sites);
      await round.update(northgate, westbank);
      await round.pass(ROUND_DEADLINE_MS);
      const sealed = southgate.update(southgate.latest('round.peers'));
      const { attemptId } = sealed.header.body;
      const first = sealed.chunks[0] ?? new Uint8Array();
      expect(await round.port(southgate).openUpdate(sealed.header)).toEqual({ kind: 'late' });
      expect(await round.port(southgate).chunk(attemptId, 0, first)).toEqual({ kind: 'late' });
    });

    it('is aborted below the minimum, and a second attempt ends with the same adapter', async () => {
      await round.begin();
      await round.advertise(...sites);
      await round.update(northgate);
      await round.pass(ROUND_DEADLINE_MS);
      await round.deliverAll();
      expect((await round.attempts()).map(({ phase }) => phase)).toEqual(['aborted', 'committed']);
      expect(statesOf(await round.latest())).toEqual(['survivor', 'survivor', 'survivor']);
    });

    it('keeps its deadline over a restart', async () => {
      await round.begin();
      await round.advertise(...sites);
      await round.update(northgate, westbank);
      await round.bench.restart();
      await round.pass(ROUND_DEADLINE_MS);
      expect((await round.latest())?.phase).toBe('committed');
    });

    it('waits no longer for a site that declines after its advert', async () => {
      await round.begin();
      await round.advertise(...sites);
      await round.update(northgate, southgate);
      const { manifest } = westbank.latest('round.manifest');
      await round.port(westbank).decline(westbank.decline(manifest));
      await round.bench.settle();
      expect(statesOf(await round.latest())).toEqual(['survivor', 'survivor', 'declined']);
    });

    it('goes on where an interrupted upload was, after a restart of both ends', async () => {
      await round.begin({ geometry: { hiddenSize: 50_000, pool: 'class-and-mean' } });
      await round.advertise(...sites);
      const sealed = northgate.update(northgate.latest('round.peers'));
      const { attemptId } = sealed.header.body;
      const chunk = (index: number): Promise<SiteReply> =>
        round.port(northgate).chunk(attemptId, index, sealed.chunks[index] ?? new Uint8Array());
      expect(await round.port(northgate).openUpdate(sealed.header)).toMatchObject({
        missing: [0, 1],
      });
      expect(await chunk(1)).toMatchObject({ missing: [0] });
      await round.bench.restart();
      expect(await round.port(northgate).openUpdate(sealed.header)).toMatchObject({ missing: [0] });
      expect(await chunk(0)).toEqual({ kind: 'upload', missing: [], complete: true });
    });
  });
});
