import { parseOperatorId, parseSiteId } from '@consilium/shared/vocabulary';
import type { SiteReport } from '@consilium/shared/protocol';
import type { SiteView } from '@consilium/shared/answers';
import { auditTables } from '../audit/audit-tables.js';
import { testDatabases, TestDatabases } from '../database/testing/test-databases.js';
import { Log } from '../platform/logging/log.js';
import { StudyReach } from '../platform/http/study-reach.js';
import { FakeClock } from '../platform/testing/fake-clock.js';
import {
  startTestApplication,
  type TestApplication,
} from '../platform/testing/test-application.js';
import { testOperator } from '../platform/testing/test-operator.js';
import { LiveSites } from './live-sites.js';
import { SiteAttendance } from './site-attendance.service.js';
import { SiteReports } from './site-reports.service.js';
import { SiteStatesRepository } from './site-states.repository.js';
import { siteTables } from './site-tables.js';
import { SitesModule } from './sites.module.js';
import { SitesService } from './sites.service.js';
import { enrolmentOf, testSite } from './testing/test-site.js';

const HOUR = 3_600_000;
const NORTHGATE = parseSiteId('northgate');
const WESTBANK = parseSiteId('westbank');

const REPORT: SiteReport = {
  v: 1,
  engine: { backend: 'onnxruntime', version: '1.22.0', device: 'processor' },
  paused: false,
  studies: [
    {
      studyId: 'smears' as SiteReport['studies'][number]['studyId'],
      standing: 'joined',
      dataSet: { state: 'usable', checkedAtMs: 1, used: 412 },
    },
    {
      studyId: 'scans' as SiteReport['studies'][number]['studyId'],
      standing: 'declined',
      refusal: 'too-few-sites',
      dataSet: { state: 'none' },
    },
  ],
};

describe.each(testDatabases)('the attendance of sites on $name', (kind) => {
  const databases = new TestDatabases(kind);

  async function open() {
    const database = await databases.open([auditTables, siteTables]);
    const clock = new FakeClock(Date.UTC(2026, 10, 27, 22));
    const live = new LiveSites();
    const states = new SiteStatesRepository();
    const start = (): SiteAttendance => {
      const made = new SiteAttendance(database, states, live, clock, Log.to('silent'));
      made.onApplicationBootstrap();
      return made;
    };
    const attendance = start();
    const read = async (...ids: readonly (typeof NORTHGATE)[]) =>
      database.read((reader) => states.states(reader, ids, 0));
    const connect = (siteId: typeof NORTHGATE): void => {
      live.connected(siteId, { sinceMs: clock.nowMs(), agentVersion: '0.9.1' });
    };
    return { database, clock, live, states, attendance, start, read, connect };
  }

  it('is the time between coming and going, cut by days, and when a site was seen last', async () => {
    const { clock, live, attendance, read, connect } = await open();
    connect(NORTHGATE);
    clock.advance(3 * HOUR);
    live.disconnected(NORTHGATE);
    clock.advance(HOUR);
    await attendance.write();
    const states = await read(NORTHGATE, WESTBANK);
    expect(states.get(NORTHGATE)).toEqual({
      lastSeenMs: Date.UTC(2026, 10, 28, 1),
      agentVersion: '0.9.1',
      days: [
        { dayMs: Date.UTC(2026, 10, 27), connectedMs: 2 * HOUR },
        { dayMs: Date.UTC(2026, 10, 28), connectedMs: HOUR },
      ],
    });
    expect(states.get(WESTBANK)).toEqual({ days: [] });
  });

  it('is in the rows while a site stays, so that a crash costs a minute, and nothing is counted twice', async () => {
    const { clock, attendance, start, read, connect } = await open();
    connect(NORTHGATE);
    clock.advance(HOUR);
    await attendance.write();
    await attendance.write();
    expect((await read(NORTHGATE)).get(NORTHGATE)?.days).toMatchObject([{ connectedMs: HOUR }]);
    expect(attendance.unwritten(NORTHGATE)).toMatchObject({ toMs: clock.nowMs() });
    // What the process had not written is lost with it; what it had is not.
    clock.advance(30_000);
    start();
    expect((await read(NORTHGATE)).get(NORTHGATE)?.days).toMatchObject([{ connectedMs: HOUR }]);
  });

  it('goes on over a newer socket of the same site', async () => {
    const { clock, live, attendance, read, connect } = await open();
    connect(NORTHGATE);
    clock.advance(HOUR);
    connect(NORTHGATE);
    clock.advance(HOUR / 2);
    live.disconnected(NORTHGATE);
    await attendance.beforeApplicationShutdown();
    expect((await read(NORTHGATE)).get(NORTHGATE)?.days).toMatchObject([
      { connectedMs: 1.5 * HOUR },
    ]);
  });

  it('keeps the days of a window and forgets older ones', async () => {
    const { clock, live, attendance, read, connect } = await open();
    connect(NORTHGATE);
    clock.advance(HOUR);
    live.disconnected(NORTHGATE);
    await attendance.write();
    clock.advance(8 * 24 * HOUR);
    connect(WESTBANK);
    clock.advance(HOUR);
    await attendance.write();
    const states = await read(NORTHGATE, WESTBANK);
    expect(states.get(NORTHGATE)?.days).toEqual([]);
    expect(states.get(NORTHGATE)?.lastSeenMs).toBe(Date.UTC(2026, 10, 27, 23));
    expect(states.get(WESTBANK)?.days).toMatchObject([{ connectedMs: HOUR }]);
  });

  it('takes the newest report of a site', async () => {
    const { database, live, states, clock, read } = await open();
    const reports = new SiteReports(database, states, live, clock);
    await reports.take(NORTHGATE, REPORT);
    const newer: SiteReport = { v: 1, paused: true, studies: [] };
    await reports.take(NORTHGATE, newer);
    expect((await read(NORTHGATE)).get(NORTHGATE)?.report).toEqual({
      ...newer,
      atMs: clock.nowMs(),
    });
  });
});

