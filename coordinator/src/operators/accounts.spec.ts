import { FakeClock } from '../platform/testing/fake-clock.js';
import { rightsOfRoles, SENSITIVE_RIGHTS } from '@consilium/shared/vocabulary';
import { OperatorsApplication, PASSWORD, type Person } from './testing/operators-application.js';

describe('accounts', () => {
  let operators: OperatorsApplication;
  let admin: Person;

  beforeAll(async () => {
    operators = await OperatorsApplication.start();
    admin = operators.admin;
  });

  afterAll(() => operators.close());

  const create = async (body: object): ReturnType<OperatorsApplication['ask']> =>
    operators.ask('POST', '/v1/operators', admin.token, body);

  it('begin with an administrator, whose token has every right of the role', async () => {
    const { body } = await operators.ask('GET', '/v1/me', admin.token);
    expect(body).toMatchObject({
      operatorId: expect.stringMatching(/^op-[0-9a-f]{12}$/) as string,
      name: 'root',
      roles: ['platform-admin'],
      rights: rightsOfRoles(['platform-admin']),
    });
  });

  it('are activated once, with a secret that was shown once', async () => {
    const { status, body } = await create({ name: 'ada', roles: ['study-coordinator'] });
    expect(status).toBe(201);
    const { activation } = body;
    expect(activation).toMatch(/^activate_[\w-]{43}$/);
    const wish = { activation, password: PASSWORD, token: { label: 'first' } };
    const first = await operators.ask('POST', '/v1/activations', {}, wish);
    expect(first.status).toBe(201);
    expect(first.body['token']).toMatchObject({
      label: 'first',
      rights: rightsOfRoles(['study-coordinator']).filter(
        (right) => !SENSITIVE_RIGHTS.includes(right),
      ),
    });
    const again = await operators.ask('POST', '/v1/activations', {}, wish);
    expect([again.status, again.body['code']]).toEqual([400, 'bad-invite']);
    const shown = await operators.ask('GET', '/v1/operators', admin.token);
    expect(JSON.stringify(shown.body)).not.toMatch(/argon2|activate_|consilium_/);
  });

  it('are made worthless secrets by newer ones', async () => {
    const { body } = await create({ name: 'bob', roles: ['study-coordinator'] });
    const path = `/v1/operators/${String(body['operatorId'])}/activation`;
    const newer = await operators.ask('POST', path, admin.token, {});
    const activate = (activation: unknown): ReturnType<OperatorsApplication['ask']> =>
      operators.ask('POST', '/v1/activations', {}, { activation, password: PASSWORD });
    expect((await activate(body['activation'])).status).toBe(400);
    expect((await activate(newer.body['activation'])).status).toBe(201);
  });

  it.each<[string, object]>([
    ['a role beside the administrator', { roles: ['platform-admin', 'study-coordinator'] }],
    ['a role beside the auditor', { roles: ['auditor', 'study-coordinator'] }],
    ['a site administrator without a site', { roles: ['site-admin'] }],
    ['a site for another role', { roles: ['auditor'], siteId: 'north' }],
    ['studies for another role', { roles: ['site-admin'], siteId: 'north', studies: ['smears'] }],
    ['no role', { roles: [] }],
    ['an unknown role', { roles: ['root'] }],
    ['a capital in the name', { name: 'Ada', roles: ['auditor'] }],
    ['a short password', { password: 'short' }],
  ])('refuse %s', async (_, body) => {
    const { status } = await create({ name: 'nobody', ...body });
    expect(status).toBe(400);
  });

  it('refuse a name twice, and a password that is too short', async () => {
    const { status, body } = await create({ name: 'carol', roles: ['auditor'] });
    expect(status).toBe(201);
    expect((await create({ name: 'carol', roles: ['auditor'] })).status).toBe(409);
    const wish = { activation: body['activation'], password: 'too short' };
    const answer = await operators.ask('POST', '/v1/activations', {}, wish);
    expect(answer.body['detail']).toBe('password: expected 12 to 256 characters, got 9');
  });

  it('let nobody change himself, and always keep an administrator', async () => {
    const self = `/v1/operators/${admin.operatorId}`;
    const roles = { roles: ['study-coordinator'] };
    expect((await operators.ask('PUT', `${self}/roles`, admin.token, roles)).status).toBe(403);
    expect((await operators.ask('POST', `${self}/disable`, admin.token)).status).toBe(403);
    const second = await operators.person('second', 'platform-admin');
    expect((await operators.ask('POST', `${self}/disable`, second.token)).status).toBe(204);
    expect((await operators.ask('GET', '/v1/me', admin.token)).status).toBe(401);
    expect((await operators.ask('GET', '/v1/me', second.token)).status).toBe(200);
    admin = second;
    operators.admin = second;
  });

  it('lose with a role what its tokens could do', async () => {
    const person = await operators.person('dora', 'study-coordinator');
    expect((await operators.ask('POST', '/v1/trust', person.token)).status).toBe(200);
    const path = `/v1/operators/${person.operatorId}`;
    const changed = await operators.ask('PUT', `${path}/roles`, admin.token, {
      roles: ['auditor'],
      studies: ['smears'],
    });
    expect(changed.body).toMatchObject({ roles: ['auditor'], studies: ['smears'] });
    expect((await operators.ask('POST', '/v1/trust', person.token)).status).toBe(403);
    expect((await operators.ask('POST', `${path}/disable`, admin.token)).status).toBe(204);
    expect((await operators.ask('GET', '/v1/me', person.token)).status).toBe(401);
    expect((await operators.ask('POST', `${path}/activation`, admin.token, {})).status).toBe(409);
  });

  it('never appear with their names or secrets in the log', () => {
    const log = JSON.stringify(operators.application.lines());
    expect(log).toContain('/v1/activations');
    expect(log).not.toMatch(/\bada\b|carol|dora|consilium_|activate_|argon2|horse/);
  });
});

