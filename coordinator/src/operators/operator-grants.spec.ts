/** Threat: an administrator, or whoever has stolen what he signs in with, who makes himself more than he is, unseen. */
import { parseOperatorId } from '@consilium/shared/vocabulary';
import { OperatorGrants } from './operator-grants.service.js';
import { OperatorsApplication, PASSWORD, type Person } from './testing/operators-application.js';

describe('what people may do', () => {
  let operators: OperatorsApplication;
  let admin: Person;

  beforeAll(async () => {
    operators = await OperatorsApplication.start();
    admin = operators.admin;
  });

  afterAll(() => operators.close());

  const as = (token: string, method: string, path: string, body?: object) =>
    operators.ask(method, `/v1/operators${path}`, token, body);
  const asAdmin = (method: string, path: string, body?: object) =>
    as(admin.token, method, path, body);

  const changesOf = async (operatorId: string): Promise<unknown[]> =>
    (await operators.leavesOf(operatorId)).map(({ change, by, roles }) => [change, by, roles]);

  it('changes with a leaf each time, by pseudonyms alone', async () => {
    const by = admin.operatorId;
    expect(await changesOf(by)).toEqual([['created', by, ['platform-admin']]]);
    const { operatorId } = await operators.person('ada', 'auditor', { studies: ['smears'] });
    await asAdmin('POST', `/${operatorId}/studies/scans`);
    await asAdmin('DELETE', `/${operatorId}/studies/smears`);
    await asAdmin('PUT', `/${operatorId}/roles`, { roles: ['study-coordinator'] });
    await asAdmin('POST', `/${operatorId}/activation`, {});
    await asAdmin('POST', `/${operatorId}/activation`, { forgetPasskeys: true });
    await asAdmin('POST', `/${operatorId}/disable`);
    const [auditor, coordinator] = [['auditor'], ['study-coordinator']];
    expect(await changesOf(operatorId)).toEqual([
      ['created', by, auditor],
      ['study-assigned', by, auditor],
      ['study-unassigned', by, auditor],
      ['roles-changed', by, coordinator],
      ['activation-renewed', by, coordinator],
      ['passkeys-reset', by, coordinator],
      ['closed', by, coordinator],
    ]);
    expect(JSON.stringify(await operators.leavesOf(operatorId))).not.toMatch(/ada|smears|scans/);
  });

  it('leaves nothing in the log of a change that was refused', async () => {
    const { operatorId } = await operators.person('bob', 'site-admin', { siteId: 'north' });
    expect((await asAdmin('POST', `/${operatorId}/studies/smears`)).status).toBe(400);
    expect((await asAdmin('PUT', `/${operatorId}/roles`, { roles: ['site-admin'] })).status).toBe(
      400,
    );
    expect((await asAdmin('POST', '', { name: 'bob', roles: ['auditor'] })).status).toBe(409);
    expect(await changesOf(operatorId)).toEqual([['created', admin.operatorId, ['site-admin']]]);
  });

  it('assigns studies one by one, and says nothing of what is so already', async () => {
    const { operatorId, token } = await operators.person('carol', 'study-coordinator');
    const studies = async (): Promise<unknown> =>
      (await operators.ask('GET', '/v1/me', token)).body['studies'];
    const path = `/${operatorId}/studies`;
    expect((await asAdmin('POST', `${path}/smears`)).body).toMatchObject({ studies: ['smears'] });
    await asAdmin('POST', `${path}/smears`);
    await asAdmin('POST', `${path}/scans`);
    expect(await studies()).toEqual(['scans', 'smears']);
    await asAdmin('DELETE', `${path}/none`);
    expect(await operators.accountChanges(operatorId)).toEqual([
      'created',
      'study-assigned',
      'study-assigned',
    ]);
    expect((await as(token, 'POST', `${path}/other`)).status).toBe(403);
    const both = { roles: ['study-coordinator', 'site-admin'], siteId: 'north' };
    expect((await asAdmin('PUT', `/${operatorId}/roles`, both)).body).toMatchObject({
      studies: ['scans', 'smears'],
    });
    const audits = await asAdmin('PUT', `/${operatorId}/roles`, { roles: ['auditor'] });
    expect(audits.body).toMatchObject({ studies: [] });
  });

  it('ends the sessions of a person whose roles change, and shrinks the tokens', async () => {
    const { operatorId, token } = await operators.person('dora', 'study-coordinator');
    const browser = await operators.signIn('dora');
    expect((await operators.ask('GET', '/v1/me', browser)).status).toBe(200);
    await asAdmin('PUT', `/${operatorId}/roles`, { roles: ['auditor'] });
    expect((await operators.ask('GET', '/v1/me', browser)).status).toBe(401);
    const { rights } = (await operators.ask('GET', '/v1/me', token)).body;
    expect(rights).not.toContain('sites.approve');
    expect((await operators.ask('POST', '/v1/trust', token)).status).toBe(403);
  });

  it('lets no administrator shake its own passkeys off', async () => {
    const path = `/${admin.operatorId}/activation`;
    expect((await asAdmin('POST', path, { forgetPasskeys: true })).status).toBe(403);
    expect((await asAdmin('POST', path, {})).status).toBe(201);
  });

  it('ends with the passkeys of a person what a thief of them may have opened', async () => {
    const { operatorId, token } = await operators.person('eve', 'auditor');
    const browser = await operators.signIn('eve');
    await asAdmin('POST', `/${operatorId}/activation`, {});
    expect((await operators.ask('GET', '/v1/me', browser)).status).toBe(200);
    await asAdmin('POST', `/${operatorId}/activation`, { forgetPasskeys: true });
    expect((await operators.ask('GET', '/v1/me', browser)).status).toBe(401);
    expect((await operators.ask('GET', '/v1/me', token)).status).toBe(401);
  });

  it('closes no account through one that is closed or no administrator’s by then', async () => {
    const grants = operators.application.nest.get(OperatorGrants, { strict: false });
    const second = await operators.person('second', 'platform-admin');
    const third = await operators.person('third', 'platform-admin');
    await asAdmin('POST', `/${second.operatorId}/disable`);
    const by = parseOperatorId(second.operatorId);
    const of = parseOperatorId(third.operatorId);
    // What the guard let through an instant before.
    await expect(grants.close(by, of)).rejects.toMatchObject({ code: 'wrong-state' });
    const { operatorId } = await operators.person('frank', 'auditor');
    const change = grants.change(parseOperatorId(operatorId), of, { roles: ['auditor'] });
    await expect(change).rejects.toMatchObject({ code: 'not-permitted' });
    expect((await operators.ask('GET', '/v1/me', third.token)).status).toBe(200);
  });

  it('makes every secret of a closed account worthless', async () => {
    const { body } = await asAdmin('POST', '', { name: 'grace', roles: ['auditor'] });
    await asAdmin('POST', `/${String(body['operatorId'])}/disable`);
    const wish = { activation: body['activation'], password: PASSWORD };
    expect((await operators.ask('POST', '/v1/activations', {}, wish)).status).toBe(400);
  });
});
