/**
 * The matrix of roles and routes, found out by asking the running coordinator each route as each role, and held against the
 * table of docs/permissions.md. Whoever adds a route or moves a right changes that page too, and everybody sees it.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  OPERATOR_ROLES,
  parseSiteId,
  ROLE_RIGHTS,
  type OperatorRole,
} from '@consilium/shared/vocabulary';
import { AppModule } from './app.module.js';
import { CheckpointSigner } from './audit/checkpoint-signer.js';
import { loadOrCreateKeys } from './config/coordinator-keys.js';
import { loadConfig } from './config/load-config.js';
import { Database } from './database/database.js';
import { createAdministrator } from './operators/first-administrator.js';
import { startApplication, type RunningApplication } from './platform/application.js';
import { SystemClock } from './platform/clock.js';
import { rightsOf } from './platform/http/route.js';
import { RouteTable, type RouteEntry } from './platform/http/route-table.js';
import { StudyReach } from './platform/http/study-reach.js';
import { Log } from './platform/logging/log.js';

const PAGE = new URL('../../docs/permissions.md', import.meta.url);
const FRESH = join(tmpdir(), 'consilium-permissions.md');
const PASSWORD = 'correct horse battery';
const WITHIN = 'smears';
const BEYOND = 'scans';
const NOBODY = 'op-000000000000';

type Asker = 'anybody' | OperatorRole;
const ASKERS: readonly Asker[] = ['anybody', ...OPERATOR_ROLES];

/** Everything that an asker may do with a route, in a word. */
type Cell = 'yes' | 'own studies' | '';

describe('who may call which route', () => {
  const folder = mkdtempSync(join(tmpdir(), 'consilium-spec-'));
  let application: RunningApplication;
  let routes: readonly RouteEntry[];
  let matrix: ReadonlyMap<RouteEntry, readonly Cell[]>;
  const cookies = new Map<Asker, string>();

  beforeAll(async () => {
    const config = loadConfig({
      environment: {},
      flags: { dataFolder: folder, http: { port: 0 }, limits: { requestsPerMinute: 1_000_000 } },
    });
    const log = Log.to('silent');
    const keys = loadOrCreateKeys(config);
    application = await startApplication(AppModule.with({ config, keys, log }), { config, log });
    application.nest.get(StudyReach, { strict: false }).answerWith({
      creatorOf: () => Promise.resolve(undefined),
      membersOf: (studyId) => Promise.resolve(studyId === WITHIN ? [parseSiteId('north')] : []),
      studyIds: () => Promise.resolve([WITHIN, BEYOND]),
    });
    await makePeople();
    ({ routes } = application.nest.get(RouteTable, { strict: false }));
    matrix = await observe();
  });

  afterAll(async () => {
    await application.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  });

  async function post(path: string, body: object, headers: object): Promise<Response> {
    return fetch(application.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: application.url, ...headers },
      body: JSON.stringify(body),
    });
  }

  async function makePeople(): Promise<void> {
    const database = application.nest.get(Database, { strict: false });
    const account = { name: 'root', days: 1 };
    const { names } = application.nest.get(CheckpointSigner, { strict: false });
    const clock = new SystemClock();
    const { token } = await createAdministrator(database, clock, names, account);
    const authorization = { authorization: `Bearer ${token}` };
    for (const role of OPERATOR_ROLES) {
      const made = await post(
        '/v1/operators',
        {
          name: role,
          roles: [role],
          ...(role === 'site-admin' ? { siteId: 'north' } : {}),
          ...(role === 'auditor' || role === 'study-coordinator' ? { studies: [WITHIN] } : {}),
        },
        authorization,
      );
      const { activation } = (await made.json()) as { activation: string };
      await post('/v1/activations', { activation, password: PASSWORD }, {});
      await signIn(role);
    }
  }

  async function signIn(role: OperatorRole): Promise<void> {
    const { headers } = await post('/v1/login/password', { name: role, password: PASSWORD }, {});
    cookies.set(role, headers.getSetCookie()[0]?.split(';')[0] ?? '');
  }

  /** Sends nothing that could be taken: whoever is let in gets as far as a fault of the request. */
  async function isOpen(route: RouteEntry, asker: Asker, study: string): Promise<boolean> {
    const path = route.fullPath
      .replace(':studyId', study)
      .replace(':operatorId', NOBODY)
      .replaceAll(/:[A-Za-z]+/g, 'x');
    const cookie = cookies.get(asker);
    const { status } = await fetch(application.url + path, {
      method: route.method,
      headers: { origin: application.url, ...(cookie === undefined ? {} : { cookie }) },
      redirect: 'manual',
    });
    if (route.fullPath === '/v1/logout' && asker !== 'anybody') {
      await signIn(asker);
    }
    expect(status).not.toBe(429);
    const isClosed = route.permission !== 'public' && (status === 401 || status === 403);
    return !isClosed;
  }

  async function cellOf(route: RouteEntry, asker: Asker): Promise<Cell> {
    if (!(await isOpen(route, asker, WITHIN))) {
      return '';
    }
    const isOfStudy = route.fullPath.includes(':studyId');
    return isOfStudy && !(await isOpen(route, asker, BEYOND)) ? 'own studies' : 'yes';
  }

  function needOf({ permission }: RouteEntry): string {
    return typeof permission === 'string' ? permission : permission.join(' or ');
  }

  async function observe(): Promise<ReadonlyMap<RouteEntry, readonly Cell[]>> {
    const cells = new Map<RouteEntry, readonly Cell[]>();
    for (const route of routes) {
      const row = await Promise.all(ASKERS.map((asker) => cellOf(route, asker)));
      cells.set(route, row);
    }
    return cells;
  }

  it('is what docs/permissions.md says', () => {
    const rows = [...matrix]
      .map(([route, cells]) => [
        `\`${route.method} ${route.fullPath}\``,
        needOf(route),
        ...cells.map(String),
      ])
      .toSorted((a, b) => ((a[0] ?? '') < (b[0] ?? '') ? -1 : 1));
    const table = [['Route', 'Needs', ...ASKERS], ...rows];
    // Whoever means a change takes the table from there.
    writeFileSync(FRESH, table.map((row) => `| ${row.join(' | ')} |\n`).join(''));
    expect(tableOf(readFileSync(PAGE, 'utf8'))).toEqual(table);
  });

  it('is what the table of roles says', () => {
    for (const [route, cells] of matrix) {
      const wanted = rightsOf(route.permission);
      OPERATOR_ROLES.forEach((role, i) => {
        const holds = wanted.some((right) => ROLE_RIGHTS[role].rights.includes(right));
        const isExpected = wanted.length === 0 || holds;
        expect([route.name, role, cells[i + 1] !== '']).toEqual([route.name, role, isExpected]);
      });
    }
  });

  it('lets nobody in without an account but where the route says so', () => {
    const open = [...matrix].filter(([, [anybody]]) => anybody !== '').map(([route]) => route);
    expect(new Set(open.map(needOf))).toEqual(new Set(['public']));
    expect(open.map(({ method }) => method)).not.toContain('DELETE');
  });
});

/** The cells of the routes' table, however wide the columns are. */
function tableOf(page: string): string[][] {
  const block = /<!-- routes -->([^]*?)<!-- \/routes -->/.exec(page)?.[1] ?? '';
  return block
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|[\s|:-]+$/.test(line))
    .map((line) =>
      line
        .slice(1, line.lastIndexOf('|'))
        .split('|')
        .map((cell) => cell.trim()),
    );
}
