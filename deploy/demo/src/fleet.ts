/** The servers of a federation: started, stopped, killed and started again by name. An end that nobody asked for fails the whole. */
import { readFile } from 'node:fs/promises';
import { type Server, type ServerOptions, startServer } from './program.js';

export class Fleet {
  readonly #options = new Map<string, ServerOptions>();
  readonly #running = new Map<string, Server>();
  readonly #unexpected: Promise<never>;
  #fail: (reason: Error) => void = () => undefined;

  /** @param signal ends every wait when it is set off. */
  constructor(signal?: AbortSignal) {
    this.#unexpected = new Promise((_, reject) => {
      this.#fail = reject;
    });
    // Whoever waits sees the rejection through `whileRunning`; without a waiter it must not end the process.
    this.#unexpected.catch(() => undefined);
    signal?.addEventListener('abort', () => {
      this.#fail(new Error('interrupted'));
    });
  }

  start(options: ServerOptions): void {
    this.#options.set(options.name, options);
    const server = startServer(options);
    this.#running.set(options.name, server);
    void server.ended.then(async (code) => {
      if (this.#running.get(options.name) === server) {
        this.#fail(new Error(`${options.name} ended with ${code}:\n${await lastWords(options)}`));
      }
    });
  }

  /** Ends a process by SIGKILL, as a power cut would, and waits for its end. */
  async kill(name: string): Promise<void> {
    const server = this.#take(name);
    server.kill('SIGKILL');
    await server.ended;
  }

  /** Starts a killed or stopped server again, with the arguments it had. */
  restart(name: string): void {
    const options = this.#options.get(name);
    if (options === undefined) {
      throw new Error(`no server is called ${name}`);
    }
    this.start(options);
  }

  pid(name: string): number {
    const pid = this.#running.get(name)?.pid;
    if (pid === undefined) {
      throw new Error(`${name} is not running`);
    }
    return pid;
  }

  /** Settles with the outcome, or rejects as soon as a server ends by itself. */
  whileRunning<T>(outcome: Promise<T>): Promise<T> {
    return Promise.race([outcome, this.#unexpected]);
  }

  /** Stops all servers, the last started first. */
  async stopAll(): Promise<void> {
    const servers = [...this.#running.values()].reverse();
    this.#running.clear();
    await Promise.all(servers.map((server) => server.stop()));
  }

  #take(name: string): Server {
    const server = this.#running.get(name);
    if (server === undefined) {
      throw new Error(`${name} is not running`);
    }
    this.#running.delete(name);
    return server;
  }
}

async function lastWords(options: ServerOptions): Promise<string> {
  const log = await readFile(options.logFile, 'utf8').catch(() => '');
  return log.trim().split('\n').slice(-3).join('\n');
}