describe('an activation secret', () => {
  it('is worthless after three days', async () => {
    const clock = new FakeClock();
    const operators = await OperatorsApplication.start({}, clock);
    try {
      const { token } = operators.admin;
      const made = await operators.ask('POST', '/v1/operators', token, {
        name: 'ada',
        roles: ['auditor'],
      });
      clock.advance(72 * 3_600_000 + 1);
      const wish = { activation: made.body['activation'], password: PASSWORD };
      const late = await operators.ask('POST', '/v1/activations', {}, wish);
      expect([late.status, late.body['code']]).toEqual([400, 'bad-invite']);
    } finally {
      await operators.close();
    }
  });
});

describe('API tokens', () => {
  let operators: OperatorsApplication;
  let person: Person;

  beforeAll(async () => {
    operators = await OperatorsApplication.start();
    person = await operators.person('eve', 'study-coordinator');
  });

  afterAll(() => operators.close());

  const wish = async (
    body: object,
    token = person.token,
  ): ReturnType<OperatorsApplication['ask']> => operators.ask('POST', '/v1/me/tokens', token, body);

  it('are several, each with its own rights, listed without secrets, and revoked one by one', async () => {
    const reading = await wish({ label: 'reading', rights: ['studies.read'], days: 7 });
    const token = String(reading.body['token']);
    expect(reading.body).toMatchObject({ label: 'reading', rights: ['studies.read'] });
    expect((await operators.ask('GET', '/v1/operators', token)).status).toBe(403);
    const listed = await operators.ask('GET', '/v1/me/tokens', person.token);
    expect(listed.body).toEqual([
      expect.objectContaining({ label: 'all' }),
      expect.objectContaining({ label: 'reading' }),
    ]);
    expect(JSON.stringify(listed.body)).not.toContain('consilium_');
    const path = `/v1/me/tokens/${String(reading.body['tokenId'])}`;
    expect((await operators.ask('DELETE', path, operators.admin.token)).status).toBe(404);
    expect((await operators.ask('DELETE', path, person.token)).status).toBe(204);
    expect((await operators.ask('GET', '/v1/me', token)).status).toBe(401);
  });

  it('are no more than fifty at once', async () => {
    const collector = await operators.person('collector', 'auditor');
    const statuses: number[] = [];
    for (let i = 0; i < 50; i++) {
      statuses.push((await wish({ label: `number ${i}`, days: 1 }, collector.token)).status);
    }
    expect(statuses.filter((status) => status === 201)).toHaveLength(49);
    const { status, body } = await wish({ label: 'one more', days: 1 }, collector.token);
    expect([status, body['code']]).toEqual([409, 'wrong-state']);
  });

  it('have sensitive rights only when asked for by name', async () => {
    const plain = await wish({ label: 'plain', days: 7 });
    const answer = await operators.ask('POST', '/v1/trust', String(plain.body['token']));
    expect(answer.status).toBe(403);
    const strong = await wish({ label: 'strong', rights: ['sites.approve'], days: 7 });
    const done = await operators.ask('POST', '/v1/trust', String(strong.body['token']));
    expect(done.status).toBe(200);
  });

  it('never have more rights or a longer life than what made them', async () => {
    expect((await wish({ label: 'x', rights: ['operators.manage'], days: 1 })).status).toBe(403);
    const small = await wish({ label: 'small', rights: ['studies.read'], days: 2 });
    const token = String(small.body['token']);
    const more = { label: 'x', rights: ['studies.create'], days: 1 };
    expect((await wish(more, token)).status).toBe(403);
    expect((await wish({ label: 'x', days: 3 }, token)).status).toBe(403);
    expect((await wish({ label: 'x', days: 1 }, token)).body).toMatchObject({
      rights: ['studies.read'],
    });
    expect((await wish({ label: 'x', days: 367 })).status).toBe(400);
  });

  it.each([
    ['cut off', (token: string) => `Bearer ${token.slice(0, -1)}`],
    ['with more behind it', (token: string) => `Bearer ${token}a`],
    ['of another scheme', (token: string) => `Basic ${token}`],
    ['missing', () => 'Bearer'],
  ])('are refused when the header is %s', async (_, header) => {
    const proof = { authorization: header(person.token) };
    expect((await operators.ask('GET', '/v1/me', proof)).status).toBe(401);
  });
});
