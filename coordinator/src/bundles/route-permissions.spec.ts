import { RouteTable, type RouteEntry } from '../platform/http/route-table.js';
import { BackbonesService } from '../models/backbones.service.js';
import { StudyOpening } from '../studies/study-opening.js';
import { BACKBONE } from '../models/testing/backbone.js';
import { Federation, studyFile } from './testing/federation.js';

const ENROLMENT = 'POST /v1/enrolments';

/** Every route below /v1/ that an operator uses, and what it answers him when he sends nothing. */
const ROUTES: Readonly<Record<string, number>> = {
  'POST /v1/invites': 400,
  [ENROLMENT]: 400,
  'GET /v1/sites': 200,
  'POST /v1/backbones': 400,
  'GET /v1/backbones': 200,
  'POST /v1/studies': 400,
  'GET /v1/studies': 200,
  'GET /v1/studies/:studyId': 200,
  'POST /v1/studies/:studyId/start': 409,
  'GET /v1/studies/:studyId/evaluations': 200,
  'GET /v1/studies/:studyId/rounds': 200,
  'GET /v1/studies/:studyId/adapter': 200,
  'GET /v1/studies/:studyId/bundle': 200,
  'GET /v1/studies/:studyId/bundle/file': 400,
};

describe('the routes of operators', () => {
  let federation: Federation;
  let routes: readonly RouteEntry[];

  beforeAll(async () => {
    federation = await Federation.start([]);
    await federation.get(BackbonesService).register(BACKBONE);
    await federation.get(StudyOpening).open(studyFile('smears'));
    routes = federation
      .get(RouteTable)
      .routes.filter(({ fullPath }) => /^\/v1\/(?!log)/.test(fullPath));
  });

  afterAll(() => federation.close());

  const nameOf = ({ method, fullPath }: RouteEntry): string => `${method} ${fullPath}`;

  async function statusOf(route: RouteEntry, authorization?: string): Promise<number> {
    const path = route.fullPath.replace(':studyId', 'smears');
    const answer = await fetch(federation.application.url + path, {
      method: route.method,
      headers: authorization === undefined ? {} : { authorization },
    });
    await answer.arrayBuffer();
    return answer.status;
  }

  async function statuses(authorization?: string): Promise<Record<string, number>> {
    const found: Record<string, number> = {};
    for (const route of routes) {
      found[nameOf(route)] = await statusOf(route, authorization);
    }
    return found;
  }

  /** Only whoever holds an invite but no token yet gets as far as the body. */
  const closed = Object.fromEntries(
    Object.keys(ROUTES).map((name) => [name, name === ENROLMENT ? 400 : 401]),
  );

  it('are closed without a token, but for enrolment', async () => {
    expect(await statuses()).toEqual(closed);
  });

  it('are closed to every wrong token', async () => {
    const { token } = federation.application;
    for (const authorization of [
      `Bearer ${'0'.repeat(token.length)}`,
      `Bearer ${token.slice(0, -1)}`,
      `Bearer ${token}0`,
      `Basic ${token}`,
      'Bearer',
    ]) {
      expect(await statuses(authorization)).toEqual(closed);
    }
  });

  it('answer the operator', async () => {
    const { token } = federation.application;
    expect(await statuses(`Bearer ${token}`)).toEqual(ROUTES);
  });

  it('refuse ids that are no ids before they look for anything', async () => {
    for (const id of ['constructor', 'prototype', 'Smears', '%2e%2e%2fsites', 'x'.repeat(64)]) {
      const answer = await federation.application.fetch(`/v1/studies/${id}`);
      expect([id, answer.status]).toEqual([id, 400]);
    }
  });

  it('do not take more than they need', async () => {
    const tooMuch = 'x'.repeat(300_000);
    for (const path of ['invites', 'enrolments', 'backbones', 'studies']) {
      const answer = await federation.application.fetch(`/v1/${path}`, {
        method: 'POST',
        headers: { 'content-type': path === 'studies' ? 'application/yaml' : 'application/json' },
        body: tooMuch,
      });
      expect([path, answer.status]).toEqual([path, 413]);
    }
  });
});
