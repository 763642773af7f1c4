/** A TCP proxy that keeps every byte of both directions: what an eavesdropper between agent and coordinator has. */
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

export interface RecordingProxy {
  readonly url: string;
  /** All bytes so far, each connection and direction one buffer. */
  recorded(): readonly Buffer[];
  bytes(): number;
  close(): Promise<void>;
}

/** @param ownPort any free one if not given */
export async function startRecordingProxy(target: string, ownPort = 0): Promise<RecordingProxy> {
  const { hostname, port } = new URL(target);
  const streams: Buffer[][] = [];
  const sockets = new Set<Socket>();
  const server = createServer((inbound) => {
    const outbound = connect(Number(port), hostname);
    pipeRecorded(inbound, outbound);
    pipeRecorded(outbound, inbound);
  });

  function pipeRecorded(from: Socket, to: Socket): void {
    const chunks: Buffer[] = [];
    streams.push(chunks);
    sockets.add(from);
    // Waiting to fill a packet would add 40 ms to every answer, which no real wire does to agents that set the same option.
    from.setNoDelay(true);
    from.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      to.write(chunk);
    });
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
    from.on('error', () => to.destroy());
  }

  await new Promise<void>((resolve) => server.listen(ownPort, '127.0.0.1', resolve));
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    recorded: () => streams.map((chunks) => Buffer.concat(chunks)),
    bytes: () => streams.flat().reduce((sum, chunk) => sum + chunk.length, 0),
    close: () =>
      new Promise((resolve) => {
        sockets.forEach((socket) => socket.destroy());
        server.close(() => resolve());
      }),
  };
}
