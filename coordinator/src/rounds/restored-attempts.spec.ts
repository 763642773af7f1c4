import { Database } from '../database/database.js';
import { TimerRepository } from '../platform/timers/timer.repository.js';
import { giveUpOpenAttempts } from './restored-attempts.js';
import { SecureBench } from './testing/secure-bench.js';

describe('a restored coordinator', () => {
  let round: SecureBench;

  beforeEach(async () => {
    round = await SecureBench.start(3);
    await round.begin();
  });
  afterEach(() => round.close());

  it('gives up the attempt that was open, destroys what is left of it, and tries again', async () => {
    await round.advertise();
    await round.deal();
    const { bench } = round;
    const timers = bench.get(TimerRepository);
    const givenUp = await bench.get(Database).transaction((tx) => giveUpOpenAttempts(tx, timers));
    await bench.settle();

    expect(givenUp).toBe(1);
    const attempts = await round.attempts();
    expect(attempts.map(({ phase }) => phase)).toEqual(['aborted', 'advertising']);
    expect(attempts[0]).toMatchObject({ reason: 'the coordinator was restored from a backup' });
    expect(await round.leaves('key.destroyed')).toHaveLength(1);
  });
});
