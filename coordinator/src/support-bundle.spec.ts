/** The health of a whole coordinator, and that what may leave the house holds nothing that somebody typed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Type } from '@nestjs/common';
import { healthViewSchema, logCheckSchema, supportBundleSchema } from '@consilium/shared/answers';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { AppModule } from './app.module.js';
import { CheckpointSigner } from './audit/checkpoint-signer.js';
import { LeafEntity } from './audit/leaf.entity.js';
import { loadOrCreateKeys } from './config/coordinator-keys.js';
import { loadConfig } from './config/load-config.js';
import { Database } from './database/database.js';
import { createAdministrator } from './operators/first-administrator.js';
import { startApplication, type RunningApplication } from './platform/application.js';
import { SystemClock } from './platform/clock.js';
import { JobRepository } from './platform/jobs/job.repository.js';
import { Log } from './platform/logging/log.js';

/** What must not get out, planted wherever somebody could have put it. */
const PLANTED = {
  person: 'erika.mustermann',
  patient: 'PATIENT-Gabler-1962',
  study: 'charite-lymphoma-study',
  site: 'st-marien-hospital',
  label: 'token-of-erikas-laptop',
  secret: 'hunter2-very-secret-value',
  host: 'consilium.st-marien.example',
  path: '/srv/radiology/gabler',
};

