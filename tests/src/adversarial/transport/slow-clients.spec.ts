/** Clients that take their time, 500 of them, against a running coordinator with its usual limits: security.md 7.1, case 10. */
import { setTimeout as pause } from 'node:timers/promises';
import { startAttacked, type AttackedCoordinator } from './attacked-coordinator.js';
import { RawSite } from './raw-site.js';
import { openWire, upgradeHead, type Wire } from './raw-wire.js';

const PROVE = { kind: 'log.prove', leafIndex: 0, knownSize: 0 } as const;

/** Writes a byte a second until the other end has enough. */
async function trickle(wire: Wire, text: string): Promise<string> {
  for (const letter of text) {
    if (wire.socket.destroyed) {
      break;
    }
    wire.socket.write(letter);
    await pause(1000);
  }
  return wire.closed;
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
          return trickle(wire, endless);
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
    const texts = await dropped;
    expect(texts).toHaveLength(500);
    expect(answered).toBeGreaterThan(10);
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
