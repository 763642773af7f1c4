/** Serves the agent page on 127.0.0.1, in the supervisor's process. Without it the agent works as before. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemCode } from '../config/durable-file.js';
import type { Home } from '../config/home.js';
import { removePageAddress, writePageAddress } from './address.js';
import type { PageSite } from './page-site.js';
import { PageServer } from './page-server.js';
import { readPublicFiles } from './public-files.js';

const HOST = '127.0.0.1';
/** A browser that goes away, or another program that holds on, ties nothing up. */
const REQUEST_MS = 30_000;

export interface Dashboard {
  readonly url: string;
  close(): Promise<void>;
}

export type Opened =
  | { readonly kind: 'open'; readonly dashboard: Dashboard }
  | { readonly kind: 'taken'; readonly port: number };

/** @returns 'taken' where another program listens on the port of agent.yaml: the agent goes on without a page. */
export async function openDashboard(site: PageSite): Promise<Opened> {
  const { port } = site.config.dashboard;
  const server = createServer();
  const pages = new PageServer(site, await readPublicFiles(), () => portOf(server));
  server.requestTimeout = REQUEST_MS;
  server.headersTimeout = REQUEST_MS;
  server.maxHeadersCount = 100;
  server.on('request', (request, response) => {
    void pages.handle(request, response);
  });
  if (!(await listen(server, port))) {
    return { kind: 'taken', port };
  }
  const url = `http://${HOST}:${portOf(server)}`;
  await writePageAddress(site.home, url);
  return { kind: 'open', dashboard: { url, close: () => close(server, site.home) } };
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo | null)?.port ?? 0;
}

/** @returns false where the port is taken. */
function listen(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      if (systemCode(error) === 'EADDRINUSE' || systemCode(error) === 'EACCES') {
        resolve(false);
      } else {
        reject(error);
      }
    });
    server.listen({ host: HOST, port, exclusive: true }, () => {
      resolve(true);
    });
  });
}

async function close(server: Server, home: Home): Promise<void> {
  await removePageAddress(home);
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
