import { generateSigningKeyPair, keyIdOf, randomBytes } from '@consilium/shared/crypto';
import type { Delivery } from '@consilium/shared/protocol';
import type { SiteId } from '@consilium/shared/vocabulary';
import { openNetwork, type Network } from '../network/network.js';
import { createLogger } from '../telemetry/logger.js';
import { createByteCounter } from './byte-counter.js';
import { CoordinatorLink, type LinkOptions } from './coordinator-link.js';
import { InProcessCoordinator } from './testing/in-process-coordinator.js';

const SITE = 'northgate' as SiteId;

describe('the link to the coordinator', () => {
  let coordinator: InProcessCoordinator;
  let stopping: AbortController;
  let running: Promise<void>;
  let network: Network;
  const counter = createByteCounter();
  const delivered: Delivery[] = [];

  beforeEach(async () => {
    coordinator = await InProcessCoordinator.start();
    network = await openNetwork(coordinator.url, {});
    stopping = new AbortController();
    delivered.length = 0;
  });

  afterEach(async () => {
    stopping.abort();
    await running;
    await network.close();
    await coordinator.close();
  });

  function connect(options: Partial<LinkOptions> = {}): CoordinatorLink {
    const identity = generateSigningKeyPair();
    coordinator.sites.set(keyIdOf(identity.publicKey), {
      siteId: SITE,
      identityKey: identity.publicKey,
    });
    const link = new CoordinatorLink({
      parties: {
        url: coordinator.url,
        siteId: SITE,
        identity,
        coordinatorKey: coordinator.key.publicKey,
      },
      network,
      counter,
      logger: createLogger('error'),
      now: Date.now,
      uniform: () => 0,
      backoff: { firstMs: 5, longestMs: 20 },
      onDelivery: (delivery) => {
        delivered.push(delivery);
      },
      ...options,
    });
    running = link.run(stopping.signal);
    return link;
  }

  it('asks again over a fresh connection when the old one is lost before the answer', async () => {
    let asked = 0;
    coordinator.respond = async () => {
      asked += 1;
      if (asked === 1) {
        coordinator.drop();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return undefined;
    };
    const { reply } = await connect().request({ kind: 'log.prove', leafIndex: 0, knownSize: 0 });
    expect(reply.kind).toBe('proof');
    expect(asked).toBe(2);
    expect(coordinator.handshakes).toBe(2);
  });

  it('asks again after a passing problem', async () => {
    let asked = 0;
    coordinator.respond = () => {
      asked += 1;
      return asked < 3
        ? { reply: { kind: 'problem', code: 'database-busy', title: '', detail: '' } }
        : undefined;
    };
    const { reply } = await connect().request({ kind: 'log.prove', leafIndex: 0, knownSize: 0 });
    expect(reply.kind).toBe('proof');
    expect(asked).toBe(3);
  });

  it('takes a coordinator that does not answer for lost', async () => {
    let asked = 0;
    coordinator.respond = () => {
      asked += 1;
      return asked === 1 ? new Promise(() => undefined) : undefined;
    };
    const link = connect({ requestMs: 30 });
    const { reply } = await link.request({ kind: 'log.prove', leafIndex: 0, knownSize: 0 });
    expect(reply.kind).toBe('proof');
    expect(coordinator.handshakes).toBe(2);
  });

  it('ends the connection at any frame that is not the next one of the channel', async () => {
    const link = connect();
    for (let i = 1; i <= 5; i += 1) {
      await link.request({ kind: 'log.prove', leafIndex: 0, knownSize: 0 });
      expect(coordinator.handshakes).toBe(i);
      coordinator.sendRaw(SITE, randomBytes(1 + 300 * i));
      await until(() => coordinator.handshakes > i);
    }
    expect(delivered).toEqual([]);
  });

  it('is not misled by answers of the wrong form', async () => {
    let asked = 0;
    coordinator.respond = () => {
      asked += 1;
      const nonsense = [{}, { kind: 'blob', size: -1 }, { kind: 'accepted', more: 1 }, 'text'];
      const reply = nonsense[asked - 1];
      return reply === undefined ? undefined : { reply: reply as { kind: 'late' } };
    };
    const { reply } = await connect().request({ kind: 'log.prove', leafIndex: 0, knownSize: 0 });
    expect(reply.kind).toBe('proof');
    expect(coordinator.handshakes).toBe(5);
  });

  it('counts the bytes of every frame as they travel', async () => {
    counter.up = 0;
    counter.down = 0;
    const link = connect();
    await link.request({ kind: 'log.prove', leafIndex: 0, knownSize: 0 });
    const onTheWire = coordinator.frames.reduce((sum, frame) => sum + frame.length, 0);
    expect(counter.up + counter.down).toBe(onTheWire);
  });

  it('gives up a request when its signal says so', async () => {
    coordinator.respond = () => new Promise(() => undefined);
    const impatient = new AbortController();
    const request = connect().request(
      { kind: 'log.prove', leafIndex: 0, knownSize: 0 },
      { signal: impatient.signal },
    );
    impatient.abort(new Error('enough'));
    await expect(request).rejects.toThrow('enough');
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
