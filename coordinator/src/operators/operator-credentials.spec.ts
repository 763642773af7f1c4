import { FakeClock } from '../platform/testing/fake-clock.js';
import { OperatorsApplication, type Person } from './testing/operators-application.js';

const DAY = 86_400_000;

describe('what proves somebody else', () => {
  const clock = new FakeClock();
  let operators: OperatorsApplication;
  let ada: Person;
  let bob: Person;

  beforeAll(async () => {
    operators = await OperatorsApplication.start({}, clock);
    ada = await operators.person('ada', 'study-coordinator');
    bob = await operators.person('bob', 'auditor');
  });

  afterAll(() => operators.close());

  const shown = async (id: string, by = operators.admin.token) =>
    operators.ask('GET', `/v1/operators/${id}/credentials`, by);

  it('is shown to an administrator without a secret', async () => {
    const headers = await operators.signIn('ada');
    const { body } = await shown(ada.operatorId);
    expect(body).toMatchObject({
      passkeys: [],
      identities: 0,
      sessions: [{ method: 'password', createdAtMs: clock.nowMs() }],
      tokens: [{ label: 'all' }],
    });
    const secrets = [ada.token, /consilium-session=([^;]+)/.exec(headers['cookie'] ?? '')?.[1]];
    for (const secret of secrets) {
      expect(secret).toMatch(/.{20}/);
      expect(JSON.stringify(body)).not.toContain(secret);
    }
    expect(JSON.stringify(body)).not.toMatch(/hash/i);
  });

  it('is no business of a study coordinator beyond its passkeys', async () => {
    const { status, body } = await shown(bob.operatorId, ada.token);
    expect([status, body]).toEqual([200, { passkeys: [], identities: 0 }]);
    expect((await shown(ada.operatorId, bob.token)).status).toBe(403);
  });

  it('says until when somebody who was invited can come', async () => {
    const grant = { name: 'carol', roles: ['auditor'] };
    const made = await operators.ask('POST', '/v1/operators', operators.admin.token, grant);
    const id = String(made.body['operatorId']);
    expect((await shown(id)).body['activationEndsAtMs']).toBe(clock.nowMs() + 3 * DAY);
    const view = await operators.ask('GET', `/v1/operators/${id}`, operators.admin.token);
    expect(view.body['hasPassword']).toBe(false);
    clock.advance(3 * DAY + 1);
    expect((await shown(id)).body).not.toHaveProperty('activationEndsAtMs');
  });

  it('ends where an administrator says so, one by one', async () => {
    const here = await operators.signIn('bob');
    const there = await operators.signIn('bob');
    const { sessions, tokens } = (await shown(bob.operatorId)).body as unknown as {
      sessions: { sessionId: string }[];
      tokens: { tokenId: string }[];
    };
    const path = `/v1/operators/${bob.operatorId}`;
    const remove = async (what: string, by = operators.admin.token): Promise<number> =>
      (await operators.ask('DELETE', `${path}/${what}`, by)).status;
    const session = `sessions/${sessions[0]?.sessionId ?? ''}`;
    const token = `tokens/${tokens[0]?.tokenId ?? ''}`;
    expect([await remove(session, ada.token), await remove(token, bob.token)]).toEqual([403, 403]);
    expect([await remove(session), await remove(token)]).toEqual([204, 204]);
    expect([await remove(session), await remove(token)]).toEqual([404, 404]);
    const statuses = await Promise.all(
      [here, there, bob.token].map(
        async (proof) => (await operators.ask('GET', '/v1/me', proof)).status,
      ),
    );
    expect(statuses.toSorted()).toEqual([200, 401, 401]);
  });

  it('cannot be ended under the name of another person', async () => {
    const headers = await operators.signIn('ada');
    const { sessions } = (await shown(ada.operatorId)).body as unknown as {
      sessions: { sessionId: string }[];
    };
    const foreign = `/v1/operators/${bob.operatorId}/sessions/${sessions[0]?.sessionId ?? ''}`;
    expect((await operators.ask('DELETE', foreign, operators.admin.token)).status).toBe(404);
    expect((await operators.ask('GET', '/v1/me', headers)).status).toBe(200);
  });

  it('is of nobody whom there is not', async () => {
    expect((await shown('op-000000000000')).status).toBe(404);
  });
});
