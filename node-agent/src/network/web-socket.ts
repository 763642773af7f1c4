/**
 * Whether a WebSocket opens all the way to the coordinator: gateways and inspecting proxies let plain HTTPS through and drop the
 * header `Upgrade` (RFC 6455 section 4.1). Nothing is said on it, and it is closed at once.
 */
import { randomBytes } from 'node:crypto';
import { request as plainRequest, type ClientRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { SOCKET } from '@consilium/shared/protocol';
import type { Network } from './network.js';

const TIMEOUT_MS = 5000;

export interface SocketReach {
  readonly isOpened: boolean;
  /** One sentence. */
  readonly says: string;
}

export function tryWebSocket(coordinator: string, network: Network): Promise<SocketReach> {
  return new Promise((resolve) => {
    const request = upgradeRequest(coordinator, network);
    const finish = (isOpened: boolean, says: string): void => {
      request.destroy();
      resolve({ isOpened, says });
    };
    request.on('upgrade', (_, socket) => {
      socket.destroy();
      finish(true, 'it opens');
    });
    request.on('response', ({ statusCode = 0, headers }) => {
      const by = headers.via ?? headers.server;
      const name = typeof by === 'string' && /^[\x20-\x7e]{1,80}$/.test(by) ? ` by "${by}"` : '';
      finish(
        false,
        `HTTP passes, but the change to a WebSocket is answered with status ${statusCode}${name}`,
      );
    });
    request.on('timeout', () => {
      finish(
        false,
        `HTTP passes, but the change to a WebSocket is not answered within ${TIMEOUT_MS / 1000} s`,
      );
    });
    request.on('error', (error) => {
      finish(false, `HTTP passes, but a WebSocket does not open: ${network.explain(error)}`);
    });
    request.end();
  });
}

function upgradeRequest(coordinator: string, { agent, tls }: Network): ClientRequest {
  const url = new URL(`${SOCKET.path.replace(/\/$/, '')}/?EIO=4&transport=websocket`, coordinator);
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': randomBytes(16).toString('base64'),
  };
  const options = { headers, timeout: TIMEOUT_MS, ...(agent === undefined ? {} : { agent }) };
  return url.protocol === 'https:'
    ? tlsRequest(url, { ...options, ...tls })
    : plainRequest(url, options);
}
