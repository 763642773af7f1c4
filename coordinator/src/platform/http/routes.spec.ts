import { Controller, Get, StreamableFile } from '@nestjs/common';
import { ConsiliumError, type Right } from '@consilium/shared/vocabulary';
import { connect } from 'node:net';
import { z } from 'zod';
import { startTestApplication, type TestApplication } from '../testing/test-application.js';
import type { Actor } from './actor.js';
import { Route } from './route.js';
import { RouteActor, RouteBody, RouteParams, RouteQuery } from './route-input.js';

const params = z.strictObject({ name: z.string().regex(/^[a-z]+$/) });
const query = z.strictObject({ times: z.stringFormat('digits', /^\d+$/).transform(Number) });
const body = z.strictObject({ words: z.array(z.string().max(10)).max(3) });

@Controller('v1/things')
class ThingsController {
  @Route({
    method: 'POST',
    path: ':name',
    permission: 'studies.create',
    summary: 'Says words.',
    status: 201,
    params,
    query,
    body: { as: 'json', schema: body, maxBytes: 200 },
    response: z.object({ said: z.string(), by: z.string() }),
  })
  say(
    @RouteParams() { name }: z.infer<typeof params>,
    @RouteQuery() { times }: z.infer<typeof query>,
    @RouteBody() { words }: z.infer<typeof body>,
    @RouteActor() actor: Actor,
  ): { said: string; by: string } {
    return { said: `${name}: ${words.join(' ').repeat(times)}`, by: actor.kind };
  }

  @Route({
    method: 'PUT',
    path: 'file',
    permission: 'public',
    summary: 'Echoes a text.',
    body: { as: 'text', schema: z.string().min(1), maxBytes: 20 },
    response: 'text/plain',
  })
  echo(@RouteBody() text: string): string {
    return text;
  }

  @Route({
    method: 'GET',
    path: 'blob',
    permission: 'public',
    summary: 'Bytes.',
    response: 'application/octet-stream',
  })
  blob(): StreamableFile {
    return new StreamableFile(Buffer.from([1, 2, 3]));
  }

  @Route({
    method: 'GET',
    path: 'secret-fault',
    permission: 'public',
    summary: 'Breaks.',
    response: 'nothing',
  })
  fault(): void {
    throw new Error('the password is hunter2');
  }

  @Route({
    method: 'GET',
    path: 'conflict',
    permission: 'public',
    summary: 'Conflicts.',
    response: 'nothing',
  })
  conflict(): void {
    throw new ConsiliumError('conflict', 'it is there already', { detail: { round: 3 } });
  }

  @Route({
    method: 'GET',
    path: 'full',
    permission: 'public',
    summary: 'No space.',
    response: 'nothing',
  })
  full(): void {
    throw new ConsiliumError('disk-full', 'the disk of /data is full: free space there');
  }
}

@Controller('open')
class UndeclaredController {
  @Get()
  read(): string {
    return 'no permission';
  }
}

/** As a caller without types could write it. */
const UNKNOWN = JSON.parse('"logs.read"') as Right;

@Controller('unknown-right')
class UnknownRightController {
  @Route({
    method: 'GET',
    path: '',
    permission: ['log.read', UNKNOWN],
    summary: 'For nobody.',
    response: 'nothing',
  })
  read(): void {
    throw new Error('never called');
  }
}

@Controller('no-right')
class NoRightController {
  @Route({ method: 'GET', path: '', permission: [], summary: 'For nobody.', response: 'nothing' })
  read(): void {
    throw new Error('never called');
  }
}

