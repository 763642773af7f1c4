/** The OpenID provider of the tests, a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const SCRIPT = join(__dirname, '../../interop/oidc-provider.mjs');

export interface ProviderProcess {
  readonly issuer: string;
  stop(): Promise<void>;
}

/** @throws Error with what the process said when it ends before it listens. */
export async function startProvider(client: {
  readonly id: string;
  readonly secret: string;
  readonly redirectUri: string;
}): Promise<ProviderProcess> {
  const args = [SCRIPT, client.id, client.secret, client.redirectUri];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const said: string[] = [];
  child.stderr.on('data', (bytes: Buffer) => said.push(bytes.toString()));
  const ended = once(child, 'close');
  const lines = createInterface({ input: child.stdout });
  const issuer = await Promise.race([
    firstIssuer(lines),
    ended.then(() => {
      throw new Error(`the provider ended: ${said.join('')}`);
    }),
  ]);
  return {
    issuer,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** The library may talk before it. */
async function firstIssuer(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) {
    if (line.startsWith('{')) {
      return (JSON.parse(line) as { issuer: string }).issuer;
    }
  }
  return new Promise(() => undefined);
}
