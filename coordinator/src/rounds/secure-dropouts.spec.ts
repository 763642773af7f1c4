import { decodeVector, ringAdd, encodeVector, schemaSize } from '@consilium/shared/tensors';
import { parseOperatorId } from '@consilium/shared/vocabulary';
import { BlobStore } from '../blobs/blob-store.js';
import { Database } from '../database/database.js';
import { StudiesService } from '../studies/studies.service.js';
import { AbandonmentService } from './abandonment.service.js';
import { AttemptRepository } from './attempt.repository.js';
import type { Attempt } from './attempt.js';
import { ADVERT_DEADLINE_MS, ROUND_DEADLINE_MS, statesOf } from './testing/attempt-bench.js';
import { STUDY } from './testing/round-bench.js';
import { SecureBench } from './testing/secure-bench.js';
import type { SecureSite } from './testing/secure-site.js';
import { required } from './testing/simulated-site.js';

const OPERATOR = parseOperatorId('op-0123456789ab');

describe('a secure attempt that loses a site (case 36)', () => {
  let round: SecureBench;

  afterEach(() => round.close());

  async function attempt(): Promise<Attempt> {
    const attempts = await round.bench
      .get(Database)
      .read((reader) => round.bench.get(AttemptRepository).ofStudy(reader, STUDY));
    return required(attempts.at(-1));
  }

  /** The parameters of the ring sum, and what the survivors' vectors add up to. */
  async function sums(survivors: readonly SecureSite[]): Promise<[Uint32Array, Uint32Array]> {
    const { record } = await attempt();
    const { schema } = await round.bench.get(StudiesService).get(STUDY);
    const blob = await round.bench.get(BlobStore).readAll(required(record).ringSumHash);
    const expected = new Uint32Array(schemaSize(schema));
    for (const site of survivors) {
      ringAdd(expected, encodeVector(site.vector(1, site.latest('round.peers').adverts)));
    }
    return [decodeVector(blob).slice(0, expected.length), expected];
  }

  describe('of four, which tolerate it', () => {
    let alive: readonly SecureSite[];

    beforeEach(async () => {
      round = await SecureBench.start(4);
      alive = round.sites.slice(0, 3);
      await round.begin();
    });

    async function expectSumOf(survivors: readonly SecureSite[]): Promise<void> {
      expect((await attempt()).phase).toBe('committed');
      const [found, expected] = await sums(survivors);
      expect(found).toEqual(expected);
    }

    it('before its advert goes on among the others', async () => {
      await round.advertise(alive);
      await round.bench.pass(ADVERT_DEADLINE_MS);
      await round.show();
      await round.deal(alive);
      await round.update(alive);
      await round.endorse(alive);
      await round.unmask(alive);
      await expectSumOf(alive);
    });

    it('before its shares goes on without masks of it', async () => {
      await round.advertise();
      await round.deal(alive);
      expect((await round.latest())?.awaited).toEqual(['westbank']);
      await round.bench.pass(ADVERT_DEADLINE_MS);
      await round.show();
      await round.update(alive);
      await round.endorse(alive);
      await round.unmask(alive);
      await expectSumOf(alive);
      expect(await round.deal(round.sites.slice(3))).toEqual([{ kind: 'late' }]);
    });

    it('before its update opens its mask key, and takes its masks off the others', async () => {
      await round.advertise();
      await round.deal();
      await round.update(alive);
      await round.bench.pass(ROUND_DEADLINE_MS);
      await round.show();
      await round.endorse(alive);
      await round.unmask(alive);
      await expectSumOf(alive);
      const { revealed } = await attempt();
      expect(revealed?.secrets.map(({ kind }) => kind)).toEqual([
        'self-seed',
        'self-seed',
        'self-seed',
        'mask-key',
      ]);
      expect(statesOf(await round.latest())[3]).toBe('dropped');
    });

    it('before its endorsement has its update in the sum', async () => {
      await round.advertise();
      await round.deal();
      await round.update();
      await round.endorse(alive);
      await round.unmask(alive);
      await expectSumOf(round.sites);
    });

    it('before its answer has its update in the sum; what comes later is late', async () => {
      await round.advertise();
      await round.deal();
      await round.update();
      await round.endorse();
      await round.unmask(alive);
      await expectSumOf(round.sites);
      expect(await round.unmask(round.sites.slice(3))).toEqual([{ kind: 'late' }]);
    });

    it('that declines after its shares waits for it no longer', async () => {
      await round.advertise();
      await round.deal();
      await round.update(alive);
      const [gone] = round.sites.slice(3);
      const site = required(gone);
      const decline = site.decline(site.latest('round.manifest').manifest);
      expect(await round.port(site).decline(decline)).toEqual({ kind: 'accepted' });
      await round.bench.settle();
      await round.show();
      await round.endorse(alive);
      await round.unmask(alive);
      await expectSumOf(alive);
    });
  });

  describe('of three, which need each other', () => {
    let alive: readonly SecureSite[];

    beforeEach(async () => {
      round = await SecureBench.start(3);
      alive = round.sites.slice(0, 2);
      await round.begin();
      await round.advertise();
    });

    it('is aborted when shares are missing at the deadline', async () => {
      await round.deal(alive);
      await round.bench.pass(ADVERT_DEADLINE_MS);
      expect((await round.attempts())[0]?.phase).toBe('aborted');
    });

    it('is aborted when endorsements are missing at the deadline', async () => {
      await round.deal();
      await round.update();
      await round.endorse(alive);
      expect(await round.latest()).toMatchObject({ phase: 'sealing', awaited: ['southgate'] });
      await round.bench.pass(ADVERT_DEADLINE_MS);
      expect((await round.attempts())[0]?.phase).toBe('aborted');
    });

    it('waits for its answer as long as it takes, also over a restart', async () => {
      await round.deal();
      await round.update();
      await round.endorse();
      await round.unmask(alive);
      await round.bench.pass(30 * ROUND_DEADLINE_MS);
      await round.bench.restart();
      expect(await round.latest()).toMatchObject({
        phase: 'unmasking',
        awaited: ['southgate'],
        needed: 3,
      });
      await round.unmask(round.sites.slice(2));
      expect((await round.latest())?.phase).toBe('committed');
    });

    it('is given up by a person with a reason, and another attempt follows', async () => {
      await round.deal();
      await round.update();
      await round.endorse();
      await round.unmask(alive);
      const abandonment = round.bench.get(AbandonmentService);
      const reason = 'southgate lost its disk';
      const { attemptId } = required(await round.latest());
      const abandoned = await abandonment.abandon(STUDY, OPERATOR, { reason, attemptId });
      expect(abandoned).toMatchObject({ attemptNo: 1, attemptsLeft: 1 });
      expect(abandoned.next).toContain('train anew');
      await round.bench.settle();
      const [first, second] = await round.attempts();
      expect(first).toMatchObject({
        phase: 'aborted',
        reason: 'abandoned by op-0123456789ab: southgate lost its disk',
      });
      expect(second?.phase).toBe('advertising');
      // Whoever still looks at the first one does not end the second.
      const late = abandonment.abandon(STUDY, OPERATOR, { reason, attemptId });
      await expect(late).rejects.toMatchObject({ code: 'wrong-state' });
      await round.deliverAll();
      expect((await round.latest())?.phase).toBe('committed');
    });

    it('is not sent the same delta again by a site that an earlier list names (case 26)', async () => {
      await round.deal();
      await round.update();
      await round.endorse(alive);
      await round.bench.pass(ADVERT_DEADLINE_MS);
      await round.show();
      await round.advertise();
      await round.deal();
      const [site] = round.sites;
      const relay = required(site).latest('round.relay');
      const again = required(site).masked(relay, { training: 0 });
      expect(await round.port(required(site)).openUpdate(again.header)).toMatchObject({
        code: 'bad-update',
      });
      const anew = required(site).masked(relay, { training: 1 });
      expect(await round.port(required(site)).openUpdate(anew.header)).toMatchObject({
        kind: 'upload',
      });
    });

    it('is nothing to give up once the study is over', async () => {
      await round.deal();
      await round.update();
      await round.endorse();
      await round.unmask();
      const abandonment = round.bench.get(AbandonmentService);
      await expect(
        abandonment.abandon(STUDY, OPERATOR, { reason: 'too late' }),
      ).rejects.toMatchObject({
        code: 'wrong-state',
      });
    });
  });
});
