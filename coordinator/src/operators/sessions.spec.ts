import { FakeClock } from '../platform/testing/fake-clock.js';
import { OperatorsApplication } from './testing/operators-application.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('a session', () => {
  const clock = new FakeClock();
  let operators: OperatorsApplication;

  beforeAll(async () => {
    operators = await OperatorsApplication.start({}, clock);
    await operators.person('ada', 'study-coordinator');
  });

  afterAll(() => operators.close());

  type Headers = Record<string, string>;
  const me = (headers: Headers): ReturnType<OperatorsApplication['ask']> =>
    operators.ask('GET', '/v1/me', headers);
  const byItself = (headers: Headers): Headers => ({ ...headers, 'consilium-background': '1' });

  it('ends half an hour after the last request of its person, however often its page asks on its own', async () => {
    const headers = await operators.signIn('ada');
    for (let minute = 1; minute <= 30; minute += 1) {
      clock.advance(MINUTE);
      expect([minute, (await me(byItself(headers))).status]).toEqual([minute, 200]);
    }
    clock.advance(1);
    expect((await me(byItself(headers))).status).toBe(401);
    expect((await me(headers)).status).toBe(401);
  });

  it('goes on for as long as its person does something', async () => {
    const headers = await operators.signIn('ada');
    for (let i = 0; i < 4; i += 1) {
      clock.advance(29 * MINUTE);
      expect((await me(headers)).status).toBe(200);
    }
  });

  it.each(['0', 'true', '', 'person'])(
    'takes a request that does not say plainly that nobody caused it for its person (%p)',
    async (value) => {
      const headers = await operators.signIn('ada');
      clock.advance(29 * MINUTE);
      expect((await me({ ...headers, 'consilium-background': value })).status).toBe(200);
      clock.advance(29 * MINUTE);
      expect((await me(headers)).status).toBe(200);
    },
  );

  it('says when it ends, and when at the latest', async () => {
    const headers = await operators.signIn('ada');
    const startedMs = clock.nowMs();
    const latestEndAtMs = startedMs + 12 * HOUR;
    const shown = async (asked: Headers): Promise<unknown> => (await me(asked)).body['session'];
    const seen = (endsAtMs: number): unknown =>
      expect.objectContaining({
        endsAtMs,
        latestEndAtMs,
        authenticatedAtMs: startedMs,
        nowMs: clock.nowMs(),
      });
    expect(await shown(headers)).toEqual(seen(startedMs + 30 * MINUTE));
    clock.advance(10 * MINUTE);
    expect(await shown(byItself(headers))).toEqual(seen(startedMs + 30 * MINUTE));
    expect(await shown(headers)).toEqual(seen(startedMs + 40 * MINUTE));
    while (clock.nowMs() < latestEndAtMs - 20 * MINUTE) {
      clock.advance(20 * MINUTE);
      await me(headers);
    }
    expect(await shown(headers)).toEqual(seen(latestEndAtMs));
  });

  it('is nothing that a token has', async () => {
    expect(
      (await me({ authorization: `Bearer ${operators.admin.token}` })).body,
    ).not.toHaveProperty('session');
  });
});
