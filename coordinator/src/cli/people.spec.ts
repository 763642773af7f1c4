import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OperatorsApplication } from '../operators/testing/operators-application.js';
import { run } from './run.js';

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const dataOf = (out: string): unknown => (JSON.parse(out) as { readonly data: unknown }).data;

describe('consilium, for people', () => {
  let folder: string;
  let operators: OperatorsApplication;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'consilium-spec-'));
    operators = await OperatorsApplication.start({ publicUrl: 'https://consilium.example' });
    fileOf('admin.token', operators.admin.token);
  });

  afterAll(async () => {
    await operators.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const at = (name: string): string => join(folder, name);

  function fileOf(name: string, text: string): string {
    writeFileSync(at(name), `${text}\n`);
    return at(name);
  }

  async function consilium(...args: readonly string[]): Promise<Outcome> {
    let out = '';
    let err = '';
    const code = await run(['--url', operators.application.url, ...args], {
      print: (text) => (out += text),
      say: (text) => (err += text),
    });
    return { code, out, err };
  }

  const asAdmin = (...args: readonly string[]): Promise<Outcome> =>
    consilium(...args, '--token-file', at('admin.token'));

  async function create(name: string, ...grant: readonly string[]): Promise<string> {
    const out = at(`${name}.activation`);
    const made = await asAdmin('operator', 'create', name, ...grant, '--out', out, '--json');
    return (dataOf(made.out) as { operatorId: string }).operatorId;
  }

  it('puts an activation secret into a file of its owner, and shows the rest', async () => {
    const id = await create('ada', '--role', 'auditor', '--study', 'smears', '--study', 'scans');
    const secret = readFileSync(at('ada.activation'), 'utf8').trim();
    expect(secret).toMatch(/^activate_/);
    expect(statSync(at('ada.activation')).mode & 0o777).toBe(0o600);
    const shown = await asAdmin('operator', 'show', id, '--json');
    expect(dataOf(shown.out)).toMatchObject({
      name: 'ada',
      roles: ['auditor'],
      studies: ['scans', 'smears'],
    });
    expect((await asAdmin('operator', 'list')).out).toContain('ada');
  });

  it('does not ask the coordinator for a secret that it cannot keep', async () => {
    const out = fileOf('taken', 'something else');
    const refused = await asAdmin('operator', 'create', 'bob', '--role', 'auditor', '--out', out);
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('exists') as string });
    expect((await asAdmin('operator', 'list')).out).not.toContain('bob');
    expect(readFileSync(out, 'utf8')).toBe('something else\n');
  });

  it('leaves no file behind when the coordinator refuses', async () => {
    const out = at('carol.activation');
    const args = ['operator', 'create', 'carol', '--role', 'site-admin', '--out', out];
    const { code, err } = await asAdmin(...args);
    expect([code, err]).toEqual([4, expect.stringContaining('siteId: expected')]);
    expect(() => statSync(out)).toThrow('ENOENT');
  });

  it('activates, changes roles, renews and closes accounts', async () => {
    const id = await create('dora', '--role', 'study-coordinator');
    const token = at('dora.token');
    const password = fileOf('dora.password', 'a password of dora');
    const login = await consilium(
      ...['login', '--activation-file', at('dora.activation'), '--password-file', password],
      ...['--right', 'studies.read', '--right', 'sites.approve', '--out', token],
    );
    expect(login.code).toBe(0);
    const asDora = (...args: readonly string[]): Promise<Outcome> =>
      consilium(...args, '--token-file', token, '--json');
    expect(dataOf((await asDora('whoami')).out)).toMatchObject({
      name: 'dora',
      rights: ['sites.approve', 'studies.read'],
    });
    const roles = ['--role', 'study-coordinator', '--role', 'site-admin', '--site', 'north'];
    const changed = await asAdmin('operator', 'roles', id, ...roles, '--json');
    expect(dataOf(changed.out)).toMatchObject({
      roles: ['study-coordinator', 'site-admin'],
      siteId: 'north',
    });
    const renewed = await asAdmin('operator', 'renew', id, '--out', at('dora.renewed'));
    expect(renewed.code).toBe(0);
    const unasked = await asAdmin('operator', 'disable', id);
    expect([unasked.code, unasked.err]).toEqual([4, expect.stringContaining('Add --yes')]);
    expect((await asDora('whoami')).code).toBe(0);
    expect((await asAdmin('operator', 'disable', id, '--yes')).code).toBe(0);
    expect((await asDora('whoami')).code).toBe(2);
  });

  it.each([
    [
      'an unknown role',
      ['operator', 'create', 'x', '--role', 'king', '--out', 'x'],
      'no such role',
    ],
    ['no role', ['operator', 'create', 'x', '--out', 'x'], "'--role <role>' not specified"],
    ['an unknown right', ['token', 'create', '--right', 'all', '--out', 'x'], 'no such right'],
    ['no days', ['token', 'create', '--days', 'ten', '--out', 'x'], '--days: expected 1 to 366'],
    [
      'a link for nobody',
      ['operator', 'link', 'op-0', '--out', 'x'],
      'operator id: expected "op-"',
    ],
    ['a link to nothing', ['operator', 'link', 'op-000000000000'], 'name a file with --out'],
  ])('says what is wrong with %s', async (_, args, words) => {
    const { code, err } = await asAdmin(...args);
    expect([code, err]).toEqual([4, expect.stringContaining(words)]);
  });
});
