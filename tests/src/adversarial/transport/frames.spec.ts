/** What a stranger or a site may put on the wire, against a running coordinator: security.md 7.1, cases 1, 9, 11 and 12. */
import { readFile, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { encodeFrame, SOCKET } from '@consilium/shared/protocol';
import { concatBytes, utf8 } from '@consilium/shared/encoding';
import { LIMITS } from '@consilium/shared/vocabulary';
import { startAttacked, type AttackedCoordinator } from './attacked-coordinator.js';
import { RawSite, type SiteIdentity } from './raw-site.js';
import { openWebsocket, openWire, textFrame, upgradeHead, websocketFrame } from './raw-wire.js';

const MIB = 2 ** 20;
const PROVE = { kind: 'log.prove', leafIndex: 0, knownSize: 0 } as const;

describe('frames of strangers and of sites', () => {
  let coordinator: AttackedCoordinator;
  let site: SiteIdentity;

  beforeAll(async () => {
    // Thousands of connections of one address are the point here, and not what is tested.
    const limits = { requestsPerMinute: 1_000_000, pendingHandshakesPerAddress: 100_000 };
    coordinator = await startAttacked(['northgate'], {
      limits: { ...limits, connectionsPerAddress: 100_000 },
    });
    const [only] = coordinator.sites;
    if (only === undefined) {
      throw new Error('no site was enrolled');
    }
    site = only;
  }, 180_000);

  afterAll(() => coordinator.stop());

  async function memoryMiB(what: 'VmRSS' | 'VmHWM'): Promise<number> {
    const status = await readFile(`/proc/${coordinator.pid}/status`, 'utf8');
    return Number(new RegExp(`${what}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024;
  }

  /** By how much the memory of the process exceeded, at its peak, what it had before. */
  async function peakDuring(attack: () => Promise<void>): Promise<number> {
    // proc(5): this sets the peak back to what is resident now.
    await writeFile(`/proc/${coordinator.pid}/clear_refs`, '5');
    const before = await memoryMiB('VmHWM');
    await attack();
    return (await memoryMiB('VmHWM')) - before;
  }

  /** The process lives, and a site is served as ever. */
  async function expectHealthy(): Promise<void> {
    const healthy = await RawSite.connect(coordinator.url, site);
    expect((await healthy.ask(PROVE)).kind).toBe('proof');
    healthy.close();
    await healthy.closed;
  }

  /** Bytes that a seed decides. */
  function noise(seed: number, length: number): Buffer {
    let state = seed * 2_654_435_761 + 1;
    return Buffer.from(
      Array.from({ length }, () => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return state >>> 24;
      }),
    );
  }

  const PACKETS = [
    ...['', '0', '40', '41', '42', '44', '45', '49', '4', '1', '2', '3', '5', '6', '9'],
    ...['40{', '40{"body":', '40/admin,', '42["frame"]', '451-["frame",{"_placeholder":true}]'],
    ...['42["hello",{}]', '40{"keyId":1}', '4é', '40[]', '40"x"', '40null', '4599-[]'],
  ];

  async function fuzz(from: number, to: number): Promise<number> {
    let closed = 0;
    for (let start = from; start < to; start += 100) {
      const batch = Array.from({ length: Math.min(100, to - start) }, async (_, offset) => {
        const seed = start + offset;
        const wire = await openWebsocket(coordinator.url);
        const text = PACKETS[seed % PACKETS.length] ?? '';
        const payload = Buffer.concat([Buffer.from(text), noise(seed, seed % 64)]);
        wire.socket.write(websocketFrame(payload, seed % 3 === 0 ? 0x82 : 0x81));
        wire.socket.write(noise(seed, 40));
        await wire.closed;
        closed += 1;
      });
      await Promise.all(batch);
    }
    return closed;
  }

  it('1. truncated, random and wrong-type frames of strangers end their sockets, and the process keeps its memory', async () => {
    expect(await fuzz(0, 600)).toBe(600);
    const before = await memoryMiB('VmRSS');
    expect(await fuzz(600, 1800)).toBe(1200);
    expect((await memoryMiB('VmRSS')) - before).toBeLessThan(40);
    await expectHealthy();
  });

  it.each<[string, (attacker: RawSite) => unknown[]]>([
    ['a text', () => ['hello']],
    ['nothing', () => []],
    ['bytes that no channel sealed', () => [noise(1, 64)]],
    ['a frame cut short', ({ channel }) => [channel.seal(encodeFrame(PROVE)).subarray(0, 20)]],
    ['an unknown request', ({ channel }) => [channel.seal(encodeFrame({ kind: 'drop.tables' }))]],
    ['a wrong type', ({ channel }) => [channel.seal(encodeFrame({ ...PROVE, leafIndex: '0' }))]],
    ['an empty plaintext', ({ channel }) => [channel.seal(new Uint8Array(0))]],
  ])('1. %s in the channel ends that connection and no other', async (_, args) => {
    const attacker = await RawSite.connect(coordinator.url, site);
    attacker.socket.emit(SOCKET.frame, ...args(attacker), () => undefined);
    await attacker.closed;
    await expectHealthy();
  });

  it('9. a frame of 50 MB is closed at its head, and takes no memory', async () => {
    const attack = async (): Promise<void> => {
      const wire = await openWebsocket(coordinator.url);
      wire.socket.write(websocketFrame(Buffer.alloc(0), 0x82, 50 * MIB));
      const piece = Buffer.alloc(MIB);
      for (let sent = 0; sent < 50 && !wire.socket.destroyed; sent += 1) {
        await new Promise<void>((resolve) => {
          wire.socket.write(piece, () => resolve());
        });
      }
      await wire.closed;
      expect(wire.socket.bytesWritten).toBeLessThan(50 * MIB);
    };
    // The first ones make what later ones need as well: code, buffers, room for young objects.
    const peaks: number[] = [];
    for (let times = 0; times < 16; times += 1) {
      peaks.push(await peakDuring(attack));
    }
    const sorted = peaks.slice(4).toSorted((one, other) => one - other);
    expect(sorted[6]).toBeLessThan(5);
    // Not even where the collector of garbage came between: a frame that is kept takes 50.
    expect(sorted[11]).toBeLessThan(25);
    const inside = await RawSite.connect(coordinator.url, site);
    inside.socket.emit(SOCKET.frame, new Uint8Array(LIMITS.frameBytes + 1), () => undefined);
    await inside.closed;
    await expectHealthy();
  });

  it('11. compression is not negotiated, and a compressed frame ends the socket', async () => {
    const wire = openWire(coordinator.url);
    wire.socket.write(upgradeHead(['Sec-WebSocket-Extensions: permessage-deflate']));
    const head = await wire.until(/^HTTP\/1\.1 101 [^]*\r\n\r\n/);
    expect(head).not.toMatch(/sec-websocket-extensions/i);
    wire.socket.write(websocketFrame(Buffer.from([0xca, 0x01]), 0xc1));
    await wire.closed;
    await expectHealthy();
  });

  it('11. a gzip body is refused without being unfolded', async () => {
    const bomb = gzipSync(Buffer.alloc(7 * MIB));
    expect(bomb.length).toBeLessThan(8192);
    const answer = await fetch(`${coordinator.url}/v1/enrolments`, {
      method: 'POST',
      body: bomb,
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      detail: 'send the body without content-encoding',
    });
  });

  it('12. a packet with eleven attachments ends the socket, before and after the handshake', async () => {
    const holes = Array.from({ length: 11 }, (_, num) => ({ _placeholder: true, num }));
    const packet = `511-${JSON.stringify([SOCKET.frame, ...holes])}`;
    const stranger = await openWebsocket(coordinator.url);
    stranger.socket.write(textFrame(`4${packet}`));
    await stranger.closed;
    const inside = await RawSite.connect(coordinator.url, site);
    const args = Array.from({ length: 11 }, () => new Uint8Array(1));
    inside.socket.emit(SOCKET.frame, ...args, () => undefined);
    await inside.closed;
    await expectHealthy();
  });

  const post = (body: string): Promise<Response> =>
    fetch(`${coordinator.url}/v1/enrolments`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });

  it('12. JSON that is deep, wide or reaches for prototypes is refused in a body', async () => {
    const deep = await post(`${'['.repeat(4000)}${']'.repeat(4000)}`);
    expect([deep.status, await deep.json()]).toMatchObject([400, { code: 'bad-encoding' }]);
    const deeper = await post(`${'['.repeat(10_000)}${']'.repeat(10_000)}`);
    expect(deeper.status).toBe(413);
    for (const key of ['__proto__', 'constructor', 'prototype']) {
      const answer = await post(`{"${key}":{"isAdmin":true},"invite":"x"}`);
      expect([key, answer.status, await answer.json()]).toMatchObject([
        ...[key, 400],
        { code: 'bad-encoding' },
      ]);
    }
    await expectHealthy();
  });

  it('12. and so it is in the hello of a stranger', async () => {
    const wide = Array.from({ length: 100_000 }, (_, i) => `"k${i}":1`).join(',');
    const auths = [
      `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
      `{${wide}}`,
      '{"__proto__":{"body":{}},"constructor":{"prototype":{"isAdmin":true}}}',
    ];
    for (const auth of auths) {
      const wire = await openWebsocket(coordinator.url);
      wire.socket.write(textFrame(`40${auth}`));
      expect(await wire.closed).toContain('handshake-failed');
    }
    const wire = await openWebsocket(coordinator.url);
    const million = Array.from({ length: 1_000_000 }, (_, i) => `"k${i}":1`).join(',');
    wire.socket.write(textFrame(`40{${million}}`));
    expect(await wire.closed).not.toContain('44{');
    await expectHealthy();
  });

  it.each([
    ['10,000 levels', `${'['.repeat(10_000)}${']'.repeat(10_000)}`],
    ['33 levels', `${'['.repeat(33)}${']'.repeat(33)}`],
    ['a member called __proto__', '{"kind":"log.prove","leafIndex":0,"__proto__":{"knownSize":0}}'],
    ['the same member twice', '{"kind":"log.prove","leafIndex":0,"leafIndex":1,"knownSize":0}'],
    ['100,000 members', `{${Array.from({ length: 100_000 }, (_, i) => `"k${i}":1`).join(',')}}`],
  ])('12. JSON with %s inside the channel ends the connection', async (_, json) => {
    const attacker = await RawSite.connect(coordinator.url, site);
    const text = utf8(json);
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, text.length);
    const sealed = attacker.channel.seal(concatBytes(length, text));
    attacker.socket.emit(SOCKET.frame, sealed, () => undefined);
    await attacker.closed;
    await expectHealthy();
  });
});
