/** What a running coordinator shows to programs that watch: metrics, the dashboard that is drawn from them, and traces. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AppModule } from './app.module.js';
import { CheckpointSigner } from './audit/checkpoint-signer.js';
import { loadOrCreateKeys } from './config/coordinator-keys.js';
import { loadConfig } from './config/load-config.js';
import { LivingStudy } from './console/testing/living-study.js';
import { Database } from './database/database.js';
import { createAdministrator } from './operators/first-administrator.js';
import { startApplication, type RunningApplication } from './platform/application.js';
import { SystemClock } from './platform/clock.js';
import { Log } from './platform/logging/log.js';
import { StandInCollector } from './tracking/testing/stand-in-collector.js';

const DASHBOARD = new URL(
  '../../deploy/helm/coordinator/dashboards/consilium.json',
  import.meta.url,
);
const SITES = ['hillcrest', 'northgate', 'riverside', 'westbank'];
const ROUNDS = 1;
const TRAIN_MS = 10;

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
  readonly targets?: readonly { readonly expr: string }[];
}

describe('a coordinator that is watched', () => {
  const folder = mkdtempSync(join(tmpdir(), 'consilium-spec-'));
  let application: RunningApplication;
  let collector: StandInCollector;
  let token: string;

  beforeAll(async () => {
    collector = await StandInCollector.start();
    const tokenFile = join(folder, 'collector.token');
    writeFileSync(tokenFile, 'secret-of-the-collector\n', { mode: 0o600 });
    const config = loadConfig({
      environment: {},
      flags: {
        ...{ dataFolder: join(folder, 'data'), http: { port: 0 } },
        tracing: { endpoint: collector.endpoint, tokenFile },
      },
    });
    const log = Log.to('silent');
    const keys = loadOrCreateKeys(config);
    application = await startApplication(AppModule.with({ config, keys, log }), { config, log });
    const { nest } = application;
    const { names } = nest.get(CheckpointSigner, { strict: false });
    const database = nest.get(Database, { strict: false });
    const account = { name: 'root', days: 1 };
    ({ token } = await createAdministrator(database, new SystemClock(), names, account));
    const study = new LivingStudy(nest, TRAIN_MS);
    await study.prepare(ROUNDS);
    // Its sites answer until the database is closed; whatever ends them before is a failure.
    const living = study.live();
    living.catch(() => undefined);
    await Promise.race([living, counted()]);
  });

  afterAll(async () => {
    await application.close();
    await collector.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  });

  async function counted(): Promise<void> {
    while (!(await metrics()).includes(`consilium_round_duration_seconds_count ${ROUNDS}\n`)) {
      await delay(200);
    }
  }

  async function metrics(): Promise<string> {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${application.url}/metrics`, { headers })).text();
  }

  function panels(): readonly Panel[] {
    return (JSON.parse(readFileSync(DASHBOARD, 'utf8')) as { panels: readonly Panel[] }).panels;
  }

  it('counts what rounds took', async () => {
    const text = await metrics();
    expect(text).toContain(`consilium_attempts_ended_total{outcome="committed"} ${ROUNDS}\n`);
    expect(text).toContain('consilium_studies{phase="completed"} 1\n');
    expect(text).toContain('consilium_studies{phase="recruiting"} 1\n');
    expect(text).toMatch(/consilium_round_bytes_total [1-9]\d+\n/);
    expect(text).toContain(`consilium_attempt_phase_seconds_count{phase="collecting"} ${ROUNDS}\n`);
    expect(text).toContain(
      `consilium_site_outcomes_total{state="survivor"} ${ROUNDS * SITES.length}\n`,
    );
  });

  it('tells sites apart without naming them', async () => {
    const text = await metrics();
    expect(text.match(/consilium_site_connected\{site="[0-9a-f]{16}"\} 1\n/g)).toHaveLength(4);
    for (const site of SITES) {
      expect(text).not.toContain(site);
    }
  });

  it('has every metric of the dashboard', async () => {
    const names = new Set(
      [...(await metrics()).matchAll(/^# TYPE (\w+) (\w+)$/gm)].flatMap(([, name = '', kind]) =>
        kind === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
      ),
    );
    const drawn = panels().flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    const used = drawn.flatMap((expr) => expr.match(/\bconsilium_\w+/g) ?? []);
    expect(used.length).toBeGreaterThanOrEqual(drawn.length);
    expect(drawn.length).toBeGreaterThan(15);
    expect(used.filter((name) => !names.has(name))).toEqual([]);
  });

  it('has a dashboard whose panels lie beside each other', () => {
    const all = panels();
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    const cells = all.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(Math.max(...all.map(({ gridPos: { x, w } }) => x + w))).toBe(24);
  });

  it('sends a trace a round to the collector that is configured, and no name with it', async () => {
    // Queued spans leave after five seconds, or when the process ends.
    for (; collector.spans().length === 0;) {
      await delay(100);
    }
    const rounds = collector.spans().filter(({ name }) => name === 'round');
    expect(rounds.map(({ attributes }) => attributes)).toEqual([
      { 'consilium.study': 'smears', 'consilium.round': 1, 'consilium.attempts': 1 },
    ]);
    const trained = collector.spans().filter(({ name }) => name === 'site train');
    expect(trained).toHaveLength(ROUNDS * SITES.length);
    const bodies = collector.bodies.join('');
    for (const site of [...SITES, 'eosinophil', 'Blood']) {
      expect(bodies).not.toContain(site);
    }
    expect([...collector.authorizations]).toEqual(['Bearer secret-of-the-collector']);
  });
});
