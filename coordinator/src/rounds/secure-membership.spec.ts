import { testDatabases, TestDatabases } from '../database/testing/test-databases.js';
import { SiteDecisions } from '../sites/site-decisions.js';
import { APPROVER } from '../sites/testing/sites-bench.js';
import { statesOf } from './testing/attempt-bench.js';
import { SecureBench } from './testing/secure-bench.js';
import type { SecureSite } from './testing/secure-site.js';
import { required } from './testing/simulated-site.js';

describe('a secure attempt whose member is revoked', () => {
  let round: SecureBench;
  let alive: readonly SecureSite[];
  let gone: SecureSite;

  beforeEach(async () => {
    round = await SecureBench.start(4);
    alive = round.sites.slice(0, 3);
    gone = required(round.sites[3]);
    await round.begin();
    await round.advertise();
  });
  afterEach(() => round.close());

  async function revoke(): Promise<void> {
    await round.bench.get(SiteDecisions).revoke(gone.siteId, APPROVER, 'key-compromised');
    await round.bench.settle();
    await round.show();
  }

  async function finish(): Promise<string[]> {
    await round.endorse(alive);
    await round.unmask(alive);
    const attempt = await round.latest();
    expect(attempt?.phase).toBe('committed');
    return statesOf(attempt);
  }

  const COUNTED = ['survivor', 'survivor', 'survivor', 'survivor'];
  const DROPPED = ['survivor', 'survivor', 'survivor', 'dropped'];

  it('while shares are awaited goes on without the site and its masks', async () => {
    await round.deal([gone]);
    await revoke();
    expect((await round.latest())?.phase).toBe('sharing');
    await round.deal(alive);
    await round.update(alive);
    expect(await finish()).toEqual(DROPPED);
  });

  it('while updates are awaited drops the one that is there', async () => {
    await round.deal();
    await round.update([gone]);
    await revoke();
    await round.update(alive);
    expect(await finish()).toEqual(DROPPED);
  });

  it('while endorsements are awaited completes with the update', async () => {
    await round.deal();
    await round.update();
    await revoke();
    expect((await round.latest())?.phase).toBe('sealing');
    expect(await finish()).toEqual(COUNTED);
    expect(await round.leaves('roster.revoke')).toMatchObject([{ validUntilRound: 1 }]);
  });

  it('while answers are awaited completes with the update', async () => {
    await round.deal();
    await round.update();
    await round.endorse();
    await revoke();
    await round.unmask(alive);
    expect(statesOf(await round.latest())).toEqual(COUNTED);
    expect(await round.leaves('roster.revoke')).toMatchObject([{ validUntilRound: 1 }]);
  });
});

describe.each(testDatabases)('the rows of a secure study on $name', (kind) => {
  const databases = new TestDatabases(kind);

  it('carry it over restarts to its end', async () => {
    const rows = kind.name === 'postgres' ? await databases.location() : undefined;
    const round = await SecureBench.start(3, rows);
    await round.begin();
    await round.advertise();
    await round.deal();
    await round.bench.restart();
    await round.update();
    await round.endorse();
    await round.bench.restart();
    await round.unmask();
    expect((await round.latest())?.phase).toBe('committed');
    await round.close();
  });
});
