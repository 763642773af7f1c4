import { signBody } from '@consilium/shared/crypto';
import type { SiteReply } from '@consilium/shared/protocol';
import {
  testDatabases,
  TestDatabases,
  type TestDatabaseKind,
} from '../database/testing/test-databases.js';
import { StudiesService } from '../studies/studies.service.js';
import { AttemptBench, ROUND_DEADLINE_MS } from './testing/attempt-bench.js';
import { STUDY } from './testing/round-bench.js';
import { SecureBench } from './testing/secure-bench.js';
import type { SimulatedSite } from './testing/simulated-site.js';

const ACCEPTED: SiteReply = { kind: 'accepted' };

/** SQLite lies in the bench's own folder. */
const rowsOf = ({ name }: TestDatabaseKind, databases: TestDatabases) =>
  name === 'postgres' ? databases.location() : undefined;

describe.each(testDatabases)('the vote on a candidate, on $name', (kind) => {
  const databases = new TestDatabases(kind);
  let round: AttemptBench;

  beforeEach(async () => {
    round = await AttemptBench.start(await rowsOf(kind, databases));
    await round.begin({ isVoted: true, minSites: 3 });
    await round.advertise(...round.sites);
    await round.update(...round.sites);
  });

  afterEach(async () => {
    await round.close();
  });

  const say = async (site: SimulatedSite, verdict: 'accept' | 'refuse'): Promise<SiteReply> => {
    const reply = await round.port(site).vote(site.vote(site.latest('round.candidate'), verdict));
    await round.bench.settle();
    await round.show();
    return reply;
  };
  const phase = async () => (await round.latest())?.phase;
  const lastLeaves = async (count: number) => (await round.bench.leaves()).slice(-count);

  it('waits for the sites of the sum, and names whom it awaits', async () => {
    const [northgate] = round.sites;
    expect(await round.latest()).toMatchObject({
      phase: 'voting',
      awaited: ['northgate', 'southgate', 'westbank'],
      needed: 2,
    });
    await say(northgate, 'accept');
    expect((await round.latest())?.awaited).toEqual(['southgate', 'westbank']);
    expect((await round.latest())?.participants[0]).toMatchObject({
      vote: { verdict: 'accept', code: 'not-measured' },
    });
  });

  it('lets the sites read the ring sum before anything takes effect', async () => {
    const [northgate] = round.sites;
    const { ringSumHash } = northgate.latest('round.candidate').record;
    const studies = round.bench.get(StudiesService);
    expect(await studies.mayReadBlob(northgate.siteId, ringSumHash)).toBe(true);
    expect((await studies.get(STUDY)).currentRound).toBe(0);
  });

  it('is over as soon as more than half accept', async () => {
    const [northgate, southgate, westbank] = round.sites;
    expect(await say(northgate, 'accept')).toEqual(ACCEPTED);
    expect(await say(southgate, 'accept')).toEqual(ACCEPTED);
    expect(await phase()).toBe('committed');
    expect(northgate.latest('round.result').votes).toHaveLength(2);
    const votes = (await round.bench.leaves()).find(({ type }) => type === 'round.votes');
    expect(votes).toMatchObject({ accepted: 2, refused: 0 });
    expect(await say(westbank, 'refuse')).toEqual({ kind: 'late' });
  });

  it('keeps the old adapter and tries again when half or more refuse', async () => {
    const [northgate, southgate] = round.sites;
    await say(northgate, 'refuse');
    await say(southgate, 'refuse');
    const [first, second] = await round.attempts();
    expect(first).toMatchObject({
      phase: 'aborted',
      reason: 'rejected: 0 of 3 sites accepted the candidate, 2 are needed',
    });
    expect(second?.phase).toBe('advertising');
    expect((await lastLeaves(5)).map(({ type }) => type)).toEqual([
      'round.candidate',
      'round.votes',
      'round.aborted',
      'key.destroyed',
      'round.manifest',
    ]);
    const { manifest } = northgate.latest('round.manifest');
    const { record } = northgate.latest('round.candidate');
    expect(manifest.body.adapterCheckpointHash).toBe(record.previousAdapterCheckpointHash);
  });

  it('ends at its deadline, when a site that said nothing has not accepted', async () => {
    const [northgate] = round.sites;
    await say(northgate, 'accept');
    await round.pass(ROUND_DEADLINE_MS - 1);
    expect(await phase()).toBe('voting');
    await round.pass(1);
    expect((await round.attempts())[0]?.reason).toMatch(/^rejected: 1 of 3/);
  });

  it('takes the same vote again, and no other one', async () => {
    const [northgate] = round.sites;
    const vote = northgate.vote(northgate.latest('round.candidate'));
    const port = round.port(northgate);
    expect(await port.vote(vote)).toEqual(ACCEPTED);
    expect(await port.vote(vote)).toEqual(ACCEPTED);
    const other = northgate.vote(northgate.latest('round.candidate'), 'refuse');
    expect(await port.vote(other)).toMatchObject({ kind: 'problem', code: 'conflict' });
  });

  it('takes none in the name of another site, under another key, or about another candidate', async () => {
    const [northgate, southgate] = round.sites;
    const candidate = northgate.latest('round.candidate');
    const port = round.port(northgate);
    const { siteId } = southgate;
    const inAnothersName = northgate.vote(candidate, 'accept', { siteId });
    expect(await port.vote(inAnothersName)).toMatchObject({ code: 'not-permitted' });
    const forged = signBody('vote', northgate.vote(candidate).body, southgate.identity);
    expect(await port.vote(forged)).toMatchObject({ code: 'bad-signature' });
    const { ringSumHash } = candidate.record;
    const ofAnother = northgate.vote(candidate, 'accept', { recordHash: ringSumHash });
    expect(await port.vote(ofAnother)).toMatchObject({ code: 'bad-message' });
    expect((await round.latest())?.awaited).toHaveLength(3);
  });

  it('goes on after a restart with the votes that were there', async () => {
    const [northgate, southgate] = round.sites;
    await say(northgate, 'accept');
    await round.bench.restart();
    expect(await phase()).toBe('voting');
    await say(southgate, 'accept');
    expect(await phase()).toBe('committed');
  });
});

describe('a site that is not in the sum', () => {
  it('has no vote', async () => {
    const round = await AttemptBench.start();
    try {
      await round.begin({ isVoted: true });
      const [northgate, southgate, westbank] = round.sites;
      await round.advertise(...round.sites);
      await round.update(northgate, southgate);
      await round.pass(ROUND_DEADLINE_MS);
      await round.show();
      const candidate = northgate.latest('round.candidate');
      expect(westbank.hasSeen('round.candidate')).toBe(false);
      expect(await round.port(westbank).vote(westbank.vote(candidate))).toMatchObject({
        code: 'not-permitted',
      });
    } finally {
      await round.close();
    }
  });
});

describe.each(testDatabases)('the vote in a secure study, on $name', (kind) => {
  const databases = new TestDatabases(kind);

  it('comes after the masks are off, and the whole study runs with it', async () => {
    const round = await SecureBench.start(3, await rowsOf(kind, databases));
    try {
      await round.run({ isVoted: true, rounds: 2 });
      expect((await round.attempts()).map(({ phase }) => phase)).toEqual([
        'committed',
        'committed',
      ]);
      const types = (await round.bench.leaves()).map(({ type }) => type);
      expect(types.filter((type) => type === 'round.candidate')).toHaveLength(2);
      expect(types.filter((type) => type === 'round.votes')).toHaveLength(2);
      expect(types.at(-1)).toBe('study.completed');
    } finally {
      await round.close();
    }
  });
});
