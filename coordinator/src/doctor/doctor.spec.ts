import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createAuthority } from '../../../tests/src/support/certificates.js';
import { BackupBench, TABLES, type Place } from '../backup/testing/backup-bench.js';
import type { CoordinatorConfig } from '../config/config-schema.js';
import { loadConfig } from '../config/load-config.js';
import { Database } from '../database/database.js';
import { testDatabases } from '../database/testing/test-databases.js';
import { addressChecks } from './address-checks.js';
import { checkLines, type Check } from './check.js';
import { databaseChecks } from './database-checks.js';
import { diagnose } from './diagnose.js';
import { keyCheck } from './key-checks.js';
import { checkLogEnd } from './log-end.js';
import { diskCheck, machineChecks, memoryCheck } from './machine-checks.js';
import { tlsChecks } from './tls-checks.js';

const DAY_MS = 86_400_000;

const resultsOf = (checks: readonly Check[]): readonly string[] =>
  checks.map(({ check, result }) => `${check} ${result}`);

const withSettings = (place: Place, more: object): CoordinatorConfig =>
  loadConfig({ environment: {}, flags: { dataFolder: place.config.dataFolder, ...more } });

describe.each(testDatabases)('the doctor of a coordinator on $name', (kind) => {
  const bench = new BackupBench(kind);

  it('finds what has run well, and looks at the tables only where they are of this version', async () => {
    const place = await bench.emptyPlace();
    const asked = { config: place.config, tables: TABLES, full: false, nowMs: Date.now };
    const fresh = await databaseChecks(asked);
    expect(resultsOf(fresh).at(-1)).toMatch(/database skipped|tables problem/);

    const { keys, audit } = await bench.coordinator(place);
    const nowMs = (): number => audit.clock.nowMs();
    const isSqlite = place.location.driver === 'sqlite';
    const checks = await databaseChecks({ ...asked, keys, ...(isSqlite ? { nowMs } : {}) });
    expect(resultsOf(checks)).toEqual([
      ...['database passed', 'tables passed', 'clock passed', 'log passed'],
    ]);
  });

  it('finds the entry of the log that was altered, also by its end alone', async () => {
    const coordinator = await bench.coordinator();
    await coordinator.appendLeaves(5);
    const { place, keys, audit } = coordinator;
    const database = await Database.open({ location: place.location, tables: TABLES });
    await database.transaction((tx) =>
      tx.rows.query(`UPDATE log_leaves SET leaf = replace(leaf, 'study-4', 'study-9')`),
    );
    const asked = { config: place.config, tables: TABLES, keys, nowMs: Date.now };
    const log = (await databaseChecks({ ...asked, full: true })).find(
      ({ check }) => check === 'log',
    );
    expect(log).toMatchObject({
      result: 'problem',
      says: expect.stringContaining('leaf 6') as string,
    });
    const { repository, signer } = audit;
    const input = { log: repository, key: signer.noteKey, remembered: undefined };
    const end = database.read((reader) => checkLogEnd(reader, input, 2));
    await expect(end).rejects.toMatchObject({ code: 'log-inconsistent', detail: { index: 6 } });
    await database.close();
  });
});

