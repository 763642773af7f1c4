import { RouteTable, type RouteEntry } from '../platform/http/route-table.js';
import { Federation } from './testing/federation.js';

/** Which role opens which route is asked by permissions.spec.ts; here is what no role has a part in. */
describe('the routes of operators', () => {
  let federation: Federation;
  let routes: readonly RouteEntry[];

  beforeAll(async () => {
    federation = await Federation.start([]);
    routes = federation
      .get(RouteTable)
      .routes.filter(({ fullPath }) => fullPath.startsWith('/v1/'))
      .filter(({ permission }) => permission !== 'public');
  });

  afterAll(() => federation.close());

  async function statusOf(route: RouteEntry, authorization?: string): Promise<number> {
    const path = route.fullPath.replaceAll(/:[A-Za-z]+/g, 'smears');
    const answer = await fetch(federation.application.url + path, {
      method: route.method,
      headers: authorization === undefined ? {} : { authorization },
    });
    await answer.arrayBuffer();
    return answer.status;
  }

  async function statuses(authorization?: string): Promise<ReadonlySet<number>> {
    const found = new Set<number>();
    for (const route of routes) {
      found.add(await statusOf(route, authorization));
    }
    return found;
  }

  it('are closed without a token', async () => {
    expect(routes.length).toBeGreaterThan(15);
    expect(await statuses()).toEqual(new Set([401]));
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
      expect([authorization, await statuses(authorization)]).toEqual([
        authorization,
        new Set([401]),
      ]);
    }
  });

  it('refuse ids that are no ids before they look for anything', async () => {
    for (const id of ['constructor', 'prototype', 'Smears', '%2e%2e%2fsites', 'x'.repeat(64)]) {
      const answer = await federation.application.fetch(`/v1/studies/${id}`);
      expect([id, answer.status]).toEqual([id, 400]);
    }
  });

  it.each([
    ['invites', 'application/json'],
    ['enrolments', 'application/json'],
    ['backbones', 'application/json'],
    ['studies', 'application/yaml'],
  ])('take no more for %s than they need', async (path, type) => {
    const answer = await federation.application.fetch(`/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': type },
      body: 'x'.repeat(300_000),
    });
    expect(answer.status).toBe(413);
  });
});
