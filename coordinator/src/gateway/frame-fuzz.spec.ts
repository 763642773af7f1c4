/** security.md 7.1, case 1, at full number: what an authenticated peer may send, without the network in between. */
import { createChannel, randomBytes, seededRandom, type Channel } from '@consilium/shared/crypto';
import { concatBytes, utf8 } from '@consilium/shared/encoding';
import { encodeFrame } from '@consilium/shared/protocol';
import { parseSiteId } from '@consilium/shared/vocabulary';
import { SiteConnection } from './site-connection.js';
import { FakeSocket } from './testing/fake-socket.js';

const FRAMES = 100_000;
/** So many through the encryption; the rest meets what lies behind it, where the variety is. */
const SEALED = 4_000;

const OPEN: Channel = { seal: (plain) => Uint8Array.from(plain), open: (sealed) => sealed };
const CHUNK = 'update.chunk';
const SECRET = randomBytes(32);
const TRANSCRIPT = utf8('transcript');

const JSONS = [
  ...['', '{', '[]', 'null', '0', '"x"', '{}', '{"kind":1}', '{"kind":"log.prove"}', '\u0000'],
  '{"kind":"log.prove","leafIndex":-1,"knownSize":0}',
  '{"kind":"log.prove","leafIndex":1e400,"knownSize":0}',
  '{"kind":"log.prove","leafIndex":"0","knownSize":0}',
  '{"kind":"log.prove","leafIndex":0,"knownSize":0,"__proto__":{"polluted":1}}',
  '{"constructor":{"prototype":{"polluted":1}}}',
  `{"kind":"${CHUNK}","attemptId":"x","index":0}`,
  `${'['.repeat(64)}${']'.repeat(64)}`,
];

describe('1. frames of an authenticated peer', () => {
  const random = seededRandom('frame-fuzz');
  const below = (limit: number): number => Math.floor(random.uniform() * limit);
  const noise = (length: number): Uint8Array => Uint8Array.from({ length }, () => below(256));

  interface Peer {
    readonly socket: FakeSocket;
    readonly channel: Channel;
  }
  let ends = 0;
  let answered = 0;

  function connect(isSealed: boolean): Peer {
    const socket = new FakeSocket();
    new SiteConnection(
      parseSiteId('northgate'),
      socket,
      isSealed ? createChannel('coordinator', SECRET, TRANSCRIPT) : OPEN,
      () => {
        answered += 1;
        return Promise.resolve({ reply: { kind: 'accepted' } });
      },
      () => {
        ends += 1;
      },
    );
    return { socket, channel: isSealed ? createChannel('site', SECRET, TRANSCRIPT) : OPEN };
  }

  /** A plaintext that may lie about its length, hold anything, or be cut. */
  function plaintext(): Uint8Array {
    const json = utf8(JSONS[below(JSONS.length)] ?? '');
    const claimed = new Uint8Array(4);
    new DataView(claimed.buffer).setUint32(0, below(4) === 0 ? below(2 ** 32) : json.length);
    const whole = concatBytes(claimed, json, noise(below(3) * 8));
    return below(3) === 0 ? whole.subarray(0, below(whole.length)) : whole;
  }

  /** What socket.io may hand over: sealed, altered, raw, or of a wrong type. */
  function argument({ channel }: Peer): unknown {
    switch (below(6)) {
      case 0:
        return noise(below(80));
      case 1:
        return [undefined, null, 7, 'frame', {}, [], new Float64Array(2)][below(7)];
      case 2: {
        const sealed = channel.seal(plaintext());
        sealed[below(sealed.length)] = (sealed[below(sealed.length)] ?? 0) ^ (1 << below(8));
        return sealed;
      }
      case 3:
        return channel.seal(plaintext()).subarray(0, below(40));
      default:
        return channel.seal(plaintext());
    }
  }

  it('end the connection or are answered, 100,000 of them, and leave nothing behind', async () => {
    const prototype = Object.getOwnPropertyNames(Object.prototype).sort();
    const honest = { kind: 'log.prove', leafIndex: 0, knownSize: 0 };
    let stillOpen = 0;
    for (let sent = 0; sent < FRAMES; sent += 1) {
      const peer = connect(sent < SEALED);
      const event = below(50) === 0 ? 'admin' : 'frame';
      peer.socket.arrive(event, argument(peer), below(10) === 0 ? undefined : () => undefined);
      stillOpen += peer.socket.connected ? 1 : 0;
    }
    // A flipped bit may make a good request of a bad one: then it is answered, and nothing else keeps a connection open.
    expect(stillOpen).toBe(answered);
    expect(ends).toBe(FRAMES - answered);
    expect(answered).toBeLessThan(FRAMES / 1000);
    answered = 0;
    const { socket, channel } = connect(true);
    socket.arrive('frame', channel.seal(encodeFrame(honest)), () => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(1);
    expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(prototype);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});
