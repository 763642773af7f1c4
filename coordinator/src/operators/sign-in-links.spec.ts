import { Database } from '../database/database.js';
import { FakeClock } from '../platform/testing/fake-clock.js';
import { makeSignInLink } from './sign-in-link.js';
import { OperatorsApplication, type Person } from './testing/operators-application.js';

const MINUTE = 60_000;

describe('signing in with a link of one use', () => {
  const clock = new FakeClock();
  let operators: OperatorsApplication;
  let ada: Person;

  beforeAll(async () => {
    operators = await OperatorsApplication.start({}, clock);
    ada = await operators.person('ada', 'study-coordinator');
  });

  afterAll(() => operators.close());

  async function newLink(name = 'ada'): Promise<string> {
    const database = operators.application.nest.get(Database);
    const { path } = await makeSignInLink(database, clock, name);
    const [page, link = ''] = path.split('#link=');
    expect(page).toBe('/login?back=/console/');
    return link;
  }

  const open = (link: string, headers = operators.browser()) =>
    operators.ask('POST', '/v1/login/link', headers, { link });

  it('opens a session of its person once, and is a leaf of the log', async () => {
    const link = await newLink();
    const { status, body, response } = await open(link);
    expect([status, body]).toEqual([200, { next: 'done' }]);
    const session = operators.browser(response);
    const me = await operators.ask('GET', '/v1/me', session);
    expect(me.body).toMatchObject({ operatorId: ada.operatorId, name: 'ada' });
    expect((await open(link)).status).toBe(401);
    const leaves = await operators.application.nest
      .get(Database)
      .read((reader) => reader.rows.query<{ leaf: string }[]>('SELECT * FROM log_leaves'));
    expect(JSON.stringify(leaves)).toContain('sign-in-link-made');
    expect(JSON.stringify(leaves)).not.toContain(link);
  });

  it('proves nothing to what wants a fresh proof', async () => {
    const session = operators.browser((await open(await newLink())).response);
    const { status, body } = await operators.ask('POST', '/v1/trust', session);
    expect(status).toBe(401);
    expect(body).toMatchObject({ evidence: { recentAuthentication: true } });
  });

  it('holds for ten minutes, the newest alone, and only on a page of this coordinator', async () => {
    const old = await newLink();
    const link = await newLink();
    expect((await open(old)).status).toBe(401);
    expect((await open(link, { origin: 'http://evil.example', cookie: '' })).status).toBe(403);
    clock.advance(10 * MINUTE + 1);
    expect((await open(link)).status).toBe(401);
    expect((await open('guessed')).status).toBe(401);
  });

  it('is made for open accounts alone', async () => {
    const bo = await operators.person('bo', 'auditor');
    const link = await newLink('bo');
    await operators.ask('POST', `/v1/operators/${bo.operatorId}/disable`, operators.admin.token);
    expect((await open(link)).status).toBe(401);
    await expect(newLink('bo')).rejects.toMatchObject({ code: 'wrong-state' });
    await expect(newLink('zoe')).rejects.toMatchObject({ code: 'not-found' });
  });
});
