/** Starts `pg_dump` and `psql`, the client programs of PostgreSQL; the password goes to them through their environment alone. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { environmentWith } from '../config/child-environment.js';
import { errorCode } from '../config/error-code.js';

const SAID_BYTES = 4096;

export interface RunningProgram {
  readonly child: ChildProcess;
  /** Settles when it has ended well. @throws ConsiliumError 'bad-configuration' when it is not installed, 'internal' with what it said */
  readonly done: Promise<void>;
}

/** @param stdio of standard input and output; what it says on the third is kept for messages. */
export function startProgram(
  program: 'pg_dump' | 'psql',
  url: string,
  args: readonly string[],
  stdio: readonly ['pipe' | 'ignore', 'pipe' | 'ignore'],
): RunningProgram {
  const { address, password } = withoutPassword(url);
  const child = spawn(program, [...args, '--dbname', address], {
    stdio: [...stdio, 'pipe'],
    env: environmentWith({
      ...(password === '' ? {} : { PGPASSWORD: password }),
      PGCONNECT_TIMEOUT: '5',
    }),
  });
  const done = ended(program, child);
  // Whoever reads the output comes to this later; until then a failure is nobody's.
  done.catch(() => undefined);
  return { child, done };
}

async function ended(program: string, child: ChildProcess): Promise<void> {
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(0, SAID_BYTES);
  });
  let code: unknown;
  try {
    [code] = (await once(child, 'close')) as [unknown];
  } catch (cause) {
    throw notStarted(program, cause);
  }
  if (code !== 0) {
    const reason = said.trim().split('\n')[0] ?? '';
    throw new ConsiliumError('internal', `${program} ended with ${String(code)}: ${reason}`);
  }
}

function notStarted(program: string, cause: unknown): ConsiliumError {
  const message =
    errorCode(cause) === 'ENOENT'
      ? `${program} is not installed here: install the client programs of PostgreSQL, at least as new as the server (postgresql-client)`
      : `${program} cannot be started`;
  return new ConsiliumError('bad-configuration', message, { cause });
}

function withoutPassword(url: string): { readonly address: string; readonly password: string } {
  const parsed = new URL(url);
  const password =
    decodeURIComponent(parsed.password) || (parsed.searchParams.get('password') ?? '');
  parsed.password = '';
  parsed.searchParams.delete('password');
  return { address: parsed.href, password };
}
