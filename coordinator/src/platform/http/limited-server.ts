/**
 * The HTTP or HTTPS server below Express, with the limits that hold before a request is whole: slow clients are cut off, and no
 * address has more than its share of connections. security.md 7.1 case 10.
 */
import { ExpressAdapter } from '@nestjs/platform-express';
import { createServer, type Server as HttpServer, type ServerOptions } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { ClientAddresses, limitKey } from './client-address.js';

/** From the first byte, or the connection's begin, to the end of the head. */
const HEAD_MS = 5000;
/** To the end of the body: the largest one is a study file of 256 KiB. */
const REQUEST_MS = 20_000;

const SLOW_CLIENTS: ServerOptions = {
  headersTimeout: HEAD_MS,
  requestTimeout: REQUEST_MS,
  keepAliveTimeout: 5000,
  connectionsCheckingInterval: 1000,
  maxHeaderSize: 16_384,
};

/** All addresses together. */
const CONNECTIONS = 10_000;

export interface ServerLimits {
  /** Undefined for HTTP. */
  readonly tls: TlsOptions | undefined;
  readonly connectionsPerAddress: number;
  readonly trustedProxies: readonly string[];
}

export class LimitedServer extends ExpressAdapter {
  private readonly open = new Set<Socket>();

  constructor(private readonly limits: ServerLimits) {
    super();
  }

  override initHttpServer(): void {
    const { tls } = this.limits;
    const server =
      tls === undefined
        ? createServer(SLOW_CLIENTS, this.getInstance())
        : createSecureServer({ ...SLOW_CLIENTS, ...tls }, this.getInstance());
    server.maxConnections = CONNECTIONS;
    countConnections(server, this.limits, this.open);
    this.httpServer = server;
  }

  /** Connections that a client keeps open end here, too. */
  override async close(): Promise<void> {
    this.open.forEach((socket) => socket.destroy());
    const server = this.httpServer as HttpServer;
    await new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
    });
  }
}

/** Counted from the first packet on, before TLS. */
function countConnections(
  server: HttpServer,
  { connectionsPerAddress, trustedProxies }: ServerLimits,
  open: Set<Socket>,
): void {
  const proxies = new ClientAddresses(trustedProxies);
  const byAddress = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    const key = limitKey(address);
    const count = (byAddress.get(key) ?? 0) + 1;
    if (count > connectionsPerAddress && !proxies.isProxy(address)) {
      socket.destroy();
      return;
    }
    byAddress.set(key, count);
    open.add(socket);
    socket.once('close', () => {
      open.delete(socket);
      const left = (byAddress.get(key) ?? 1) - 1;
      if (left === 0) {
        byAddress.delete(key);
      } else {
        byAddress.set(key, left);
      }
    });
  });
}
