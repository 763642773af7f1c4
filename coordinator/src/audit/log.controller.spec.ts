import { Module, type DynamicModule } from '@nestjs/common';
import { entriesSchema, provenEntrySchema, type Entries } from '@consilium/shared/answers';
import { fromBase64, utf8 } from '@consilium/shared/encoding';
import { parseCheckpoint, verifyInclusion } from '@consilium/shared/log';
import { parseStudyId } from '@consilium/shared/vocabulary';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigModule } from '../config/config.module.js';
import { loadOrCreateKeys } from '../config/coordinator-keys.js';
import { loadConfig } from '../config/load-config.js';
import { Database } from '../database/database.js';
import { DatabaseModule } from '../database/database.module.js';
import { startApplication, type RunningApplication } from '../platform/application.js';
import { Log } from '../platform/logging/log.js';
import { platformTables } from '../platform/platform-tables.js';
import { PlatformModule } from '../platform/platform.module.js';
import type { OperatorActor } from '../platform/http/actor.js';
import {
  TEST_TOKEN,
  testActors,
  testOperator,
  TestOperators,
} from '../platform/testing/test-operator.js';
import { auditTables } from './audit-tables.js';
import { AuditModule } from './audit.module.js';
import { AuditService } from './audit.service.js';
import { Sequencer } from './sequencer.js';

@Module({})
class LogApplication {}

describe('the HTTP interface of the log', () => {
  const log = Log.to('silent');
  let folder: string;
  let application: RunningApplication;

  const actors = testActors();

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'consilium-spec-'));
    const config = loadConfig({
      environment: {},
      flags: { dataFolder: folder, http: { port: 0 } },
    });
    const root: DynamicModule = {
      module: LogApplication,
      imports: [
        ConfigModule.with(config, loadOrCreateKeys(config)),
        DatabaseModule.with([platformTables, auditTables]),
        PlatformModule.with(log),
        TestOperators.with(actors),
        AuditModule,
      ],
    };
    application = await startApplication(root, { config, log });
  });

  afterAll(async () => {
    await application.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  });

  const get = (path: string, token = TEST_TOKEN): Promise<Response> =>
    fetch(`${application.url}${path}`, { headers: { authorization: `Bearer ${token}` } });

  it('gives the newest checkpoint as text', async () => {
    const answer = await get('/v1/log/checkpoint');
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await answer.text()).toMatch(/^consilium\.local\/log\n2\n/);
  });

  it('gives leaves and proofs', async () => {
    const { leaves } = (await (await get('/v1/log/leaves?start=1')).json()) as {
      leaves: unknown[];
    };
    expect(leaves).toEqual([
      { index: 1, leaf: expect.stringContaining('software.version') as string },
    ]);
    const inclusion = (await (
      await get('/v1/log/proofs/inclusion?index=0&size=2')
    ).json()) as object;
    expect(inclusion).toEqual({ proof: [expect.any(String)] });
    const consistency = (await (
      await get('/v1/log/proofs/consistency?old=1&new=2')
    ).json()) as object;
    expect(consistency).toEqual({ proof: [expect.any(String)] });
  });

  it('gives the leaves of no study, and of studies only those that the person reaches', async () => {
    const database = application.nest.get(Database, { strict: false });
    const audit = application.nest.get(AuditService, { strict: false });
    for (const name of ['smears', 'scans']) {
      const leaf = { type: 'access.export', studyId: parseStudyId(name), what: 'bundle' } as const;
      await database.transaction((tx) => audit.append(tx, leaf));
    }
    await application.nest.get(Sequencer, { strict: false }).signNow();
    const shown = async (changes: Partial<OperatorActor>): Promise<unknown> => {
      actors.set('somebody', testOperator({ studies: [], ...changes }));
      const answer = await get('/v1/log/leaves?start=1', 'somebody');
      const { leaves, next } = (await answer.json()) as {
        leaves: { index: number }[];
        next: number;
      };
      return [leaves.map(({ index }) => index), next];
    };
    expect(await shown({ roles: ['platform-admin'] })).toEqual([[1, 2, 3], 4]);
    expect(await shown({ roles: ['auditor'], studies: ['scans'] })).toEqual([[1, 3], 4]);
    expect(await shown({ roles: ['study-coordinator'] })).toEqual([[1], 4]);
  });

  it('finds entries for the people who reach them, page by page, and proves each', async () => {
    actors.set('auditor', testOperator({ roles: ['auditor'], studies: ['scans'] }));
    const find = async (query: string): Promise<Entries> =>
      entriesSchema.parse(await (await get(`/v1/log/entries?${query}`, 'auditor')).json());
    const first = await find('count=2');
    expect([first.entries.map(({ index }) => index), first.older]).toEqual([[3, 1], 1]);
    expect((await find('before=1')).entries.map(({ index }) => index)).toEqual([0]);
    expect(await find('study=scans&kind=access.export')).toMatchObject({ entries: [{ index: 3 }] });
    expect(await find('study=smears')).toEqual({ entries: [] });
    const proven = provenEntrySchema.parse(
      await (await get('/v1/log/entries/3', 'auditor')).json(),
    );
    const { size, root } = parseCheckpoint(
      proven.checkpoint.slice(0, proven.checkpoint.indexOf('\n\n') + 1),
    );
    verifyInclusion({
      leaf: utf8(proven.leaf),
      index: 3,
      size,
      root,
      proof: proven.inclusion.map(fromBase64),
    });
    expect((await get('/v1/log/entries/2', 'auditor')).status).toBe(404);
    expect((await get('/v1/log/entries/99', 'auditor')).status).toBe(404);
  });

  it.each([
    '/v1/log/leaves?start=-1',
    '/v1/log/leaves?count=257',
    '/v1/log/leaves?from=1',
    '/v1/log/entries?round=0',
    '/v1/log/entries?study=NOT',
    '/v1/log/entries/first',
    '/v1/log/proofs/inclusion?index=2&size=2',
  ])('refuses %s as a bad request', async (path) => {
    const answer = await get(path);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(await answer.json()).toMatchObject({ code: 'bad-request', status: 400 });
  });

  it('is closed to whoever is no operator', async () => {
    const answer = await get('/v1/log/leaves', 'x'.repeat(64));
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ code: 'unauthenticated' });
  });
});
