/**
 * What `npm run demo`, `npm test` and `npm run check` do before their own work: check Node, install what the lockfile names,
 * build what is out of date. Uses nothing but Node itself, since nothing may be installed yet.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stamp = join(root, 'node_modules', '.consilium-installed');

/** @param {{ build: boolean }} options whether the packages are built as well. Exits with a sentence when a step fails. */
export function setUp({ build }) {
  requireNode();
  const wanted = fingerprint();
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    timed('installing the packages that the lockfile names', 'one to three minutes', () => {
      run('npm', ['ci', '--no-audit', '--no-fund'], 'the packages could not be installed');
    });
    writeFileSync(stamp, wanted);
  }
  if (!sqliteLoads()) {
    timed('compiling SQLite for this Node, a minute or two', undefined, compileSqlite);
  }
  if (build) {
    const isFirst = !existsSync(join(root, 'deploy', 'demo', 'dist'));
    const usual = isFirst ? 'two or three minutes, once' : 'seconds, a minute after changes';
    timed('building what is out of date', usual, () => {
      run('npx', ['--no-install', 'nx', 'run-many', '-t', 'build'], 'the build failed');
    });
  }
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    fail(
      `Consilium needs Node 20.19 or newer, this is ${process.versions.node}: install a newer Node`,
    );
  }
}

/** An install is current for one lockfile and one platform. No script of a package runs then (`.npmrc`), so any Node will do. */
function fingerprint() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  return createHash('sha256')
    .update(lock)
    .update(`${process.platform} ${process.arch}`)
    .digest('hex');
}

/** The one addon that is compiled for this Node; after another Node has run here it is there, and does not load. */
function sqliteLoads() {
  const program = "new (require('better-sqlite3'))(':memory:')";
  return spawnSync(process.execPath, ['-e', program], { cwd: root, stdio: 'ignore' }).status === 0;
}

/**
 * From the source that the lockfile vouches for, against the headers that lie beside this Node: nothing is fetched. Without them
 * the package's own install script fetches what it needs.
 */
function compileSqlite() {
  const failure = 'SQLite could not be compiled (a C++ compiler, make and Python are needed)';
  const prefix = join(dirname(process.execPath), '..');
  if (existsSync(join(prefix, 'include', 'node', 'node.h'))) {
    const cwd = join(root, 'node_modules', 'better-sqlite3');
    const env = { ...process.env, npm_config_nodedir: prefix };
    run('npm', ['run', 'build-release', '--', '--jobs=max'], failure, { cwd, env });
  } else {
    run('npm', ['rebuild', 'better-sqlite3', '--ignore-scripts=false'], failure);
  }
  if (!sqliteLoads()) {
    fail(`SQLite was compiled for another Node than this one, ${process.version}`);
  }
}

function run(command, args, failure, { cwd = root, env = process.env } = {}) {
  // What the steps print goes to standard error: standard output belongs to the program that called.
  const { status, error } = spawnSync(command, args, { cwd, env, stdio: ['ignore', 2, 2] });
  if (status !== 0) {
    fail(`${failure}: see the messages above${error ? ` (${error.message})` : ''}`);
  }
}

/**
 * Says which step is under way; to a person at a terminal also how long it usually takes, and how long it took.
 * @param {string | undefined} usual
 */
function timed(words, usual, step) {
  const { isTTY: isTerminal } = process.stderr;
  say(isTerminal && usual !== undefined ? `${words} (usually ${usual})` : words);
  const startedMs = performance.now();
  step();
  if (isTerminal) {
    say(`done in ${Math.round((performance.now() - startedMs) / 1000)} s`);
  }
}

function say(text) {
  process.stderr.write(`consilium: ${text}\n`);
}

function fail(text) {
  process.stderr.write(`consilium: ${text}\n`);
  process.exit(1);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  setUp({ build: !process.argv.includes('--install-only') });
}
