import { FakeClock } from '../platform/testing/fake-clock.js';
import { Refusals } from '../platform/http/refusals.js';
import { OperatorsApplication, PASSWORD } from './testing/operators-application.js';

/** Well formed, and signed by nobody. */
const PASSKEY = {
  response: {
    ...{ id: 'x', rawId: 'x', type: 'public-key', clientExtensionResults: {} },
    response: { clientDataJSON: 'x', authenticatorData: 'x', signature: 'x' },
  },
};

describe('attempts to become somebody', () => {
  const clock = new FakeClock();
  const told: string[] = [];
  let operators: OperatorsApplication;

  beforeAll(async () => {
    operators = await OperatorsApplication.start({}, clock);
    await operators.person('ada', 'study-coordinator');
    operators.application.nest.get(Refusals).onRefused((what) => told.push(what));
  });
  beforeEach(() => {
    told.length = 0;
  });
  afterAll(() => operators.close());

  const signIn = (body: unknown): ReturnType<OperatorsApplication['ask']> =>
    operators.ask('POST', '/v1/login/password', operators.browser(), body);

  it('are told when the password or the name is wrong, and while the name has to wait', async () => {
    expect((await signIn({ name: 'zoe', password: 'not the password' })).status).toBe(401);
    for (let i = 0; i < 5; i++) {
      expect((await signIn({ name: 'ada', password: 'not the password' })).status).toBe(401);
    }
    expect((await signIn({ name: 'ada', password: PASSWORD })).status).toBe(429);
    expect(told).toEqual(Array<string>(7).fill('login'));
  });

  it.each<[string, string, string, unknown, number]>([
    ['a passkey that nobody asked for', 'POST', 'login/passkey', PASSKEY, 401],
    ['the challenge of one', 'POST', 'login/passkey/options', undefined, 401],
    ['a guessed activation', 'POST', 'activations', { activation: 'x', password: PASSWORD }, 400],
    ['a provider that sends nobody back', 'GET', 'login/oidc/callback?code=x', undefined, 200],
  ])('are told for %s', async (_, method, path, body, status) => {
    const answer = await operators.ask(method, `/v1/${path}`, operators.browser(), body);
    expect(answer.status).toBe(status);
    expect(told).toEqual(['login']);
  });

  it('are told when a token is wrong, whatever the route', async () => {
    for (const [path, token] of [
      ['/v1/me', 'consilium_guessed'],
      ['/v1/operators', 'a token of somebody else'],
    ] as const) {
      expect((await operators.ask('GET', path, token)).status).toBe(401);
    }
    expect((await operators.ask('GET', '/v1/me', operators.admin.token)).status).toBe(200);
    expect(told).toEqual(['token', 'token']);
  });

  it('are not what nobody, an ended session or a malformed request is', async () => {
    clock.advance(3_600_000);
    const ended = await operators.signIn('ada');
    clock.advance(24 * 3_600_000);
    expect((await operators.ask('GET', '/v1/me')).status).toBe(401);
    expect((await operators.ask('GET', '/v1/me', ended)).status).toBe(401);
    expect((await signIn({ name: 'ada' })).status).toBe(400);
    expect((await signIn({ name: 'ada', password: PASSWORD })).status).toBe(200);
    expect(told).toEqual([]);
  });
});
