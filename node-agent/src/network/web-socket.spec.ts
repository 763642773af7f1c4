import { createServer, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tryCoordinator } from './reach.js';
import { startConnectProxy } from './testing/connect-proxy.js';

describe('a WebSocket to the coordinator', () => {
  const closing: (() => Promise<unknown>)[] = [];
  let paths: (string | undefined)[] = [];

  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) {
      await close();
    }
    paths = [];
  });

  async function listening(server: Server): Promise<string> {
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => sockets.add(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(async () => {
      sockets.forEach((socket) => socket.destroy());
      await new Promise((resolve) => server.close(resolve));
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Answers as the coordinator does. */
  function coordinator(): Promise<string> {
    const server = createServer((_, response) => response.end());
    server.on('upgrade', ({ url }: IncomingMessage, socket: Socket) => {
      paths.push(url);
      socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
      );
    });
    return listening(server);
  }

  /** Passes on what it is asked, but for the header `Upgrade`, as inspecting gateways do. */
  async function gateway(target: string): Promise<string> {
    const { hostname, port } = new URL(target);
    const server = createServer(({ headers }, response) => {
      if (headers.upgrade !== undefined) {
        response.writeHead(400, { via: '1.1 gateway.hospital' }).end();
        return;
      }
      const inner = connect(Number(port), hostname, () => {
        inner.destroy();
        response.end();
      });
    });
    return listening(server);
  }

  it('opens on a direct way, and through a proxy that connects', async () => {
    const url = await coordinator();
    const direct = await tryCoordinator(url, { groupReadable: false });
    expect(direct).toMatchObject({ isReached: true, socket: { isOpened: true } });
    const proxy = await startConnectProxy();
    closing.push(() => proxy.close());
    const through = await tryCoordinator(url, { groupReadable: false, proxy: proxy.url });
    expect(through).toMatchObject({ isReached: true, socket: { isOpened: true } });
    expect(paths).toHaveLength(2);
    expect(paths[0]).toContain('transport=websocket');
  });

  it('is told from plain HTTP where a gateway refuses the change, by its name', async () => {
    const url = await gateway(await coordinator());
    const { isReached, socket } = await tryCoordinator(url, { groupReadable: false });
    expect(isReached).toBe(true);
    expect(socket).toEqual({
      isOpened: false,
      says: 'HTTP passes, but the change to a WebSocket is answered with status 400 by "1.1 gateway.hospital"',
    });
  });

  it('is told from plain HTTP where a proxy lets the first connection pass and no other', async () => {
    const url = await coordinator();
    let seen = 0;
    const proxy = await startConnectProxy(() => ((seen += 1) === 1 ? 200 : 403));
    closing.push(() => proxy.close());
    const { socket } = await tryCoordinator(url, { groupReadable: false, proxy: proxy.url });
    expect(socket?.isOpened).toBe(false);
    expect(socket?.says).toMatch(/^HTTP passes, but /);
    expect(paths).toEqual([]);
  });

  it('is not tried where nothing answers', async () => {
    const away = await tryCoordinator('http://127.0.0.1:9', { groupReadable: false });
    expect(away).not.toHaveProperty('socket');
  });
});
