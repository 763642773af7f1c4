import { CommandBench } from './testing/command-bench.js';
import type { StandInCoordinator } from './testing/stand-in-coordinator.js';

describe('consilium round receipts', () => {
  let bench: CommandBench;
  let coordinator: StandInCoordinator;

  beforeAll(async () => {
    bench = await CommandBench.start();
    ({ coordinator } = bench);
  });

  afterAll(() => bench.close());

  const receipts = (...args: readonly string[]) =>
    bench.ask('round', 'receipts', 'smears', ...args);

  const dataOf = (out: string): unknown => (JSON.parse(out) as { readonly data: unknown }).data;

  it('are a line a site and attempt, with what the site gave', async () => {
    coordinator.commitRounds(2);
    const { code, out } = await receipts();
    expect(code).toBe(0);
    const [head, ...rows] = out.trimEnd().split('\n');
    expect(head?.split(/ +/)).toEqual(
      ['round', 'attempt', 'site', 'state', 'weight', 'bytes', 'trained', 'cut'].concat(
        'vectorHash',
      ),
    );
    expect(rows).toHaveLength(4);
    expect(rows[0]).toMatch(/^1 +1 +northgate +survivor +40 +4096 +2\.0 s +3 +sha256:f{64}$/);
    expect(rows[3]).toMatch(/^2 +1 +southside +survivor +41 +4096 +2\.0 s +3 +sha256:f{64}$/);
  });

  it('are those of one round where it is named, as an object for programs', async () => {
    coordinator.commitRounds(2);
    const { code, out } = await receipts('2', '--json');
    expect([code, dataOf(out)]).toMatchObject([
      0,
      [
        { roundNo: 2, attemptNo: 1, siteId: 'northgate', state: 'survivor', weight: 40 },
        { siteId: 'southside', bytes: 4096, trainMs: 2000, cut: 3 },
      ],
    ]);
  });

  it('have no figures of a site that sent nothing', async () => {
    coordinator.commitRounds(1);
    coordinator.silence('southside');
    expect((await receipts()).out).toMatch(/\n1 +1 +southside +dropped +41 +0 +- +- +-\n$/);
    const [, silent] = dataOf((await receipts('--json')).out) as [unknown, object];
    expect(Object.keys(silent)).not.toContain('vectorHash');
  });

  it('say where there is no round yet, and refuse one that has not begun', async () => {
    coordinator.commitRounds(0);
    expect(await receipts()).toMatchObject({ code: 0, out: 'No round has begun yet.\n' });
    const { code, err } = await receipts('3');
    expect([code, err]).toEqual([4, expect.stringContaining('smears has no round 3 yet')]);
    expect((await receipts('third')).code).toBe(4);
  });
});