describe('the routes', () => {
  let application: TestApplication;

  beforeAll(async () => {
    application = await startTestApplication({ controllers: [ThingsController] });
  });

  afterAll(() => application.close());

  const say = (
    path: string,
    content: string,
    headers: Record<string, string> = {},
  ): Promise<Response> =>
    application.fetch(`/v1/things/${path}`, {
      method: 'POST',
      body: content,
      headers: { 'content-type': 'application/json', ...headers },
    });

  const problem = async (answer: Response): Promise<Record<string, unknown>> => {
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    return (await answer.json()) as Record<string, unknown>;
  };

  it('hand over path, query, body and actor as the declaration makes them', async () => {
    const answer = await say('bell?times=2', '{"words":["ding"]}');
    expect(answer.status).toBe(201);
    expect(await answer.json()).toEqual({ said: 'bell: dingding', by: 'operator' });
  });

  it('take a text body and give a text back', async () => {
    const answer = await application.fetch('/v1/things/file', { method: 'PUT', body: 'study: x' });
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await answer.text()).toBe('study: x');
  });

  it('give bytes under the declared type', async () => {
    const answer = await application.fetch('/v1/things/blob');
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(Uint8Array.of(1, 2, 3));
  });

  it.each([
    ['a key that no one asked for', 'bell?times=1', '{"words":[],"more":1}', 'body: '],
    ['a wrong type, with its path', 'bell?times=1', '{"words":["a",2]}', 'body.words.1: '],
    ['a bad path', 'BELL?times=1', '{"words":[]}', 'path.name: '],
    ['a query that is missing', 'bell', '{"words":[]}', 'query.times: '],
    ['a repeated query', 'bell?times=1&times=2', '{"words":[]}', 'query.times: '],
  ])('refuse %s', async (_, path, content, detail) => {
    const answer = await say(path, content);
    expect(answer.status).toBe(400);
    expect(await problem(answer)).toMatchObject({
      code: 'bad-request',
      detail: expect.stringContaining(detail) as string,
    });
  });

  it.each([
    ['no JSON', '{"words":', 'bad-encoding', 400],
    ['a key twice', '{"words":[],"words":["a"]}', 'bad-encoding', 400],
    ['a key that reaches a prototype', '{"__proto__":{"words":[]}}', 'bad-encoding', 400],
    ['more bytes than allowed', `{"words":["${'a'.repeat(300)}"]}`, 'message-too-large', 413],
  ])('refuse a body with %s', async (_, content, code, status) => {
    const answer = await say('bell?times=1', content);
    expect(answer.status).toBe(status);
    expect(await problem(answer)).toMatchObject({ code });
  });

  it('count the bytes of a body that does not say its length', async () => {
    const { port } = new URL(application.url);
    const socket = connect(Number(port), '127.0.0.1');
    const answer = new Promise<string>((resolve) =>
      socket.once('data', (data) => resolve(data.toString())),
    );
    const head = [
      'POST /v1/things/bell?times=1 HTTP/1.1',
      'Host: x',
      `Authorization: Bearer ${application.token}`,
      'Content-Type: application/json',
      'Transfer-Encoding: chunked',
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    // 64 bytes in each chunk and no last one: the limit of 200 is passed by the fourth.
    socket.write(`40\r\n${' '.repeat(64)}\r\n`.repeat(4));
    expect(await answer).toMatch(/^HTTP\/1\.1 413 /);
    await new Promise((resolve) => socket.once('close', resolve));
  });

  it('refuse a compressed body', async () => {
    const answer = await say('bell?times=1', '{}', { 'content-encoding': 'gzip' });
    expect(await problem(answer)).toMatchObject({ code: 'bad-request' });
  });

  it('survive a body that breaks off', async () => {
    const { port } = new URL(application.url);
    const socket = connect(Number(port), '127.0.0.1');
    const head = `POST /v1/things/bell?times=1 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${application.token}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"w`;
    await new Promise<void>((resolve) => socket.write(head, () => resolve()));
    socket.destroy();
    expect((await application.fetch('/health/live')).status).toBe(200);
  });

  it.each([
    ['without a token', {}],
    ['with a wrong one', { authorization: 'Bearer wrong' }],
    ['with another scheme', { authorization: 'Basic b3BlcmF0b3I6' }],
  ])('are closed %s, before the body is read', async (_, headers: Record<string, string>) => {
    const answer = await fetch(`${application.url}/v1/things/bell?times=1`, {
      method: 'POST',
      body: 'x'.repeat(10_000),
      headers,
    });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(await problem(answer)).toMatchObject({ code: 'unauthenticated' });
  });

  it('answer a coded error with its table entry and evidence', async () => {
    const answer = await application.fetch('/v1/things/conflict');
    expect(answer.status).toBe(409);
    expect(await problem(answer)).toEqual({
      type: 'urn:consilium:problem:conflict',
      code: 'conflict',
      title: 'Conflict',
      status: 409,
      detail: 'it is there already',
      help: expect.any(String) as string,
      evidence: { round: 3 },
    });
  });

  it('say what to do about a failure that an operator can mend', async () => {
    const answer = await application.fetch('/v1/things/full');
    expect(answer.status).toBe(507);
    expect(await problem(answer)).toMatchObject({
      detail: 'the disk of /data is full: free space there',
    });
  });

  it('tell nothing of an unexpected error but the number under which the log has it', async () => {
    const answer = await application.fetch('/v1/things/secret-fault');
    const text = await answer.text();
    expect(answer.status).toBe(500);
    expect(text).not.toContain('hunter2');
    const { instance, code } = JSON.parse(text) as { instance: string; code: string };
    expect(code).toBe('internal');
    const line = application.lines().find((entry) => entry['instance'] === instance);
    expect(line).toMatchObject({ error: { message: 'the password is hunter2' } });
  });

  it('answer an unknown path as not found', async () => {
    const answer = await application.fetch('/v2/nothing');
    expect(answer.status).toBe(404);
    expect(await problem(answer)).toMatchObject({ code: 'not-found' });
  });

  it('log each request in one line, without its query', async () => {
    await say('bell?times=1', '{"words":[]}');
    const line = application.lines().findLast((entry) => entry['path'] === '/v1/things/bell');
    expect(line).toMatchObject({ msg: 'request', method: 'POST', status: 201 });
    expect(JSON.stringify(application.lines())).not.toContain('times=');
    expect(JSON.stringify(application.lines())).not.toContain(application.token);
  });

  it('stand in the API document with everything they declare', async () => {
    const document = (await (await fetch(`${application.url}/openapi.json`)).json()) as {
      openapi: string;
      paths: Record<string, Record<string, Record<string, unknown>>>;
    };
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([
        '/health/live',
        '/health/ready',
        '/metrics',
        '/openapi.json',
        '/v1/things/{name}',
      ]),
    );
    expect(document.paths['/v1/things/{name}']?.['post']).toMatchObject({
      operationId: 'ThingsController.say',
      security: [{ token: ['studies.create'] }, { session: ['studies.create'] }],
      parameters: [
        { name: 'name', in: 'path', required: true, schema: { type: 'string' } },
        { name: 'times', in: 'query', required: true, schema: { type: 'string' } },
      ],
      requestBody: { content: { 'application/json': { schema: { additionalProperties: false } } } },
      responses: { 201: {}, default: { $ref: '#/components/responses/problem' } },
    });
    expect(document.paths['/v1/things/file']?.['put']?.['security']).toEqual([]);
  });
});

describe('an application', () => {
  it('does not start with a route that has no permission', async () => {
    await expect(startTestApplication({ controllers: [UndeclaredController] })).rejects.toThrow(
      'route UndeclaredController.read has no permission',
    );
  });

  it('does not start with a route that names a right which there is not', async () => {
    await expect(startTestApplication({ controllers: [UnknownRightController] })).rejects.toThrow(
      'route UnknownRightController.read names the right logs.read, which there is not',
    );
    await expect(startTestApplication({ controllers: [NoRightController] })).rejects.toThrow(
      'names an empty list of rights',
    );
  });
});
