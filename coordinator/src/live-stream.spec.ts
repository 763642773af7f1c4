/** `GET /v1/live` as a program hears it that is no browser: the whole coordinator, a clock that is moved by hand, real sockets. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Type } from '@nestjs/common';
import { parseStudyId } from '@consilium/shared/vocabulary';
import { AppModule } from './app.module.js';
import { AuditService } from './audit/audit.service.js';
import { CheckpointSigner } from './audit/checkpoint-signer.js';
import { loadOrCreateKeys } from './config/coordinator-keys.js';
import { loadConfig } from './config/load-config.js';
import { Database } from './database/database.js';
import { createAdministrator } from './operators/first-administrator.js';
import { startApplication, type RunningApplication } from './platform/application.js';
import { StudyReach } from './platform/http/study-reach.js';
import { Log } from './platform/logging/log.js';
import { FakeClock } from './platform/testing/fake-clock.js';
import { LiveLeaves } from './console/live-leaves.service.js';
import { EventReader } from './console/testing/event-reader.js';

const MINUTE = 60_000;
const BEAT_MS = 2000;
const PASSWORD = 'correct horse battery';

describe('the live stream', () => {
  const folder = mkdtempSync(join(tmpdir(), 'consilium-spec-'));
  const clock = new FakeClock();
  let application: RunningApplication;
  let adminToken: string;
  const readers: EventReader[] = [];

  beforeAll(async () => {
    const config = loadConfig({
      environment: {},
      flags: { dataFolder: folder, http: { port: 0 } },
    });
    const log = Log.to('silent');
    const keys = loadOrCreateKeys(config);
    const module = AppModule.with({ config, keys, log, clock });
    application = await startApplication(module, { config, log });
    get(StudyReach).answerWith({
      creatorOf: () => Promise.resolve(undefined),
      membersOf: () => Promise.resolve([]),
      studyIds: () => Promise.resolve(['smears', 'scans']),
    });
    const { names } = get(CheckpointSigner);
    const account = { name: 'root', days: 1 };
    adminToken = (await createAdministrator(get(Database), clock, names, account)).token;
    await person('ada', ['smears']);
  });

  afterEach(() => {
    readers.splice(0).forEach((reader) => {
      reader.close();
    });
  });

  afterAll(async () => {
    await application.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  });

  function get<T>(type: { readonly prototype: T }): T {
    return application.nest.get<T>(type as Type<T>, { strict: false });
  }

  function post(path: string, body: object, headers: object): Promise<Response> {
    return fetch(application.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: application.url, ...headers },
      body: JSON.stringify(body),
    });
  }

  async function person(name: string, studies: readonly string[]): Promise<string> {
    const grant = { name, roles: ['auditor'], studies };
    const made = await post('/v1/operators', grant, { authorization: `Bearer ${adminToken}` });
    const { activation, operatorId } = (await made.json()) as Record<string, string>;
    await post('/v1/activations', { activation, password: PASSWORD }, {});
    return operatorId ?? '';
  }

  async function signIn(name: string): Promise<Record<string, string>> {
    const { headers } = await post('/v1/login/password', { name, password: PASSWORD }, {});
    return { cookie: headers.getSetCookie()[0]?.split(';')[0] ?? '' };
  }

  async function watch(headers: Record<string, string>, query = ''): Promise<EventReader> {
    const reader = await EventReader.open(`${application.url}/v1/live${query}`, headers);
    readers.push(reader);
    return reader;
  }

  /** @returns the index of the new leaf */
  async function append(study: string): Promise<number> {
    const studyId = parseStudyId(study);
    const leaf = { type: 'access.export', studyId, what: 'bundle' } as const;
    await get(Database).transaction((tx) => get(AuditService).append(tx, leaf));
    return (await get(LiveLeaves).next()) - 1;
  }

  it('is for whoever is signed in, and for nobody else', async () => {
    const answer = await fetch(`${application.url}/v1/live`);
    expect(answer.status).toBe(401);
  });

  it('greets with the end of the log, tells each leaf with its index as its id, and beats', async () => {
    const reader = await watch(await signIn('ada'));
    expect(reader.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(reader.headers.get('cache-control')).toMatch(/no-store/);
    const hello = await reader.next();
    const index = await append('smears');
    expect(hello).toEqual({
      event: 'hello',
      id: String(index - 1),
      data: expect.objectContaining({ next: index, atMs: clock.nowMs() }) as unknown,
    });
    expect(await reader.next()).toEqual({
      event: 'leaf',
      id: String(index),
      data: { index, kind: 'access.export', studyId: 'smears', atMs: clock.nowMs() },
    });
    clock.advance(BEAT_MS);
    const { event, id, data } = await reader.next();
    expect([event, id, data['next']]).toEqual(['beat', undefined, index + 1]);
  });

  it.each<[string, (last: number) => [Record<string, string>, string]]>([
    ['the header that browsers send', (last) => [{ 'last-event-id': String(last) }, '']],
    ['the address', (last) => [{}, `?after=${last}`]],
  ])(
    'goes on after the place that %s names, without a gap and without a doubled leaf',
    async (_, at) => {
      const cookie = await signIn('ada');
      const first = await append('smears');
      const second = await append('smears');
      const third = await append('smears');
      const [headers, query] = at(first);
      const reader = await watch({ ...cookie, ...headers }, query);
      expect((await reader.next()).event).toBe('hello');
      expect([(await reader.next()).id, (await reader.next()).id]).toEqual([
        String(second),
        String(third),
      ]);
      clock.advance(BEAT_MS);
      expect((await reader.next()).event).toBe('beat');
    },
  );

  it('begins at the end of the log for a place that the log does not have yet', async () => {
    const last = await append('smears');
    const reader = await watch({ ...(await signIn('ada')), 'last-event-id': String(last + 900) });
    expect((await reader.next()).data).toMatchObject({ next: last + 1 });
    expect(await append('smears')).toBe(last + 1);
    expect((await reader.next()).id).toBe(String(last + 1));
  });

  it('keeps back leaves of studies that the person does not reach, at once when one is taken away', async () => {
    const operatorId = await person('bob', ['smears']);
    const reader = await watch(await signIn('bob'));
    await reader.next();
    await append('scans');
    const own = await append('smears');
    expect((await reader.next()).id).toBe(String(own));
    const path = `/v1/operators/${operatorId}/studies/smears`;
    const headers = { authorization: `Bearer ${adminToken}` };
    const taken = await fetch(application.url + path, { method: 'DELETE', headers });
    expect(taken.status).toBe(200);
    // The leaf of that change is of no study, so everybody sees it.
    expect((await reader.next()).data).toMatchObject({ kind: 'operator.changed' });
    for (let i = 0; i < 10; i += 1) {
      clock.advance(BEAT_MS);
      await reader.nextOf('beat');
    }
    await append('smears');
    clock.advance(BEAT_MS);
    expect((await reader.next()).event).toBe('beat');
  });

  it('is no reason for a session to last: it says when that ends, and ends with it', async () => {
    const cookie = await signIn('ada');
    const startedMs = clock.nowMs();
    const reader = await watch(cookie);
    const endsAtMs = startedMs + 30 * MINUTE;
    const latestEndAtMs = startedMs + 12 * 60 * MINUTE;
    expect((await reader.next()).data['session']).toEqual({ endsAtMs, latestEndAtMs });
    for (let atMs = startedMs; atMs < endsAtMs; atMs += MINUTE) {
      clock.advance(MINUTE);
      expect((await reader.nextOf('beat')).data['session']).toEqual({ endsAtMs, latestEndAtMs });
    }
    // A browser that comes back by itself does not prolong it either.
    const again = await watch(cookie);
    expect((await again.next()).data['session']).toEqual({ endsAtMs, latestEndAtMs });
    clock.advance(BEAT_MS);
    expect([await reader.ended(), await again.ended()]).toEqual([true, true]);
    const answer = await fetch(`${application.url}/v1/me`, { headers: cookie });
    expect(answer.status).toBe(401);
  });

  it('goes on where the person did something meanwhile', async () => {
    const cookie = await signIn('ada');
    const reader = await watch(cookie);
    await reader.next();
    clock.advance(29 * MINUTE);
    await reader.nextOf('beat');
    expect((await fetch(`${application.url}/v1/me`, { headers: cookie })).status).toBe(200);
    const endsAtMs = clock.nowMs() + 30 * MINUTE;
    clock.advance(2 * MINUTE);
    await reader.nextOf('beat');
    clock.advance(BEAT_MS);
    expect((await reader.nextOf('beat')).data['session']).toMatchObject({ endsAtMs });
  });

  it('ends at once when the person signs out, and no other with it', async () => {
    const [cookie, other] = [await signIn('ada'), await signIn('ada')];
    const [reader, kept] = [await watch(cookie), await watch(other)];
    await kept.next();
    expect((await post('/v1/logout', {}, cookie)).status).toBe(204);
    expect(await reader.ended()).toBe(true);
    expect((await kept.next()).data).toEqual({ what: 'credentials' });
    clock.advance(BEAT_MS);
    expect((await kept.next()).event).toBe('beat');
  });

  it('refuses more streams of one account than its browsers need', async () => {
    const cookie = await signIn('ada');
    for (let i = 0; i < 24; i += 1) {
      await watch(cookie);
    }
    const answer = await fetch(`${application.url}/v1/live`, { headers: cookie });
    expect(answer.status).toBe(429);
  });
});