describe('the doctor of a coordinator', () => {
  const bench = new BackupBench({ name: 'sqlite' });

  it('says before the first start what that will make, and makes nothing', async () => {
    const { config } = await bench.emptyPlace();
    const checks = await diagnose(
      { ...config, http: { host: '127.0.0.1', port: 0 } },
      TABLES,
      false,
    );
    expect(resultsOf(checks)).toEqual([
      ...['settings passed', 'data folder passed', 'blobs skipped', 'disk passed', 'memory passed'],
      ...['keys skipped', 'database skipped', 'port passed', 'public address passed'],
      'TLS skipped',
    ]);
    expect(checkLines(checks)).toMatch(/^passed {3}settings {8}read[^]*\nskipped {2}keys /);
  });

  it('finds keys that are missing, exposed or of another log', async () => {
    const { place } = await bench.coordinator();
    const key = join(place.config.dataFolder, 'keys', 'log.key');
    chmodSync(key, 0o644);
    expect((await keyCheck(place.config)).check).toMatchObject({
      ...{ result: 'problem', says: expect.stringContaining('chmod 600') as string },
    });
    rmSync(key);
    expect((await keyCheck(place.config)).check.says).toContain('has no log.key');
    const { keys } = await keyCheck((await bench.coordinator()).place.config);
    const asked = { config: place.config, tables: TABLES, keys, full: false, nowMs: Date.now };
    const log = (await databaseChecks(asked)).find(({ check }) => check === 'log');
    expect(log).toMatchObject({ result: 'problem' });
  });

  it('finds a folder that others may look into, and too little disk and memory', async () => {
    const { place } = await bench.coordinator();
    chmodSync(place.config.dataFolder, 0o755);
    const [folder, blobs] = await machineChecks(place.config.dataFolder);
    expect(folder?.fix).toBe(`chmod 700 ${place.config.dataFolder}`);
    expect(blobs?.result).toBe('passed');
    expect(diskCheck('/data', 10).result).toBe('problem');
    expect(memoryCheck(512).result).toBe('problem');
  });

  it('tells a coordinator that runs from another program at its port', async () => {
    const place = await bench.emptyPlace();
    let body: object = { hello: 'world' };
    const server = createServer((_, response) => response.end(JSON.stringify(body)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const config = withSettings(place, { http: { host: '127.0.0.1', port } });
    expect(resultsOf(await addressChecks(config))).toContain('port problem');
    body = { challenge: Buffer.alloc(32).toString('base64'), expiresInMs: 1000 };
    expect((await addressChecks(config))[0]).toMatchObject({
      ...{ result: 'passed', says: `a coordinator is running at 127.0.0.1:${port}` },
    });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect((await addressChecks(config))[0]?.says).toBe(`127.0.0.1:${port} is free`);
  });

  it('finds a public address without TLS, or behind a proxy that is not named', async () => {
    const place = await bench.emptyPlace();
    const http = { host: '127.0.0.1', port: 0 };
    const open = withSettings(place, { http, publicUrl: 'http://192.0.2.1' });
    expect(resultsOf(await addressChecks(open))).toContain('public address problem');
    const behind = withSettings(place, { http, publicUrl: 'https://192.0.2.1' });
    expect(JSON.stringify(await addressChecks(behind))).toContain(
      'name its address in trustedProxies',
    );
    const unset = withSettings(place, { http: { host: '0.0.0.0', port: 0 } });
    expect(resultsOf(await addressChecks(unset))).toContain('public address problem');
  });

  it('finds a certificate that ends soon, is of another name, or has its chain in disorder', async () => {
    const place = await bench.emptyPlace();
    const folder = bench.folder();
    const authority = await createAuthority(folder, 'house');
    const { certificateFile, keyFile } = await authority.issue('c', 'IP:127.0.0.1', 30);
    const tls = { certificateFile, keyFile };
    const good = withSettings(place, { tls, publicUrl: 'https://127.0.0.1:7443' });
    const fine = ['TLS files passed', 'TLS expiry passed', 'TLS chain passed', 'TLS name passed'];
    expect(resultsOf(await tlsChecks(good, Date.now()))).toEqual(fine);
    expect(resultsOf(await tlsChecks(good, Date.now() + 20 * DAY_MS))).toContain(
      'TLS expiry problem',
    );
    const other = withSettings(place, { tls, publicUrl: 'https://c.example' });
    expect(resultsOf(await tlsChecks(other, Date.now()))).toContain('TLS name problem');
    const { certificateFile: stranger } = await authority.issue('d', 'IP:127.0.0.2', 30);
    const chain = join(folder, 'chain.pem');
    writeFileSync(chain, readFileSync(certificateFile, 'utf8') + readFileSync(stranger, 'utf8'));
    const disordered = withSettings(place, { tls: { certificateFile: chain, keyFile } });
    expect(resultsOf(await tlsChecks(disordered, Date.now()))).toContain('TLS chain problem');
    const wrong = withSettings(place, { tls: { certificateFile: stranger, keyFile } });
    expect(resultsOf(await tlsChecks(wrong, Date.now()))).toEqual(['TLS files problem']);
  });
});
