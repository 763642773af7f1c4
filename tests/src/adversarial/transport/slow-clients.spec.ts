/** Clients that take their time, 500 of them, against a running coordinator with its usual limits: security.md 7.1, case 10. */
import { setTimeout as pause } from 'node:timers/promises';
import { startAttacked, type AttackedCoordinator } from './attacked-coordinator.js';
import { RawSite } from './raw-site.js';
import { openWire, upgradeHead, websocketFrame, type Wire } from './raw-wire.js';

const PROVE = { kind: 'log.prove', leafIndex: 0, knownSize: 0 } as const;

interface Dropped {
  /** What came back before the end. */
  readonly text: string;
  readonly atMs: number;
}

/** Writes a byte a second until the other end has enough. */
async function trickle(wire: Wire, text: string): Promise<Dropped> {
  const closed = wire.closed.then((back) => ({ text: back, atMs: performance.now() }));
  for (const letter of text) {
    if (wire.socket.destroyed) {
      break;
    }
    wire.socket.write(letter, 'latin1');
    await pause(1000);
  }
  return closed;
}

describe('slow clients', () => {
  let coordinator: AttackedCoordinator;

  beforeAll(async () => {
    coordinator = await startAttacked(['northgate']);
  }, 180_000);

  afterAll(() => coordinator.stop());

  it('10. five hundred that send a byte a second are dropped, and a healthy site is served meanwhile', async () => {
    const [who] = coordinator.sites;
    if (who === undefined) {
      throw new Error('no site was enrolled');
    }
    const healthy = await RawSite.connect(coordinator.url, who);
    const endless = 'x'.repeat(100);
    const frame = websocketFrame(Buffer.alloc(100), 0x82).toString('latin1');
    const body = `POST /v1/enrolments HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 8000\r\n\r\n`;
    const attacks = Array.from({ length: 500 }, (_, i) => {
      const wire = openWire(coordinator.url, `127.0.0.${2 + (i % 5)}`);
      switch (i % 4) {
        case 0:
          return trickle(wire, `GET / HTTP/1.1\r\nX: ${endless}`);
        case 1:
          return trickle(wire, '');
        case 2:
          wire.socket.write(upgradeHead());
          return trickle(wire, frame);
        default:
          wire.socket.write(body);
          return trickle(wire, endless);
      }
    });
    let answered = 0;
    const dropped = Promise.all(attacks);
    const isOver = dropped.then(() => true);
    while (!(await Promise.race([isOver, pause(250).then(() => false)]))) {
      expect((await healthy.ask(PROVE)).kind).toBe('proof');
      answered += 1;
    }
    const ends = await dropped;
    expect(ends).toHaveLength(500);
    expect(answered).toBeGreaterThan(10);
    // A head and a handshake have 5 seconds, a body has 20: none of them waits for the longest limit.
    const [heads, bodies] = [ends.filter((_, i) => i % 4 < 3), ends.filter((_, i) => i % 4 === 3)];
    const lastHeadMs = Math.max(...heads.map(({ atMs }) => atMs));
    expect(lastHeadMs).toBeLessThan(Math.min(...bodies.map(({ atMs }) => atMs)));
    const texts = ends.map(({ text }) => text);
    expect(texts.some((text) => text.startsWith('HTTP/1.1 408 '))).toBe(true);
    expect(texts.some((text) => text.startsWith('HTTP/1.1 201 '))).toBe(false);
    healthy.close();
  });

  it('10. a site that sends a frame byte by byte loses its connection, and may come again', async () => {
    const [who] = coordinator.sites;
    if (who === undefined) {
      throw new Error('no site was enrolled');
    }
    const slow = await RawSite.connect(coordinator.url, who);
    const engine = slow.socket.io.engine.transport as unknown as {
      ws: { _socket: { write(bytes: Uint8Array): void } };
    };
    // The head of a binary frame of 1 MiB; what follows never comes, so no pong comes either.
    engine.ws._socket.write(Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0, 1]));
    await slow.closed;
    const again = await RawSite.connect(coordinator.url, who);
    expect((await again.ask(PROVE)).kind).toBe('proof');
    again.close();
  });
});
