/** Runs the built programs as separate processes: servers that stay, and commands that end with an answer. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

/** The entry files of the built packages. */
const packages = createRequire(import.meta.url);
const entry = (name: string, ...path: string[]) =>
  join(dirname(packages.resolve(`${name}/package.json`)), 'dist', ...path);

export const PROGRAMS = {
  coordinator: () => entry('@consilium/coordinator', 'main.js'),
  operator: () => entry('@consilium/coordinator', 'cli', 'main.js'),
  agent: () => entry('@consilium/node-agent', 'main.js'),
  verifier: () => entry('consilium-verify', 'main.js'),
  demo: () => entry('@consilium/demo', 'main.js'),
} as const;

export type Program = keyof typeof PROGRAMS;

export interface JsonEvent {
  readonly event?: unknown;
  readonly [key: string]: unknown;
}

export interface Server {
  readonly name: string;
  readonly pid: number | undefined;
  /** Settles when the process ends: its exit code, or the signal's name. */
  readonly ended: Promise<number | string>;
  /** SIGTERM, and SIGKILL after 5 s. */
  stop(): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

export interface ServerOptions {
  readonly name: string;
  readonly program: Program;
  readonly args: readonly string[];
  /** Everything the process prints is kept there. */
  readonly logFile: string;
  /** Called for each line of standard output that is a JSON object. */
  readonly onEvent: (event: JsonEvent) => void;
}

export function startServer(options: ServerOptions): Server {
  const child = spawn(process.execPath, [PROGRAMS[options.program](), ...options.args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: process.env,
  });
  const log = createWriteStream(options.logFile, { flags: 'a' });
  child.stderr.on('data', (bytes: Buffer) => log.write(bytes));
  createInterface({ input: child.stdout }).on('line', (line) => {
    log.write(`${line}\n`);
    const event = parseEvent(line);
    if (event !== undefined) {
      options.onEvent(event);
    }
  });
  const ended = endOf(child).finally(() => closed(log));
  return {
    name: options.name,
    pid: child.pid,
    ended,
    stop: () => stop(child, ended),
    kill: (signal) => child.kill(signal),
  };
}

/** Runs a command to its end. @returns its standard output. @throws Error with what it said on standard error. */
export async function runCommand(program: Program, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await commandOutcome(program, args);
  if (code !== 0) {
    throw new Error(
      `${program} ${args[0] ?? ''} ended with ${code}: ${stderr.trim() || stdout.trim()}`,
    );
  }
  return stdout;
}

/** What a command answers with `--json`. */
export async function runJson(program: Program, args: readonly string[]): Promise<unknown> {
  return dataOf(await runCommand(program, [...args, '--json']));
}

/** The data of the envelope that a command prints with `--json`, whether it was done or failed with a report. */
export function dataOf(line: string): unknown {
  return (JSON.parse(line) as { readonly data?: unknown }).data;
}

/** Commands that have not answered yet. */
const underWay = new Set<ChildProcess>();

/** Ends every command that is under way; whoever waits for one hears that it failed. */
export function endCommands(): void {
  underWay.forEach((child) => child.kill('SIGTERM'));
}

export async function commandOutcome(
  program: Program,
  args: readonly string[],
): Promise<{ code: number | string; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [PROGRAMS[program](), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: process.env,
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (bytes: Buffer) => stdout.push(bytes));
  child.stderr.on('data', (bytes: Buffer) => stderr.push(bytes));
  underWay.add(child);
  const code = await endOf(child).finally(() => underWay.delete(child));
  return {
    code,
    stdout: Buffer.concat(stdout).toString('utf8'),
    stderr: Buffer.concat(stderr).toString('utf8'),
  };
}

/** Whoever reads the log after the end finds the last words in it. */
function closed(log: WriteStream): Promise<void> {
  return new Promise((resolve) => {
    log.end(resolve);
  });
}

function endOf(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
}

async function stop(child: ChildProcess, ended: Promise<number | string>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  child.kill('SIGTERM');
  const impatient = setTimeout(() => child.kill('SIGKILL'), 5000);
  await ended;
  clearTimeout(impatient);
}

function parseEvent(line: string): JsonEvent | undefined {
  if (!line.startsWith('{')) {
    return undefined;
  }
  try {
    return JSON.parse(line) as JsonEvent;
  } catch {
    // A line that only looks like JSON is talk, and stays in the log file.
    return undefined;
  }
}
