import { parseOperatorId, parseSiteId } from '@consilium/shared/vocabulary';
import { auditTables } from '../audit/audit-tables.js';
import type { OperatorActor } from '../platform/http/actor.js';
import { StudyReach } from '../platform/http/study-reach.js';
import {
  startTestApplication,
  type TestApplication,
} from '../platform/testing/test-application.js';
import { testOperator } from '../platform/testing/test-operator.js';
import { siteTables } from './site-tables.js';
import { SitesModule } from './sites.module.js';
import { SitesService } from './sites.service.js';
import { enrolmentOf, testSite } from './testing/test-site.js';

const NAMES = ['eastend', 'northgate', 'southside', 'westbank'] as const;

describe('the sites that a person is shown', () => {
  let application: TestApplication;

  beforeAll(async () => {
    application = await startTestApplication({
      imports: [SitesModule],
      tables: [auditTables, siteTables],
    });
    const sites = application.nest.get(SitesService);
    for (const name of NAMES) {
      const site = testSite(name);
      const { invite } = await sites.createInvite(site.siteId, parseOperatorId('op-000000000001'));
      await sites.enrol(enrolmentOf(site, invite));
    }
    application.nest.get(StudyReach, { strict: false }).answerWith({
      creatorOf: () => Promise.resolve(undefined),
      membersOf: (studyId) =>
        Promise.resolve(
          (studyId === 'smears' ? ['eastend', 'northgate'] : ['southside']).map(parseSiteId),
        ),
      studyIds: () => Promise.resolve(['smears', 'scans']),
    });
  });

  afterAll(() => application.close());

  async function ask(changes: Partial<OperatorActor>, path = 'sites'): Promise<Response> {
    application.actors.set('somebody', testOperator({ studies: [], ...changes }));
    return fetch(`${application.url}/v1/${path}`, {
      headers: { authorization: 'Bearer somebody' },
    });
  }

  async function shown(changes: Partial<OperatorActor>): Promise<string[]> {
    const sites = (await (await ask(changes)).json()) as { siteId: string }[];
    return sites.map(({ siteId }) => siteId);
  }

  it('are all for whoever lets sites in, and those of the studies within reach for the others', async () => {
    expect(await shown({ roles: ['study-coordinator'] })).toEqual(NAMES);
    expect(await shown({ roles: ['platform-admin'] })).toEqual(NAMES);
    expect(await shown({ roles: ['auditor'] })).toEqual([]);
    expect(await shown({ roles: ['auditor'], studies: ['scans'] })).toEqual(['southside']);
    const ofSite = { roles: ['site-admin'] } as const;
    expect(await shown({ ...ofSite, siteId: parseSiteId('eastend') })).toEqual([
      'eastend',
      'northgate',
    ]);
    expect(await shown({ ...ofSite, siteId: parseSiteId('westbank') })).toEqual(['westbank']);
  });

  it('are asked one by one with the same answer for those out of sight and those that are not', async () => {
    const auditor = { roles: ['auditor'], studies: ['scans'] } as const;
    expect((await ask(auditor, 'sites/southside')).status).toBe(200);
    const hidden = await ask(auditor, 'sites/eastend');
    const missing = await ask(auditor, 'sites/nowhere');
    expect([hidden.status, missing.status]).toEqual([404, 404]);
    const details = [hidden, missing].map(async (answer) =>
      String(((await answer.json()) as { detail: unknown }).detail),
    );
    expect((await Promise.all(details)).map((text) => text.replace(/\w+$/, ''))).toEqual([
      'no site is called ',
      'no site is called ',
    ]);
  });
});
