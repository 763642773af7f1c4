/** A websocket by hand, for strangers that no client library would play. */
import { request } from 'node:http';
import type { Socket } from 'node:net';
import { SOCKET } from '@consilium/shared/protocol';

export interface Upgraded {
  /** 101 when it became a websocket. */
  readonly status: number | undefined;
  readonly socket: Socket;
}

export async function upgrade(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Upgraded> {
  return new Promise((resolve, reject) => {
    const asked = request(`${url}${SOCKET.path}/?EIO=4&transport=websocket`, {
      headers: {
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
        'Sec-WebSocket-Version': '13',
        ...headers,
      },
    });
    asked.once('response', ({ statusCode, socket }) => {
      resolve({ status: statusCode, socket });
    });
    asked.once('upgrade', ({ statusCode }, socket) => {
      resolve({ status: statusCode, socket: socket });
    });
    asked.once('error', reject);
    asked.end();
  });
}

/** RFC 6455 section 5.2: one text frame of less than 126 bytes, masked with zeros. */
export function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  return Buffer.concat([Buffer.of(0x81, 0x80 | payload.length, 0, 0, 0, 0), payload]);
}

/** What the other end sent until it closed the socket. */
export async function textUntilClosed(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (bytes: Buffer) => {
    text += bytes.toString('latin1');
  });
  await new Promise((resolve) => {
    socket.once('close', resolve);
  });
  return text;
}
