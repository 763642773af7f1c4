import { createChannel, randomBytes, type Channel } from '@consilium/shared/crypto';
import { utf8 } from '@consilium/shared/encoding';
import { decodeFrame, encodeFrame, type Delivery } from '@consilium/shared/protocol';
import { parseSiteId, parseStudyId } from '@consilium/shared/vocabulary';
import fc from 'fast-check';
import { SiteConnection, type Answer, type EndReason } from './site-connection.js';
import { FakeSocket } from './testing/fake-socket.js';

const PROVE = { kind: 'log.prove', leafIndex: 1, knownSize: 0 };

function delivery(id: number): Delivery {
  const studyId = parseStudyId('smears');
  return { id, message: { kind: 'study.failed', studyId, reason: 'spec', leafIndex: 1 } };
}

async function tick(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}

describe('the connection of a site', () => {
  let socket: FakeSocket;
  let site: Channel;
  let connection: SiteConnection;
  let ended: EndReason | undefined;
  let answer: (kind: string, attachment: Uint8Array) => Promise<Answer>;
  let acknowledged: unknown[];

  beforeEach(() => {
    const secret = randomBytes(32);
    socket = new FakeSocket();
    site = createChannel('site', secret, utf8('transcript'));
    ended = undefined;
    acknowledged = [];
    answer = () => Promise.resolve({ reply: { kind: 'accepted' } });
    connection = new SiteConnection(
      parseSiteId('northgate'),
      socket,
      createChannel('coordinator', secret, utf8('transcript')),
      (request, attachment) => answer(request.kind, attachment),
      (reason) => {
        ended = reason;
      },
    );
  });

  const keep = (bytes: unknown): void => {
    acknowledged.push(decodeFrame(site.open(bytes as Uint8Array)).json);
  };
  const ask = (json: object, attachment?: Uint8Array): void => {
    socket.arrive('frame', site.seal(encodeFrame(json, attachment)), keep);
  };

  it('opens requests with their attachment and seals the answers', async () => {
    const seen: unknown[] = [];
    answer = (kind, attachment) => {
      seen.push([kind, ...attachment]);
      return Promise.resolve({ reply: { kind: 'late' } });
    };
    ask({ kind: 'update.chunk', attemptId: '0'.repeat(32), index: 0 }, Uint8Array.of(1, 2));
    await tick();
    expect(seen).toEqual([['update.chunk', 1, 2]]);
    expect(acknowledged).toEqual([{ kind: 'late' }]);
  });

  it('seals answers in the order in which they leave, whichever is ready first', async () => {
    const release: (() => void)[] = [];
    answer = () =>
      new Promise((resolve) => {
        release.push(() => {
          resolve({ reply: { kind: release.length > 2 ? 'late' : 'accepted' } });
        });
      });
    ask(PROVE);
    ask(PROVE);
    [...release].reverse().forEach((go) => {
      go();
    });
    await tick();
    expect(acknowledged).toHaveLength(2);
    expect(ended).toBeUndefined();
  });

  it('delivers a message and waits for the receipt', async () => {
    const received = connection.deliver(delivery(7));
    const [bytes, acknowledge] = socket.sent[0]?.args ?? [];
    expect(decodeFrame(site.open(bytes as Uint8Array)).json).toEqual(delivery(7));
    (acknowledge as (bytes: Uint8Array) => void)(
      site.seal(encodeFrame({ kind: 'received', id: 7 })),
    );
    expect(await received).toBe(true);
  });

  it('keeps the order of a request and a receipt that arrive in the same tick', async () => {
    const received = connection.deliver(delivery(7));
    const acknowledge = socket.sent[0]?.args[1] as (bytes: Uint8Array) => void;
    site.open(socket.sent[0]?.args[0] as Uint8Array);
    const request = site.seal(encodeFrame(PROVE));
    const receipt = site.seal(encodeFrame({ kind: 'received', id: 7 }));
    // socket.io defers an event by a tick and hands an acknowledgement over at once.
    process.nextTick(() => {
      socket.arrive('frame', request, keep);
    });
    acknowledge(receipt);
    expect(await received).toBe(true);
    await tick();
    expect(acknowledged).toEqual([{ kind: 'accepted' }]);
  });

  it('reports a message as not received when the socket goes', async () => {
    const received = connection.deliver(delivery(7));
    socket.disconnect();
    expect(await received).toBe(false);
    expect(await connection.deliver(delivery(8))).toBe(false);
  });

  it.each([
    ['a receipt for another message', encodeFrame({ kind: 'received', id: 8 })],
    ['something that is no receipt', encodeFrame({ kind: 'accepted' })],
    ['no frame', Uint8Array.of(1)],
  ])('ends at %s', async (_, plain) => {
    const received = connection.deliver(delivery(7));
    (socket.sent[0]?.args[1] as (bytes: Uint8Array) => void)(site.seal(plain));
    expect(await received).toBe(false);
    expect(ended).toBe('malformed-frame');
  });

  it('ends when a site does not acknowledge within a minute', async () => {
    jest.useFakeTimers();
    try {
      const received = connection.deliver(delivery(7));
      jest.advanceTimersByTime(60_000);
      expect(await received).toBe(false);
      expect(ended).toBe('no-receipt');
    } finally {
      jest.useRealTimers();
    }
  });

  it.each<[string, () => unknown[]]>([
    ['a text', () => ['frame', 'hello', keep]],
    ['nothing', () => ['frame']],
    ['bytes that do not open', () => ['frame', new Uint8Array(64), keep]],
    ['an unknown request', () => ['frame', site.seal(encodeFrame({ kind: 'drop.tables' })), keep]],
    [
      'a request with a surplus member',
      () => ['frame', site.seal(encodeFrame({ ...PROVE, a: 1 })), keep],
    ],
    ['a request that wants no answer', () => ['frame', site.seal(encodeFrame(PROVE))]],
    ['a frame cut short', () => ['frame', site.seal(encodeFrame(PROVE).subarray(0, 9)), keep]],
    [
      'a member called __proto__',
      () => ['frame', site.seal(utf8('\0\0\0\x1f{"kind":"log.prove","__proto__"')), keep],
    ],
    ['an unknown event', () => ['admin', Uint8Array.of(1)]],
  ])('ends at %s', (_, event) => {
    const [name, ...args] = event();
    socket.arrive(String(name), ...args);
    expect(ended).toBe(name === 'frame' ? 'malformed-frame' : 'unknown-event');
    expect(socket.connected).toBe(false);
  });

  it('ends at a frame that was repeated', async () => {
    const frame = site.seal(encodeFrame(PROVE));
    socket.arrive('frame', frame, keep);
    socket.arrive('frame', frame, keep);
    await tick();
    expect(ended).toBe('malformed-frame');
  });

  it('ends when more requests are under way than an agent ever has', () => {
    answer = () => new Promise(() => undefined);
    for (let i = 0; i < 17; i += 1) {
      ask(PROVE);
    }
    expect(ended).toBe('too-many-requests');
  });

  it('ends when an answer fails', async () => {
    answer = () => Promise.reject(new Error('no database'));
    ask(PROVE);
    await tick();
    expect(ended).toBe('internal-error');
    expect(acknowledged).toEqual([]);
  });

  it('survives whatever arrives in a frame', () => {
    fc.assert(
      fc.property(fc.anything(), fc.uint8Array({ maxLength: 200 }), (junk, bytes) => {
        const secret = randomBytes(32);
        const far = createChannel('site', secret, utf8('t'));
        const near = new FakeSocket();
        const reasons: EndReason[] = [];
        const fuzzed = new SiteConnection(
          parseSiteId('northgate'),
          near,
          createChannel('coordinator', secret, utf8('t')),
          () => Promise.resolve({ reply: { kind: 'accepted' } }),
          (reason) => reasons.push(reason),
        );
        near.arrive('frame', far.seal(bytes), () => undefined);
        near.arrive('frame', junk, () => undefined);
        expect(fuzzed.isOpen).toBe(false);
        expect(reasons).toEqual(['malformed-frame']);
      }),
      { numRuns: 500 },
    );
  });
});
