/** A coordinator as a process of its own, under a host name, with an administrator made by the command for it. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBoard } from '@consilium/demo/event-board';
import { runCommand, startServer, type Server } from '@consilium/demo/program';
import { stringify } from 'yaml';
import { freePort } from './free-port.js';

/** Long enough for the coordinator. */
export const PASSWORD = 'correct horse battery';

export interface Person {
  readonly operatorId: string;
  readonly name: string;
}

export class StaffedCoordinator {
  private constructor(
    readonly folder: string,
    /** `http://localhost:...`: passkeys are bound to a host name. */
    readonly url: string,
    readonly configFile: string,
    private readonly server: Server,
    /** The administrator's. */
    readonly tokenFile: string,
  ) {}

  /** @param settings more of coordinator.yaml, made when the address is known. */
  static async start(
    settings: (url: string, folder: string) => Promise<object> = () => Promise.resolve({}),
  ): Promise<StaffedCoordinator> {
    const folder = await mkdtemp(join(tmpdir(), 'consilium-e2e-'));
    const port = await freePort();
    const url = `http://localhost:${port}`;
    const configFile = join(folder, 'coordinator.yaml');
    const config = {
      dataFolder: join(folder, 'data'),
      http: { host: '127.0.0.1', port },
      publicUrl: url,
      ...(await settings(url, folder)),
    };
    await writeFile(configFile, stringify(config));
    const board = new EventBoard(() => undefined);
    const server = startServer({
      name: 'coordinator',
      program: 'coordinator',
      args: ['serve', '--config', configFile],
      logFile: join(folder, 'coordinator.log'),
      onEvent: (event) => {
        board.add('coordinator', event);
      },
    });
    await board.anyOne(['coordinator'], ({ event }) => event === 'listening');
    const tokenFile = join(folder, 'administrator.token');
    const files = ['--token-file', tokenFile, '--config', configFile];
    await runCommand('coordinator', ['create-admin', 'root', ...files]);
    return new StaffedCoordinator(folder, url, configFile, server, tokenFile);
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** What the coordinator has written so far. */
  log(): Promise<string> {
    return readFile(join(this.folder, 'coordinator.log'), 'utf8');
  }

  /** Asks as the administrator. @throws Error when the answer is a refusal. */
  async asAdministrator(method: string, path: string, body?: object): Promise<unknown> {
    const token = (await readFile(this.tokenFile, 'utf8')).trim();
    return this.send(path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** An account that has not been activated yet. */
  async invite(name: string, grant: object): Promise<Person & { readonly activation: string }> {
    const made = await this.asAdministrator('POST', '/v1/operators', { name, ...grant });
    return { name, ...(made as { operatorId: string; activation: string }) };
  }

  /** An account whose password is known to the tests. */
  async person(name: string, grant: object): Promise<Person> {
    const { activation, operatorId } = await this.invite(name, grant);
    await this.send('/v1/activations', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ activation, password: PASSWORD }),
    });
    return { name, operatorId };
  }

  private async send(path: string, init: RequestInit): Promise<unknown> {
    const response = await fetch(this.url + path, init);
    if (!response.ok) {
      throw new Error(`${init.method ?? 'GET'} ${path}: ${await response.text()}`);
    }
    return response.status === 204 ? undefined : response.json();
  }
}
