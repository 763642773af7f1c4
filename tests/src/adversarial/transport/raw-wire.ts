/** TCP, HTTP and websocket frames by hand, for strangers that no client library would play. */
import { connect, type Socket } from 'node:net';
import { SOCKET } from '@consilium/shared/protocol';

export interface Wire {
  readonly socket: Socket;
  /** Everything that has come back so far. */
  text(): string;
  /** Resolves to everything that came back once the other end has closed. */
  readonly closed: Promise<string>;
  /** Resolves as soon as what came back matches. */
  until(pattern: RegExp): Promise<string>;
}

/** @param localAddress one of 127.0.0.0/8, so that a stranger has an address of its own */
export function openWire(url: string, localAddress = '127.0.0.1'): Wire {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), localAddress });
  let text = '';
  let check: () => void = () => undefined;
  socket.on('data', (bytes: Buffer) => {
    text += bytes.toString('latin1');
    check();
  });
  // A reset is an end like any other here.
  socket.on('error', () => socket.destroy());
  const closed = new Promise<string>((resolve) => {
    socket.once('close', () => {
      resolve(text);
      check();
    });
  });
  return {
    socket,
    text: () => text,
    closed,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        check = () => {
          if (pattern.test(text)) {
            resolve(text);
          } else if (socket.destroyed) {
            reject(new Error(`closed before ${String(pattern)}: ${text.slice(0, 300)}`));
          }
        };
        check();
      }),
  };
}

export function upgradeHead(headers: readonly string[] = []): string {
  return [
    `GET ${SOCKET.path}/?EIO=4&transport=websocket HTTP/1.1`,
    ...['Host: x', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'],
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    ...headers,
    '\r\n',
  ].join('\r\n');
}

/** A wire that has become a websocket. */
export async function openWebsocket(url: string, localAddress?: string): Promise<Wire> {
  const wire = openWire(url, localAddress);
  wire.socket.write(upgradeHead());
  await wire.until(/^HTTP\/1\.1 101 [^]*\r\n\r\n/);
  return wire;
}

/**
 * RFC 6455 section 5.2: one client frame, masked with zeros.
 * @param first FIN, reserved bits and opcode: 0x81 is a text, 0x82 binary, 0x40 more says compressed
 * @param length what the head claims, if not the truth
 */
export function websocketFrame(payload: Uint8Array, first = 0x81, length = payload.length): Buffer {
  const head = Buffer.alloc(14);
  head[0] = first;
  head[1] = 0x80 | 127;
  head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}

export function textFrame(text: string): Buffer {
  return websocketFrame(Buffer.from(text));
}