describe('what people are shown of how sites are', () => {
  let application: TestApplication;

  beforeAll(async () => {
    const clock = new FakeClock();
    const parts = { imports: [SitesModule], tables: [auditTables, siteTables], clock };
    application = await startTestApplication(parts);
    const sites = application.nest.get(SitesService);
    const inviter = parseOperatorId('op-000000000001');
    const northgate = testSite('northgate');
    const { invite } = await sites.createInvite(northgate.siteId, inviter);
    await sites.enrol(enrolmentOf(northgate, invite));
    await sites.createInvite(parseSiteId('eastend'), inviter);
    await sites.createInvite(parseSiteId('eastend'), inviter);
    application.nest.get(StudyReach, { strict: false }).answerWith({
      creatorOf: () => Promise.resolve(undefined),
      membersOf: () => Promise.resolve([NORTHGATE]),
      studyIds: () => Promise.resolve(['smears', 'scans']),
    });
    await application.nest.get(SiteReports).take(NORTHGATE, REPORT);
    application.actors.set('auditor', testOperator({ roles: ['auditor'], studies: ['smears'] }));
    application.actors.set('keeper', testOperator({ roles: ['platform-admin'], studies: [] }));
    application.nest
      .get(LiveSites)
      .connected(NORTHGATE, { sinceMs: clock.nowMs(), agentVersion: '0.9.1' });
    clock.advance(HOUR);
  });

  afterAll(() => application.close());

  async function ask<T>(token: string, path: string): Promise<T> {
    const headers = { authorization: `Bearer ${token}` };
    return (await (await fetch(`${application.url}/v1/${path}`, { headers })).json()) as T;
  }

  it('is the connection, the version, and the report cut down to the studies that the person reads', async () => {
    const shown = await ask<SiteView>('auditor', 'sites/northgate');
    expect(shown).toMatchObject({ status: 'pending', connected: true, agentVersion: '0.9.1' });
    expect(shown.lastSeenMs).toBe((shown.connectedSinceMs ?? 0) + HOUR);
    expect(shown.report?.studies.map(({ studyId }) => studyId)).toEqual(['smears']);
    expect(shown.report?.engine).toEqual(REPORT.engine);
    // A site that is not let in has no uptime.
    expect(shown.uptime).toBeUndefined();
    const [kept] = await ask<SiteView[]>('keeper', 'sites');
    expect(kept?.report).toMatchObject({ studies: [], engine: REPORT.engine });
  });

  it('is of invites the newest of each site that has claimed none, without its secret', async () => {
    const invites = await ask<Readonly<Record<string, unknown>>[]>(application.token, 'invites');
    expect(invites.map((invite) => Object.keys(invite).sort())).toEqual([
      ['expiresAtMs', 'invitedBy', 'siteId'],
    ]);
    expect(invites[0]).toMatchObject({ siteId: 'eastend' });
  });
});
