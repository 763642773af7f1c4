import { Controller } from '@nestjs/common';
import { parseOperatorId, parseSiteId, type OperatorRole } from '@consilium/shared/vocabulary';
import { z } from 'zod';
import { startTestApplication, type TestApplication } from '../testing/test-application.js';
import { testOperator } from '../testing/test-operator.js';
import type { OperatorActor } from './actor.js';
import { Route } from './route.js';
import { StudyReach } from './study-reach.js';

const params = z.strictObject({ studyId: z.string() });

@Controller('v1/studies/:studyId')
class StudyController {
  @Route({
    method: 'GET',
    path: 'rounds',
    permission: 'rounds.read',
    summary: 'Reads.',
    params,
    response: z.object({}),
  })
  read(): object {
    return {};
  }

  @Route({
    method: 'POST',
    path: 'start',
    permission: ['studies.start', 'sites.revoke'],
    summary: 'Starts.',
    params,
    response: z.object({}),
  })
  start(): object {
    return {};
  }
}

@Controller('v1/operators')
class SensitiveController {
  @Route({
    method: 'POST',
    path: '',
    permission: 'operators.manage',
    summary: 'Changes who is trusted.',
    response: z.object({}),
  })
  change(): object {
    return {};
  }

  @Route({
    method: 'GET',
    path: 'me',
    permission: 'signed-in',
    summary: 'Who.',
    response: z.object({}),
  })
  me(): object {
    return {};
  }
}

const north = parseSiteId('north');
const east = parseSiteId('east');
const south = parseSiteId('south');
const creator = parseOperatorId('op-000000000001');

describe('a route of a study', () => {
  let application: TestApplication;

  beforeAll(async () => {
    application = await startTestApplication({
      controllers: [StudyController, SensitiveController],
    });
    application.nest.get(StudyReach).answerWith({
      creatorOf: (studyId) => Promise.resolve(studyId === 'smears' ? creator : undefined),
      membersOf: (studyId) => Promise.resolve(studyId === 'smears' ? [north, east] : [south]),
      studyIds: () => Promise.resolve(['smears', 'scans']),
    });
  });

  afterAll(() => application.close());

  async function statusOf(
    method: string,
    path: string,
    changes: Partial<OperatorActor>,
  ): Promise<number> {
    application.actors.set('somebody', testOperator(changes));
    const headers = { authorization: 'Bearer somebody' };
    const answer = await application.fetch(path, { method, headers });
    return answer.status;
  }

  it.each<[string, Partial<OperatorActor>, number]>([
    [
      'the coordinator who created it',
      { roles: ['study-coordinator'], operatorId: creator, studies: [] },
      200,
    ],
    [
      'a coordinator who was given the study',
      { roles: ['study-coordinator'], studies: ['smears'] },
      200,
    ],
    ['a coordinator of another study', { roles: ['study-coordinator'], studies: ['scans'] }, 403],
    ['its creator who audits now', { roles: ['auditor'], operatorId: creator, studies: [] }, 403],
    ['an auditor who was given the study', { roles: ['auditor'], studies: ['smears'] }, 200],
    ['an auditor who was given another', { roles: ['auditor'], studies: ['scans'] }, 403],
    ['the administrator of a member', { roles: ['site-admin'], siteId: north }, 200],
    ['the administrator of a stranger', { roles: ['site-admin'], siteId: south }, 403],
    ['a site administrator without a site', { roles: ['site-admin'] }, 403],
    ['a role without the right, whatever it reaches', { roles: ['platform-admin'] }, 403],
    ['nobody in particular', { roles: [] }, 403],
    ['a token that was not made for the right', { rights: ['log.read'] }, 403],
  ])('answers %s with what the study and the right allow', async (_, changes, status) => {
    expect(await statusOf('GET', '/v1/studies/smears/rounds', changes)).toBe(status);
  });

  it('does not lend the reach of one role to the rights of another', async () => {
    const both: Partial<OperatorActor> = {
      roles: ['auditor', 'platform-admin'],
      rights: ['rounds.read', 'sites.revoke'],
      studies: ['smears'],
    };
    expect(await statusOf('GET', '/v1/studies/smears/rounds', both)).toBe(200);
    expect(await statusOf('GET', '/v1/studies/scans/rounds', both)).toBe(403);
    expect(await statusOf('POST', '/v1/studies/scans/start', both)).toBe(200);
  });

  it('lists only what the person reaches', async () => {
    const reach = application.nest.get(StudyReach);
    const studies = [{ studyId: 'smears' }, { studyId: 'scans' }];
    const shown = async (role: OperatorRole, changes: Partial<OperatorActor>): Promise<string[]> =>
      (await reach.readable(testOperator({ roles: [role], ...changes }), studies)).map(
        ({ studyId }) => studyId,
      );
    expect(await shown('study-coordinator', { studies: [] })).toEqual([]);
    expect(await shown('study-coordinator', { operatorId: creator, studies: ['scans'] })).toEqual([
      'smears',
      'scans',
    ]);
    expect(await shown('auditor', { studies: ['scans'] })).toEqual(['scans']);
    expect(await shown('site-admin', { siteId: north })).toEqual(['smears']);
    expect(await reach.readable({ kind: 'anybody' }, studies)).toEqual([]);
  });

  it('shows sites to whoever lets them in, and to others those of their studies', async () => {
    const reach = application.nest.get(StudyReach);
    const sitesOf = async (changes: Partial<OperatorActor>): Promise<unknown> => {
      const visible = await reach.visibleSites(testOperator({ studies: [], ...changes }));
      return visible === 'every-site' ? visible : [...visible].sort();
    };
    expect(await sitesOf({ roles: ['platform-admin'] })).toBe('every-site');
    expect(await sitesOf({ roles: ['study-coordinator'] })).toBe('every-site');
    expect(await sitesOf({ roles: ['site-admin', 'study-coordinator'] })).toBe('every-site');
    expect(await sitesOf({ roles: ['auditor'] })).toEqual([]);
    expect(await sitesOf({ roles: ['auditor'], studies: ['scans'] })).toEqual([south]);
    expect(await sitesOf({ roles: ['site-admin'], siteId: north })).toEqual([east, north]);
    const west = parseSiteId('west');
    expect(await sitesOf({ roles: ['site-admin'], siteId: west })).toEqual([west]);
    expect(await reach.visibleSites({ kind: 'anybody' })).toEqual(new Set());
  });

  it('wants a fresh proof for what changes trust, from a session only', async () => {
    const session = (ageMs: number): Partial<OperatorActor> => ({
      proof: {
        kind: 'session',
        sessionId: 's',
        authenticatedAtMs: Date.now() - ageMs,
        endsAtMs: Date.now() + ageMs,
        latestEndAtMs: Date.now() + ageMs,
      },
    });
    const minute = 60_000;
    expect(await statusOf('POST', '/v1/operators', session(9 * minute))).toBe(200);
    expect(await statusOf('POST', '/v1/operators', session(11 * minute))).toBe(401);
    expect(await statusOf('GET', '/v1/operators/me', session(11 * minute))).toBe(200);
    expect(await statusOf('POST', '/v1/studies/smears/start', session(11 * minute))).toBe(200);
    expect(await statusOf('POST', '/v1/operators', {})).toBe(200);
  });
});