describe('the health of a coordinator', () => {
  const folder = mkdtempSync(join(tmpdir(), 'consilium-kept-by-mustermann-'));
  let application: RunningApplication;
  let token: string;
  const log = Log.to('silent');

  beforeAll(async () => {
    const config = loadConfig({
      environment: {
        CONSILIUM_COORDINATOR_PUBLIC_URL: `https://${PLANTED.host}`,
        CONSILIUM_COORDINATOR_LOG_ORIGIN: `${PLANTED.host}/log`,
      },
      flags: { dataFolder: folder, http: { port: 0 }, trustedProxies: ['10.77.0.0/16'] },
    });
    const keys = loadOrCreateKeys(config);
    application = await startApplication(AppModule.with({ config, keys, log }), { config, log });
    const { names } = get(CheckpointSigner);
    const account = { name: 'root', days: 1 };
    ({ token } = await createAdministrator(get(Database), new SystemClock(), names, account));
    await plant();
  });

  afterAll(async () => {
    await application.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  });

  function get<T>(type: { readonly prototype: T }): T {
    return application.nest.get<T>(type as Type<T>, { strict: false });
  }

  function ask(path: string, method = 'GET', body?: object): Promise<Response> {
    return fetch(application.url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  async function plant(): Promise<void> {
    const made = await ask('/v1/operators', 'POST', {
      name: PLANTED.person,
      roles: ['auditor'],
      studies: [PLANTED.study],
    });
    const { activation } = (await made.json()) as { readonly activation: string };
    await ask('/v1/activations', 'POST', { activation, token: { label: PLANTED.label } });
    await get(Database).transaction((tx) =>
      get(JobRepository).enqueue(tx, {
        kind: `export-${PLANTED.study}`,
        payload: { site: PLANTED.site, secret: PLANTED.secret },
        dueAtMs: Date.now() + 3_600_000,
      }),
    );
    log.warn(`${PLANTED.patient} has no pictures`, { site: PLANTED.site });
    log.error(
      `cannot read ${PLANTED.path}`,
      new ConsiliumError('disk-full', `${PLANTED.secret} of ${PLANTED.person}`, {
        detail: { path: PLANTED.path },
        cause: Object.assign(new Error(PLANTED.secret), { code: PLANTED.secret }),
      }),
    );
    const foreign = Object.assign(new Error(PLANTED.patient), { code: PLANTED.secret });
    foreign.stack = `Error: ${PLANTED.patient}\n    at read (${PLANTED.path}/${PLANTED.patient}.js:1:1)`;
    log.error('what another program threw', foreign);
  }

  it('is shown to whoever keeps it: services, queue, database, disk, delays, versions', async () => {
    const answer = await ask('/v1/health');
    expect(answer.status).toBe(200);
    const view = healthViewSchema.parse(await answer.json());
    expect(view).toMatchObject({
      ready: true,
      services: { database: true, log: true },
      versions: { software: '0.1.0', node: process.versions.node, protocol: 1 },
      queue: { waiting: 1, running: 0, failed: 0, lateTimers: 0, owed: 0 },
      database: { driver: 'sqlite' },
    });
    expect(view.database.migration).toMatch(/\d{13}$/);
    expect(view.database.bytes).toBeGreaterThan(50_000);
    expect(view.disk.totalBytes).toBeGreaterThan(view.disk.freeBytes);
    expect(view.eventLoop.maxMs).toBeGreaterThanOrEqual(view.eventLoop.medianMs);
    expect(view.log.leaves).toBeGreaterThan(3);
  });

  it('has the last problems, each with its code and its place in the sources', async () => {
    const { problems } = healthViewSchema.parse(await (await ask('/v1/health')).json());
    expect(problems.map(({ level, code }) => [level, code])).toEqual([
      ['error', 'internal'],
      ['error', 'disk-full'],
      ['warn', undefined],
    ]);
    expect(problems[1]?.where[0]).toMatch(/^support-bundle\.spec\.ts:\d+$/);
    expect(problems[1]?.message).toContain(PLANTED.path);
  });

  it('gives a bundle without a name, a secret or a word that somebody typed', async () => {
    await ask('/v1/health/log-check', 'POST');
    const answer = await ask('/v1/health/support-bundle');
    expect(answer.headers.get('content-disposition')).toMatch(/attachment.*\.json/);
    const text = await answer.text();
    const bundle = supportBundleSchema.parse(JSON.parse(text));
    const known = [
      ...Object.values(PLANTED),
      ...[token, folder, 'mustermann', 'Gabler', 'marien', '10.77', '127.0.0.1', 'root'],
      ...[hostname(), process.env['HOME'] ?? '/root', process.cwd()],
    ];
    for (const planted of known) {
      expect([planted, text.toLowerCase().includes(planted.toLowerCase())]).toEqual([
        planted,
        false,
      ]);
    }
    expect(userInfo().username === 'root' || !text.includes(userInfo().username)).toBe(true);
    expect(text).not.toMatch(/consilium_[\w-]{20}|activate_|[0-9a-f]{32}|[A-Za-z0-9+/]{43}=/);
    expect(bundle.rows).toMatchObject({ operators: 2, operator_tokens: 2, jobs: 1 });
    expect(bundle.settings).toMatchObject({
      publicUrl: 'set',
      trustedProxies: 'set',
      'http.port': 0,
      'limits.requestsPerMinute': 1200,
    });
    expect(bundle.problems.map(({ code }) => code)).toEqual(['internal', 'disk-full', undefined]);
    expect(bundle.log.check).toMatchObject({ leaves: bundle.log.leaves });
  });

  it('checks the log again when asked, and says which code is wrong with it', async () => {
    const check = async () =>
      logCheckSchema.parse(await (await ask('/v1/health/log-check', 'POST')).json());
    const good = await check();
    expect(good).not.toHaveProperty('code');
    expect(good.leaves).toBeGreaterThan(3);
    const altered = { leafIndex: 2 };
    const rows = get(Database);
    const before = await rows.read((reader) => reader.rows.findOneBy(LeafEntity, altered));
    const leaf = (before?.leaf ?? '').replace('"atMs":1', '"atMs":2');
    await rows.transaction((tx) => tx.rows.update(LeafEntity, altered, { leaf }));
    expect(await check()).toMatchObject({
      code: 'log-inconsistent',
      message: 'leaf 2 does not have the hash beside it',
    });
    const { log: shown } = healthViewSchema.parse(await (await ask('/v1/health')).json());
    expect(shown.check?.code).toBe('log-inconsistent');
    const text = await (await ask('/v1/health/support-bundle')).text();
    expect(supportBundleSchema.parse(JSON.parse(text)).log.check?.code).toBe('log-inconsistent');
    await rows.transaction((tx) =>
      tx.rows.update(LeafEntity, altered, { leaf: before?.leaf ?? '' }),
    );
    expect(await check()).not.toHaveProperty('code');
  });
});
