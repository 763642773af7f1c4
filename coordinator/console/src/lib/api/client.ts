/** Asks the coordinator in the name of whoever is signed in. The session is a cookie that no script reads. */
import { retryAfterMs } from '@consilium/shared/answers';
import { Presence } from '../session/presence.js';
import { ApiProblem } from './problem.js';

/** A zod schema is such a thing. */
export interface Form<T> {
  parse(value: unknown): T;
}

const UNAUTHENTICATED = 401;
/** Of one question, before what the coordinator says of its limits is passed on. */
const TRIES = 5;
/** Tells the coordinator that nobody caused the question: it does not keep the session alive. */
const BACKGROUND = { 'Consilium-Background': '1' };

let presence: Presence | undefined;

/** Call it when the page is opened: from then on it is known whether somebody is there. */
export function watchPresence(): void {
  presence ??= new Presence(window, () => Date.now());
}

/** @param form may still be on its way while the answer is. @throws ApiProblem */
export async function getJson<T>(
  path: string,
  form: Form<T> | Promise<Form<T>>,
  signal?: AbortSignal,
): Promise<T> {
  const [known, response] = await Promise.all([form, get(path, signal)]);
  return parsed(known, await response.json(), path);
}

/** @throws ApiProblem */
export async function getText(path: string, signal?: AbortSignal): Promise<string> {
  return (await get(path, signal)).text();
}

/**
 * The same in the pieces in which it comes: of a long answer no single piece holds the page up.
 * @throws ApiProblem
 */
export async function getPieces(
  path: string,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const { body } = await get(path, signal);
  const reader = body?.getReader();
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for (;;) {
    const next = await reader?.read();
    if (next?.value === undefined) {
      return pieces;
    }
    pieces.push(next.value);
  }
}

/** @throws ApiProblem */
export async function getBytes(path: string, signal?: AbortSignal): Promise<Uint8Array> {
  return new Uint8Array(await (await get(path, signal)).arrayBuffer());
}

/** @param form of the answer; leave it out where there is none. @throws ApiProblem */
export async function send<T = void>(
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: object | string,
  form?: Form<T>,
): Promise<T | undefined> {
  const response = await ask(path, { method, ...bodyOf(body) });
  return form === undefined ? undefined : parsed(form, await response.json(), path);
}

/** Leaves for the page on which people sign in, which sends back here. */
export function goToSignIn(again = false): void {
  const back = encodeURIComponent(location.pathname + location.search + location.hash);
  location.assign(`/login?back=${back}${again ? '&again=1' : ''}`);
}

function bodyOf(body: object | string | undefined): RequestInit {
  if (body === undefined) {
    return {};
  }
  return typeof body === 'string'
    ? { headers: { 'content-type': 'text/plain' }, body }
    : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function get(path: string, signal: AbortSignal | undefined): Promise<Response> {
  const headers = presence?.isThere === true ? {} : BACKGROUND;
  return ask(path, { headers, ...(signal === undefined ? {} : { signal }) });
}

async function ask(path: string, init: RequestInit): Promise<Response> {
  for (let tries = 1; ; tries += 1) {
    const response = await askOnce(path, init);
    if (response.ok) {
      return response;
    }
    // A bundle of many rounds has more files than a coordinator gives at once.
    const waitMs = init.method === undefined && tries < TRIES ? retryAfterMs(response) : undefined;
    if (waitMs === undefined) {
      throw await problemOf(response);
    }
    await pause(waitMs, init.signal ?? undefined);
  }
}

/** @throws the signal's reason */
async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
  signal?.throwIfAborted();
}

function askOnce(path: string, init: RequestInit): Promise<Response> {
  return fetch(path, { credentials: 'same-origin', ...init }).catch((error: unknown) => {
    if (init.signal?.aborted === true) {
      throw error;
    }
    throw new ApiProblem('unreachable', 0, 'The coordinator does not answer.');
  });
}

interface ProblemBody {
  readonly code?: string;
  readonly detail?: string;
  readonly help?: string;
  readonly evidence?: { readonly recentAuthentication?: boolean };
}

async function problemOf(response: Response): Promise<ApiProblem> {
  const text = await response.text();
  const body = readProblem(text);
  if (response.status === UNAUTHENTICATED) {
    goToSignIn(body.evidence?.recentAuthentication === true);
  }
  const { code = 'unreadable', detail = `${response.status} ${response.statusText}`, help } = body;
  return new ApiProblem(code, response.status, detail, help);
}

function readProblem(text: string): ProblemBody {
  try {
    return JSON.parse(text) as ProblemBody;
  } catch {
    // A proxy in between answers in its own words; the status says enough.
    return {};
  }
}

function parsed<T>(form: Form<T>, value: unknown, path: string): T {
  try {
    return form.parse(value);
  } catch (cause) {
    const message = `The answer to ${path} has another form than this page knows: load it again.`;
    throw Object.assign(new ApiProblem('unreadable', 200, message), { cause });
  }
}
