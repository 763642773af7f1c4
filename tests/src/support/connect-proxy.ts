/** An HTTP proxy that knows CONNECT (RFC 9110 section 9.3.6) and nothing else. */
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

export interface ConnectProxy {
  readonly url: string;
  /** Where it was asked to connect to, in order. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** @param judge the status of the answer; 200 connects. */
export async function startConnectProxy(
  judge: (authorization: string | undefined) => number = () => 200,
): Promise<ConnectProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((_, response) => {
    response.writeHead(405).end();
  });
  server.on('connect', (request, inbound: Socket) => {
    const target = request.url ?? '';
    asked.push(target);
    sockets.add(inbound);
    const status = judge(request.headers['proxy-authorization']);
    inbound.on('error', () => inbound.destroy());
    if (status !== 200) {
      inbound.end(`HTTP/1.1 ${status} No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const { hostname, port } = new URL(`http://${target}`);
    const outbound = connect(Number(port), hostname, () => {
      inbound.write('HTTP/1.1 200 Connection established\r\n\r\n');
      outbound.pipe(inbound);
      inbound.pipe(outbound);
    });
    outbound.on('error', () => inbound.destroy());
    outbound.on('close', () => inbound.destroy());
    inbound.on('close', () => outbound.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: async () => {
      sockets.forEach((socket) => socket.destroy());
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
