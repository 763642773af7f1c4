/**
 * A real PostgreSQL of the tests' own: from the distribution's package, in a temporary folder, on a free port, as a direct
 * child of the test and never as root. A made cluster is kept beside the sources, so that each spec pays only a copy.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { freePort } from './free-port.js';

const PACKAGES = '/usr/lib/postgresql';
const TEMPLATES = join(__dirname, '../../../.cache/postgres');
/** `nobody` of Debian; initdb and postgres refuse to run as root. */
const NOBODY = { uid: 65_534, gid: 65_534 };
const USER = 'app';
/** The server listens on loopback for minutes and holds nothing; the password only keeps neighbours of the machine out. */
const START_TIMEOUT_MS = 20_000;

export interface PostgresServer {
  /** Makes an empty database and gives its url. */
  createDatabase(): Promise<string>;
  /** SIGKILL, as a lost machine; what was committed is kept. */
  kill(): Promise<void>;
  /** Starts again after `kill`, on the same port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Folder of initdb and postgres, newest version first; undefined if none is installed. */
export function findPostgres(): string | undefined {
  if (!existsSync(PACKAGES)) {
    return undefined;
  }
  return readdirSync(PACKAGES)
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(PACKAGES, version, 'bin'))
    .find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
}

/**
 * Whether specs can run their PostgreSQL half. Without one they say so; on a build server that is a failure, since a half
 * that silently never runs is no test.
 * @throws Error under CI=true if no PostgreSQL is installed.
 */
export function isPostgresAvailable(): boolean {
  if (findPostgres() !== undefined) {
    return true;
  }
  if (process.env['CI'] === 'true') {
    throw new Error(`no PostgreSQL under ${PACKAGES}: install the package "postgresql"`);
  }
  process.stderr.write(`PostgreSQL half NOT run: no PostgreSQL was found under ${PACKAGES}\n`);
  return false;
}

/** Starts a server; stop it in `afterAll`. Takes about 0.2 s once the cluster template exists. */
export async function startPostgres(): Promise<PostgresServer> {
  const binaries = findPostgres();
  if (binaries === undefined) {
    throw new Error(`no PostgreSQL under ${PACKAGES}`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'consilium-postgres-'));
  chmodSync(folder, 0o711);
  const template = clusterTemplate(binaries);
  const data = join(folder, 'data');
  run('cp', ['-a', join(template.folder, 'data'), data], {});
  const port = await freePort();
  const url = (database: string): string =>
    `postgres://${USER}:${template.password}@127.0.0.1:${port}/${database}`;
  const start = async (): Promise<ChildProcess> => {
    const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off'];
    const server = spawn(
      join(binaries, 'postgres'),
      ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
      { ...account(), cwd: folder, stdio: 'ignore' },
    );
    await untilReady(server, url('postgres'));
    return server;
  };
  let server = await start();
  return {
    createDatabase: async () => {
      const name = `t${randomBytes(6).toString('hex')}`;
      await execute(url('postgres'), `CREATE DATABASE ${name}`);
      return url(name);
    },
    kill: () => end(server, ['SIGKILL']),
    restart: async () => {
      server = await start();
    },
    stop: async () => {
      await end(server, ['SIGINT', 'SIGINT', 'SIGKILL']);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface ClusterTemplate {
  readonly folder: string;
  readonly password: string;
}

/** Made once per version; of two specs that make it at the same moment one wins the rename. */
function clusterTemplate(binaries: string): ClusterTemplate {
  const version = binaries.split('/').at(-2) ?? '';
  const password = 'consilium-test';
  const kept = join(TEMPLATES, version);
  if (!existsSync(kept)) {
    const draft = mkdtempSync(join(tmpdir(), 'consilium-initdb-'));
    chmodSync(draft, 0o711);
    const home = join(draft, 'home');
    mkdirSync(home, { mode: 0o700 });
    writeFileSync(join(home, 'password'), password);
    giveAway(home, join(home, 'password'));
    run(
      join(binaries, 'initdb'),
      [
        '-D',
        join(home, 'data'),
        '-A',
        'scram-sha-256',
        `--pwfile=${join(home, 'password')}`,
        '-U',
        USER,
        '--no-sync',
        '--locale=C.UTF-8',
        '-E',
        'UTF8',
      ],
      { ...account(), cwd: home },
    );
    keep(home, kept);
    rmSync(draft, { recursive: true, force: true });
  }
  return { folder: kept, password };
}

function keep(made: string, kept: string): void {
  mkdirSync(TEMPLATES, { recursive: true });
  const copy = `${kept}.${randomBytes(6).toString('hex')}`;
  run('cp', ['-a', made, copy], {});
  try {
    renameSync(copy, kept);
  } catch (error) {
    rmSync(copy, { recursive: true, force: true });
    if (!existsSync(kept)) {
      throw error;
    }
  }
}

function giveAway(...paths: readonly string[]): void {
  const { uid, gid } = account();
  if (uid !== undefined && gid !== undefined) {
    paths.forEach((path) => {
      lchownSync(path, uid, gid);
    });
  }
}

/** Root starts it as `nobody`; everybody else as themselves. */
function account(): { readonly uid?: number; readonly gid?: number } {
  return process.getuid?.() === 0 ? NOBODY : {};
}

function run(
  command: string,
  args: readonly string[],
  options: { cwd?: string; uid?: number; gid?: number },
): void {
  const result = spawnSync(command, args, { ...options, encoding: 'utf8' });
  if (result.status !== 0) {
    throw new Error(`${command} ended with ${result.status ?? result.signal}: ${result.stderr}`);
  }
}

async function untilReady(server: ChildProcess, url: string): Promise<void> {
  const deadlineMs = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    try {
      await execute(url, 'SELECT 1');
      return;
    } catch (error) {
      if (server.exitCode !== null || performance.now() > deadlineMs) {
        server.kill('SIGKILL');
        throw new Error('PostgreSQL did not start', { cause: error });
      }
      await delay(20);
    }
  }
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** SIGINT is PostgreSQL's fast shutdown; the next signal follows if one was not obeyed. */
async function end(server: ChildProcess, signals: readonly NodeJS.Signals[]): Promise<void> {
  const gone = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  for (const signal of signals) {
    if (server.exitCode !== null || server.signalCode !== null) {
      return;
    }
    server.kill(signal);
    await Promise.race([gone, delay(2500, undefined, { ref: false })]);
  }
}
