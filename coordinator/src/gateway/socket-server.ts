/**
 * Socket.IO on the coordinator's HTTP server, with the limits that hold before anybody is authenticated: websocket only, no
 * compression, small frames, a few seconds for the handshake. security.md 2.4.
 */
import type { IncomingMessage, Server as HttpServer } from 'node:http';
import { SOCKET } from '@consilium/shared/protocol';
import { LIMITS } from '@consilium/shared/vocabulary';
import { Server } from 'socket.io';

const HANDSHAKE_MS = 5000;

/** A site whose machine is gone is noticed after the sum of the two. */
const PING_INTERVAL_MS = 10_000;
const PING_TIMEOUT_MS = 15_000;

/** How long the other end may take to say goodbye; ws would leave it half a minute. */
const GOODBYE_MS = 1000;

/** Of engine.io's Socket, what is used here. */
interface Wire {
  readonly request: IncomingMessage;
  once(event: 'close', listener: () => void): unknown;
}

/** @param admits decides by the request alone, before a websocket is made of it. */
export function openSocketServer(
  http: HttpServer,
  admits: (request: IncomingMessage) => boolean,
): Server {
  const server = new Server(http, {
    path: SOCKET.path,
    transports: ['websocket'],
    serveClient: false,
    perMessageDeflate: false,
    maxHttpBufferSize: LIMITS.frameBytes,
    connectTimeout: HANDSHAKE_MS,
    pingInterval: PING_INTERVAL_MS,
    pingTimeout: PING_TIMEOUT_MS,
    cleanupEmptyChildNamespaces: true,
    allowRequest: (request, decide) => {
      decide(null, admits(request));
    },
  });
  server.engine.on('connection', (wire: Wire) => {
    wire.once('close', () => {
      setTimeout(() => wire.request.socket.destroy(), GOODBYE_MS).unref();
    });
  });
  return server;
}
