import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OperatorsApplication } from '../operators/testing/operators-application.js';
import { run } from './run.js';

describe('consilium operator assign and unassign', () => {
  let folder: string;
  let operators: OperatorsApplication;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'consilium-spec-'));
    operators = await OperatorsApplication.start();
    writeFileSync(join(folder, 'token'), `${operators.admin.token}\n`);
  });

  afterAll(async () => {
    await operators.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function asAdmin(...args: readonly string[]) {
    let out = '';
    let err = '';
    const shared = ['--url', operators.application.url, '--token-file', join(folder, 'token')];
    const code = await run(['operator', ...args, ...shared], {
      print: (text) => (out += text),
      say: (text) => (err += text),
    });
    return { code, out, err };
  }

  async function studiesOf(id: string): Promise<unknown> {
    const { body } = await operators.ask('GET', `/v1/operators/${id}`, operators.admin.token);
    return body['studies'];
  }

  it('let a person reach a study, and no longer', async () => {
    const { operatorId: id } = await operators.person('ada', 'study-coordinator');
    const assigned = await asAdmin('assign', id, 'smears');
    expect([assigned.code, assigned.out]).toEqual([0, expect.stringContaining('smears')]);
    await asAdmin('assign', id, 'scans');
    expect(await studiesOf(id)).toEqual(['scans', 'smears']);
    const taken = await asAdmin('unassign', id, 'smears');
    expect([taken.code, taken.out]).toEqual([0, expect.not.stringContaining('smears')]);
    expect(await studiesOf(id)).toEqual(['scans']);
  });

  it('do not come undone by a change of roles that says nothing of studies', async () => {
    const { operatorId: id } = await operators.person('bob', 'study-coordinator');
    await asAdmin('assign', id, 'smears');
    const more = ['--role', 'study-coordinator', '--role', 'site-admin', '--site', 'north'];
    expect((await asAdmin('roles', id, ...more)).code).toBe(0);
    expect(await studiesOf(id)).toEqual(['smears']);
    await asAdmin('roles', id, '--role', 'study-coordinator', '--study', 'scans');
    expect(await studiesOf(id)).toEqual(['scans']);
  });

  it('say what is wrong before anything is asked', async () => {
    const { code, err } = await asAdmin('assign', 'op-0', 'smears');
    expect([code, err]).toEqual([4, expect.stringContaining('operator id: expected "op-"')]);
    const other = await asAdmin('assign', 'op-000000000000', 'Smears');
    expect([other.code, other.err]).toEqual([4, expect.stringContaining('study id')]);
    const { operatorId: id } = await operators.person('carol', 'site-admin', { siteId: 'north' });
    const refused = await asAdmin('assign', id, 'smears');
    expect(refused.code).not.toBe(0);
    expect(refused.err).toContain('only auditors and study coordinators');
  });
});
