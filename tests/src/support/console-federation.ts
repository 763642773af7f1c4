/** A coordinator as a process with hospitals that answer, and people with passwords who look at it in a browser. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.js';
import { PASSWORD } from './staffed-coordinator.js';

const RUNNER = fileURLToPath(new URL('../../src/support/run-typescript.cjs', import.meta.url));
const PROGRAM = fileURLToPath(
  new URL('../../../coordinator/src/living-coordinator-main.ts', import.meta.url),
);

export interface ConsolePlan {
  readonly rounds: number;
  /** How long a site trains in a round. */
  readonly trainMs: number;
  /** Sites beside those that answer. */
  readonly crowd?: number;
}

interface Listening {
  readonly url: string;
  /** The administrator's; at the first start only. */
  readonly token?: string;
}

export class ConsoleFederation {
  /** The study whose rounds go on; another one recruits. */
  readonly studyId = 'smears';

  private constructor(
    private readonly folder: string,
    private readonly port: number,
    private readonly plan: ConsolePlan,
    private process: ChildProcess,
    readonly url: string,
    private readonly token: string,
  ) {}

  static async start(plan: ConsolePlan): Promise<ConsoleFederation> {
    const folder = await mkdtemp(join(tmpdir(), 'consilium-console-'));
    const port = await freePort();
    const { child, listening } = await launch(folder, port, plan);
    const { url, token = '' } = listening;
    return new ConsoleFederation(folder, port, plan, child, url, token);
  }

  /** Where the coordinator keeps its rows and files. */
  get dataFolder(): string {
    return join(this.folder, 'data');
  }

  /** Signs in with `PASSWORD`. */
  async person(name: string, grant: object): Promise<void> {
    const made = await this.post('/v1/operators', { name, ...grant });
    const { activation } = (await made.json()) as { readonly activation: string };
    await this.post('/v1/activations', { activation, password: PASSWORD });
  }

  /** As a power cut would. The hospitals are gone with it. */
  async kill(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) {
      return;
    }
    const ended = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await ended;
  }

  /** The coordinator alone, on what it had kept, at the same address. */
  async restart(): Promise<void> {
    const { child } = await launch(this.folder, this.port, this.plan);
    this.process = child;
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }

  /** @throws Error with the answer when it is a refusal */
  private async post(path: string, body: object): Promise<Response> {
    const response = await fetch(this.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.token}` },
      body: JSON.stringify(body),
    });
    if (!response.ok) {
      throw new Error(`POST ${path}: ${await response.text()}`);
    }
    return response;
  }
}

/** @throws Error with what the process said when it ends before it listens */
async function launch(
  folder: string,
  port: number,
  { rounds, trainMs, crowd = 0 }: ConsolePlan,
): Promise<{ readonly child: ChildProcess; readonly listening: Listening }> {
  const values = [join(folder, 'data'), port, rounds, trainMs, crowd].map(String);
  const child = spawn(process.execPath, ['-C', '@consilium/source', RUNNER, PROGRAM, ...values], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const complaints: string[] = [];
  child.stderr.on('data', (chunk) => complaints.push(String(chunk)));
  for await (const line of createInterface({ input: child.stdout })) {
    return { child, listening: JSON.parse(line) as Listening };
  }
  throw new Error(`the coordinator ended: ${complaints.join('')}`);
}
