/** Runs a program to its end and reads the one line of JSON that it prints. */
import { spawn } from 'node:child_process';

export interface ChildOptions {
  readonly program: string;
  readonly args: readonly string[];
  /** Added to the environment of this process. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** @throws Error with the end of what it said on standard error when it fails or prints no JSON */
export async function jsonOfChild<T>({ program, args, environment }: ChildOptions): Promise<T> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (bytes: Buffer) => stdout.push(bytes));
  child.stderr.on('data', (bytes: Buffer) => stderr.push(bytes));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const text = Buffer.concat(stdout).toString('utf8');
  if (code !== 0) {
    const said = Buffer.concat(stderr).toString('utf8').trim().slice(-2000);
    throw new Error(`${program} ${args.join(' ')} ended with ${code}: ${said}`);
  }
  return JSON.parse(text) as T;
}
