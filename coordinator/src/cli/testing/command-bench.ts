/** `consilium` against a coordinator that stands in: command lines go in, exit code and both streams come out. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../run.js';
import { StandInCoordinator } from './stand-in-coordinator.js';

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export class CommandBench {
  private constructor(
    readonly coordinator: StandInCoordinator,
    /** For files of the spec; gone with the bench. */
    readonly folder: string,
  ) {}

  static async start(): Promise<CommandBench> {
    const folder = mkdtempSync(join(tmpdir(), 'consilium-spec-'));
    writeFileSync(join(folder, 'operator.token'), 'secret\n');
    return new CommandBench(await StandInCoordinator.start(), folder);
  }

  async close(): Promise<void> {
    await this.coordinator.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** In the name of an operator of the coordinator. */
  ask(...words: readonly string[]): Promise<Outcome> {
    const token = join(this.folder, 'operator.token');
    return runCommandLine([...words, '--url', this.coordinator.url, '--token-file', token]);
  }
}

export async function runCommandLine(words: readonly string[]): Promise<Outcome> {
  let [out, err] = ['', ''];
  const code = await run(words, {
    print: (text) => (out += text),
    say: (text) => (err += text),
  });
  return { code, out, err };
}
