/** The coordinator's HTTP interface as the commands use it: a request with the operator's token, an answer or a coded error. */
import { setTimeout as delay } from 'node:timers/promises';
import { retryAfterMs } from '@consilium/shared/answers';
import { parseJson } from '@consilium/shared/encoding';
import { ConsiliumError, isErrorCode } from '@consilium/shared/vocabulary';

const MIB = 1024 * 1024;
/** The largest JSON answer that is read. */
const ANSWER_BYTES = 64 * MIB;

const NO_CONTENT = 204;
/** Of one question, before what the coordinator says of its limits is passed on. */
const TRIES = 5;

export interface Access {
  /** Of the coordinator, e.g. `http://127.0.0.1:7443`. */
  readonly url: string;
  /** The operator's token; without one only what is open to everybody can be asked. */
  readonly token?: string;
  /** Ends what is under way. */
  readonly signal?: AbortSignal | undefined;
}

export interface Answer {
  /** To the byte what the coordinator sent. */
  readonly text: string;
  /** The same, parsed. */
  readonly value: unknown;
}

interface Sending {
  readonly type: 'application/json' | 'application/yaml';
  readonly text: string;
}

export class Api {
  private readonly base: URL;

  /** @throws ConsiliumError 'bad-request' when the address is none. */
  constructor(private readonly access: Access) {
    this.base = parseBase(access.url);
  }

  get(path: string): Promise<Answer> {
    return this.ask(path, { method: 'GET' });
  }

  post(path: string, body?: Sending): Promise<Answer> {
    return this.ask(path, {
      method: 'POST',
      ...(body === undefined ? {} : { body: body.text, headers: { 'content-type': body.type } }),
    });
  }

  put(path: string, body: Sending): Promise<Answer> {
    const headers = { 'content-type': body.type };
    return this.ask(path, { method: 'PUT', body: body.text, headers });
  }

  /** A text that is no JSON, such as a signed note. */
  async text(path: string): Promise<string> {
    const response = await this.send(path, { method: 'GET' });
    return response.text().catch((cause: unknown) => {
      throw this.unreachable('broke off', cause);
    });
  }

  async delete(path: string): Promise<void> {
    await this.send(path, { method: 'DELETE' });
  }

  /** The bytes of a file as they arrive. */
  async *download(path: string): AsyncGenerator<Uint8Array> {
    const response = await this.send(path, { method: 'GET' });
    try {
      for await (const bytes of (response.body ?? []) as AsyncIterable<Uint8Array>) {
        yield bytes;
      }
    } catch (cause) {
      throw this.unreachable('broke off', cause);
    }
  }

  private async ask(path: string, request: RequestInit): Promise<Answer> {
    const response = await this.send(path, request);
    const text = await response.text().catch((cause: unknown) => {
      throw this.unreachable('broke off', cause);
    });
    return response.status === NO_CONTENT
      ? { text: '{}', value: {} }
      : { text, value: this.parse(text) };
  }

  private parse(text: string): unknown {
    try {
      return parseJson(text, { maxBytes: ANSWER_BYTES });
    } catch (cause) {
      throw this.unreachable('answers no JSON and is no coordinator', cause);
    }
  }

  /**
   * @throws ConsiliumError the code of the coordinator's problem, 'coordinator-unreachable' when nothing answers or something
   * else than a coordinator.
   */
  private async send(path: string, request: RequestInit): Promise<Response> {
    for (let tries = 1; ; tries += 1) {
      const response = await this.sendOnce(path, request);
      if (response.ok) {
        return response;
      }
      // A bundle of many rounds has more files than a coordinator gives at once.
      const waitMs = request.method === 'GET' && tries < TRIES ? retryAfterMs(response) : undefined;
      if (waitMs === undefined) {
        throw await this.problemOf(response);
      }
      await response.body?.cancel();
      await delay(waitMs, undefined, this.access.signal ? { signal: this.access.signal } : {});
    }
  }

  private async sendOnce(path: string, request: RequestInit): Promise<Response> {
    const headers = new Headers(request.headers);
    if (this.access.token !== undefined) {
      headers.set('authorization', `Bearer ${this.access.token}`);
    }
    try {
      // A redirect would carry the token to another address.
      return await fetch(new URL(path, this.base), {
        ...request,
        headers,
        redirect: 'error',
        signal: this.access.signal ?? null,
      });
    } catch (cause) {
      throw this.unreachable('does not answer', cause);
    }
  }

  private async problemOf(response: Response): Promise<ConsiliumError> {
    const problem: unknown = await response.json().catch(() => undefined);
    if (isRecord(problem) && isErrorCode(problem.code) && typeof problem.detail === 'string') {
      return new ConsiliumError(problem.code, problem.detail);
    }
    const what = `answers ${response.status} and is no coordinator`;
    return this.unreachable(what);
  }

  private unreachable(what: string, cause?: unknown): ConsiliumError {
    const message = `${this.base.href} ${what}`;
    return new ConsiliumError('coordinator-unreachable', message, { cause });
  }
}

function parseBase(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '') {
    throw new ConsiliumError('bad-request', '--url: expected an address such as https://host:7443');
  }
  return new URL(`${url.origin}${url.pathname.replace(/\/*$/, '/')}`);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
