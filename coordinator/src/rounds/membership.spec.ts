import { keyIdOf, generateSigningKeyPair, signBody } from '@consilium/shared/crypto';
import { toBase64 } from '@consilium/shared/encoding';
import type { KeyRotation, Leaf } from '@consilium/shared/protocol';
import { CoordinatorKeys } from '../config/coordinator-keys.js';
import { KeyRotations } from '../sites/key-rotations.js';
import { SiteDecisions } from '../sites/site-decisions.js';
import { APPROVER } from '../sites/testing/sites-bench.js';
import { StudiesService } from '../studies/studies.service.js';
import { StudyMembership } from '../studies/study-membership.js';
import { AttemptBench, statesOf } from './testing/attempt-bench.js';
import { STUDY } from './testing/round-bench.js';
import { deliver } from './testing/service-port.js';
import { SimulatedSite } from './testing/simulated-site.js';

type LeafOf<T extends Leaf['type']> = Extract<Leaf, { type: T }>;

/** A restart, three signatures and two files for each of these: seconds on a busy machine. */
describe('a change of members', () => {
  let bench: AttemptBench;
  let northgate: SimulatedSite;
  let southgate: SimulatedSite;
  let westbank: SimulatedSite;

  beforeEach(async () => {
    bench = await AttemptBench.start();
    [northgate, southgate, westbank] = bench.sites;
  });
  afterEach(() => bench.close());

  const leaf = async <T extends Leaf['type']>(type: T): Promise<LeafOf<T> | undefined> =>
    (await bench.bench.leaves()).findLast((entry): entry is LeafOf<T> => entry.type === type);
  const revoke = async ({ siteId }: SimulatedSite): Promise<void> => {
    await bench.bench.get(SiteDecisions).revoke(siteId, APPROVER, 'key-compromised');
    await bench.bench.settle();
    await bench.show();
  };

  describe('by revocation', () => {
    it('before the start takes the site out of the roster', async () => {
      await bench.begin({ rounds: 2 });
      await revoke(westbank);
      const { roster } = await bench.bench.get(StudiesService).get(STUDY);
      expect(roster.body.sites.map(({ siteId }) => siteId)).toEqual(['northgate', 'southgate']);
      expect(await leaf('roster.revoke')).toMatchObject({
        siteId: 'westbank',
        because: 'revoked',
        epoch: 4,
        validUntilRound: 0,
      });
    });

    it('while adverts are awaited: the attempt goes on without the site', async () => {
      await bench.begin({ rounds: 1 });
      await bench.advertise(northgate, westbank);
      await revoke(westbank);
      expect(statesOf(await bench.latest())).toEqual(['advertised', 'invited', 'left']);
      await bench.advertise(southgate);
      expect((await bench.latest())?.phase).toBe('collecting');
      await bench.update(northgate, southgate);
      await bench.deliverAll();
      expect(statesOf(await bench.latest())).toEqual(['survivor', 'survivor', 'dropped']);
    });

    it('while updates are awaited: an update that is there already counts no longer', async () => {
      await bench.begin({ rounds: 1 });
      await bench.advertise(northgate, southgate, westbank);
      await bench.update(westbank, northgate);
      await revoke(westbank);
      expect((await bench.latest())?.phase).toBe('collecting');
      await bench.update(southgate);
      await bench.deliverAll();
      const attempt = await bench.latest();
      expect(attempt?.phase).toBe('committed');
      expect(statesOf(attempt)).toEqual(['survivor', 'survivor', 'dropped']);
      expect(await leaf('roster.revoke')).toMatchObject({ validUntilRound: 0 });
    });

    it('once the round is committed: it stays, and the next manifest goes without the site', async () => {
      await bench.begin({ rounds: 2 });
      await bench.advertise(northgate, southgate, westbank);
      await bench.update(northgate, southgate, westbank);
      await revoke(westbank);
      expect((await bench.attempts())[0]?.phase).toBe('committed');
      expect(await leaf('roster.revoke')).toMatchObject({ validUntilRound: 1 });
      expect(statesOf((await bench.attempts())[0])).toEqual(['survivor', 'survivor', 'survivor']);
    });

    it('below the minimum ends the attempt at once', async () => {
      await bench.begin({ rounds: 1, minSites: 3, maxAttempts: 1 });
      await bench.advertise(northgate);
      await revoke(westbank);
      expect((await bench.latest())?.phase).toBe('aborted');
      expect((await bench.bench.get(StudiesService).get(STUDY)).phase).toBe('failed');
    });
  });

  describe('by withdrawal', () => {
    const withdrawal = (site: SimulatedSite, afterRound = 0) =>
      signBody(
        'withdrawal',
        { v: 1 as const, studyId: STUDY, siteId: site.siteId, afterRound },
        site.identity,
      );

    it('is a leaf, a roster and the end of what the site sent', async () => {
      await bench.begin({ rounds: 1 });
      await bench.advertise(northgate, southgate, westbank);
      const membership = bench.bench.get(StudyMembership);
      const signed = withdrawal(westbank);
      await membership.withdraw(westbank.siteId, signed);
      await membership.withdraw(westbank.siteId, signed);
      expect(await bench.bench.leafTypes()).toEqual(
        expect.arrayContaining(['study.withdrawn', 'roster.revoke']),
      );
      expect(await leaf('roster.revoke')).toMatchObject({ because: 'withdrawn' });
      const [late] = await bench.update(westbank);
      expect(late).toMatchObject({ kind: 'late' });
      expect(await leaf('security.refused')).toBeUndefined();
    });

    it('is the word of the site alone', async () => {
      await bench.begin();
      const membership = bench.bench.get(StudyMembership);
      await expect(
        membership.withdraw(westbank.siteId, withdrawal(northgate)),
      ).rejects.toMatchObject({ code: 'bad-signature' });
      await membership.withdraw(westbank.siteId, withdrawal(westbank));
      await expect(
        membership.withdraw(westbank.siteId, withdrawal(westbank, 1)),
      ).rejects.toMatchObject({ code: 'conflict' });
    });
  });

  describe('by a new key', () => {
    const rotation = (site: SimulatedSite, next = generateSigningKeyPair()) => {
      const body: KeyRotation = {
        v: 1,
        siteId: site.siteId,
        coordinatorKeyId: keyIdOf(bench.bench.get(CoordinatorKeys).identity.publicKey),
        oldKey: toBase64(site.identity.publicKey),
        newKey: toBase64(next.publicKey),
      };
      const byOld = signBody('key-rotation', body, site.identity);
      return { byOld, byNew: signBody('key-rotation', body, next) };
    };

    it('keeps an update that is there, and the roster names the change', async () => {
      await bench.begin({ rounds: 1 });
      await bench.advertise(northgate, southgate, westbank);
      await bench.update(westbank);
      const handover = rotation(westbank);
      const rotations = bench.bench.get(KeyRotations);
      const first = await rotations.rotate(handover);
      expect(await rotations.rotate(handover)).toEqual(first);
      expect(await leaf('roster.rotate')).toMatchObject({
        siteId: 'westbank',
        oldKeyId: keyIdOf(westbank.identity.publicKey),
        keyId: handover.byNew.keyId,
      });
      const { roster } = await bench.bench.get(StudiesService).get(STUDY);
      expect(roster.body.sites[2]?.rotations).toMatchObject([{ leafIndex: first.leafIndex }]);
      await bench.update(northgate, southgate);
      expect(statesOf(await bench.latest())).toEqual(['survivor', 'survivor', 'survivor']);
    });

    it('leaves an attempt that the old key had not finished', async () => {
      await bench.begin({ rounds: 1 });
      await bench.advertise(westbank);
      await bench.bench.get(KeyRotations).rotate(rotation(westbank));
      expect(statesOf(await bench.latest())).toEqual(['invited', 'invited', 'left']);
    });

    it('is refused for a key that was used before, and for a half that was forged', async () => {
      await bench.begin();
      const rotations = bench.bench.get(KeyRotations);
      const first = rotation(westbank);
      const forged = { ...first, byOld: rotation(northgate).byOld };
      await expect(rotations.rotate(forged)).rejects.toMatchObject({ code: 'bad-signature' });
      const taken = rotation(westbank, northgate.identity);
      await expect(rotations.rotate(taken)).rejects.toMatchObject({ code: 'bad-signature' });
      await rotations.rotate(first);
      const again = rotation(westbank);
      await expect(rotations.rotate(again)).rejects.toMatchObject({ code: 'bad-signature' });
    });
  });

  describe('by a late join', () => {
    it('takes part from the next manifest on, from the adapter as it is then', async () => {
      await bench.begin({ rounds: 2 });
      await bench.advertise(northgate, southgate, westbank);
      const late = new SimulatedSite('latecomer', 20);
      await bench.bench.enrol(late);
      await deliver(bench.bench, late);
      expect(statesOf(await bench.latest())).toHaveLength(3);
      await bench.update(northgate, southgate, westbank);
      const second = await bench.latest();
      expect(second?.participants.map(({ siteId }) => siteId)).toContain('latecomer');
      await deliver(bench.bench, late);
      const { manifest } = late.latest('round.manifest');
      expect(manifest.body).toMatchObject({ roundNo: 2, rosterEpoch: 4 });
    });
  });

  it('keeps a decline as a leaf', async () => {
    await bench.begin();
    const { manifest } = westbank.latest('round.manifest');
    await bench.port(westbank).decline(westbank.decline(manifest));
    expect(await leaf('round.declined')).toMatchObject({ siteId: 'westbank', code: 'no-data' });
  });
});
