import { parseOperatorId } from '@consilium/shared/vocabulary';
import { StudiesService } from '../studies/studies.service.js';
import { AbandonmentService } from './abandonment.service.js';
import { STUDY } from './testing/round-bench.js';
import { SecureBench } from './testing/secure-bench.js';

const BY = parseOperatorId('op-0123456789ab');

describe('a study that a person stops', () => {
  let round: SecureBench;

  beforeEach(async () => {
    round = await SecureBench.start(3);
    await round.begin();
  });
  afterEach(() => round.close());

  const stop = (): Promise<object> =>
    round.bench.get(AbandonmentService).stop(STUDY, BY, 'too few are left');
  const reason = 'stopped by op-0123456789ab: too few are left';

  it('is over with its attempt, whichever phase that is in, and no other one follows', async () => {
    await round.advertise();
    await round.deal();
    expect(await stop()).toEqual({ studyId: STUDY, phase: 'failed', reason });
    await round.bench.settle();
    await round.show();

    const attempts = await round.attempts();
    expect(attempts.map(({ phase }) => phase)).toEqual(['aborted']);
    expect(attempts[0]).toMatchObject({ reason });
    expect((await round.bench.get(StudiesService).get(STUDY)).phase).toBe('failed');
    expect(await round.leaves('study.failed')).toMatchObject([{ reason }]);
    expect(await round.leaves('key.destroyed')).toHaveLength(1);
    expect(round.sites[0]?.latest('study.failed').reason).toBe(reason);
  });

  it('is not stopped again', async () => {
    await stop();
    await expect(stop()).rejects.toMatchObject({ code: 'wrong-state' });
    expect(await round.leaves('study.failed')).toHaveLength(1);
  });
});
