import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { generateSigningKeyPair } from '@consilium/shared/crypto';
import { fromBase64, utf8 } from '@consilium/shared/encoding';
import { parseCheckpoint, verifyInclusion, verifyNote } from '@consilium/shared/log';
import { SOCKET } from '@consilium/shared/protocol';
import { LIMITS } from '@consilium/shared/vocabulary';
import { CoordinatorKeys } from '../config/coordinator-keys.js';
import { STUDY } from '../rounds/testing/round-bench.js';
import { SimulatedSite } from '../rounds/testing/simulated-site.js';
import { StudiesService } from '../studies/studies.service.js';
import { GatewayBench } from './testing/gateway-bench.js';
import { textFrame, textUntilClosed, upgrade } from './testing/raw-socket.js';
import { fetchChallenge, SocketSite } from './testing/socket-site.js';

/** Each test starts a coordinator of its own, with real files. */
jest.setTimeout(60_000);

describe('the gateway', () => {
  let folder: string;
  let bench: GatewayBench;
  const open: SocketSite[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'consilium-spec-'));
    bench = await GatewayBench.start(folder);
  });
  afterEach(async () => {
    open.splice(0).forEach(({ socket }) => socket.disconnect());
    await bench.close();
    await rm(folder, { recursive: true });
  });

  const coordinatorKey = (): Uint8Array => bench.rounds.get(CoordinatorKeys).identity.publicKey;

  async function enrolled(name: string, weight = 10): Promise<SimulatedSite> {
    const site = new SimulatedSite(name, weight);
    await bench.rounds.enrol(site);
    return site;
  }

  async function connect(site: SimulatedSite): Promise<SocketSite> {
    const connected = await SocketSite.connect(bench.url, site, coordinatorKey());
    open.push(connected);
    return connected;
  }

  async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
    for (let tries = 0; !(await holds()); tries += 1) {
      if (tries > 500) {
        throw new Error('it never came to pass');
      }
      await delay(10);
    }
  }

  async function federation(): Promise<SocketSite[]> {
    const sites = [await enrolled('northgate', 120), await enrolled('westbank', 7)];
    await bench.rounds.createStudy();
    const connected = [];
    for (const site of sites) {
      connected.push(await connect(site));
    }
    const joined = async (): Promise<number> =>
      (await bench.rounds.get(StudiesService).get(STUDY)).roster.body.sites.length;
    await until(async () => (await joined()) === sites.length);
    return connected;
  }

  it('carries a study from offer to end', async () => {
    const sites = await federation();
    await bench.rounds.startStudy();
    await until(() => sites.every(({ site }) => site.hasSeen('study.completed')));
    const kinds = sites.map(({ site }) => site.inbox.map(({ kind }) => kind));
    expect(kinds[0]).toEqual([
      'study.offer',
      'round.manifest',
      'round.peers',
      'round.result',
      'study.completed',
    ]);
    expect(kinds[1]).toEqual(kinds[0]);
  });

  it('delivers again after a restart what was not received', async () => {
    const sites = await federation();
    open.splice(0).forEach(({ socket }) => socket.disconnect());
    await bench.rounds.startStudy();
    await bench.rounds.restart();
    for (const { site } of sites) {
      await connect(site);
    }
    await until(() => sites.every(({ site }) => site.hasSeen('study.completed')));
    expect(sites[0]?.site.hasSeen('round.result')).toBe(true);
  });

  it('gives a site the adapter of its study, piece by piece, and no blob of others', async () => {
    const [northgate] = await federation();
    await bench.rounds.startStudy();
    await until(() => northgate?.site.hasSeen('study.completed') === true);
    // Nobody joins a study that is over, so this one belongs to none.
    const stranger = await connect(await enrolled('elsewhere'));
    const { record } = northgate?.site.latest('round.result') ?? {};
    for (const hash of [record?.ringSumHash, record?.adapterCheckpointHash]) {
      if (northgate === undefined || hash === undefined) {
        throw new Error('the round has no result');
      }
      const read = { kind: 'blob.read', hash, offset: 4, length: 8 } as const;
      const { reply, attachment } = await northgate.ask(read);
      expect(reply.kind).toBe('blob');
      expect(attachment).toHaveLength(8);
      expect((await stranger.ask(read)).reply).toMatchObject({ code: 'not-found' });
      const beyond = await northgate.ask({ ...read, offset: 1_000_000 });
      expect(beyond.reply).toMatchObject({ code: 'bad-request' });
    }
  });

  it('proves leaves to a site', async () => {
    const northgate = await connect(await enrolled('northgate'));
    const { reply } = await northgate.ask({ kind: 'log.prove', leafIndex: 1, knownSize: 0 });
    if (reply.kind !== 'proof') {
      throw new Error('no proof came');
    }
    const { log } = bench.rounds.get(CoordinatorKeys);
    const name = 'consilium.local/log';
    const note = verifyNote(reply.checkpoint, { name, publicKey: log.publicKey });
    const { size, root } = parseCheckpoint(note.body);
    const proof = reply.inclusion.map(fromBase64);
    expect(() => {
      verifyInclusion({ leaf: utf8(reply.leaf), index: 1, size, proof, root });
    }).not.toThrow();
  });

  it('lets the newest socket of a site win', async () => {
    const site = await enrolled('northgate');
    const first = await connect(site);
    const second = await connect(site);
    await first.closed();
    const { reply } = await second.ask({ kind: 'log.prove', leafIndex: 0, knownSize: 0 });
    expect(reply.kind).toBe('proof');
  });

  it('records it when a site speaks in the name of another, and speaks on with it', async () => {
    const [northgate, westbank] = await federation();
    await bench.rounds.startStudy();
    await until(() => westbank?.site.hasSeen('round.manifest') === true);
    const { manifest } = westbank?.site.latest('round.manifest') ?? {};
    if (northgate === undefined || westbank === undefined || manifest === undefined) {
      throw new Error('no attempt was opened');
    }
    const advert = westbank.site.advert(manifest);
    for (let times = 0; times < 3; times += 1) {
      const { reply } = await northgate.ask({ kind: 'round.advert', advert });
      expect(reply).toMatchObject({ kind: 'problem', code: 'not-permitted' });
    }
    const refused = (await bench.rounds.leaves()).filter(({ type }) => type === 'security.refused');
    expect(refused).toHaveLength(1);
    expect(refused[0]).toMatchObject({ siteId: 'northgate', message: 'round.advert' });
  });

  it('answers an attachment where none belongs with a problem', async () => {
    const northgate = await connect(await enrolled('northgate'));
    const ask = { kind: 'log.prove', leafIndex: 0, knownSize: 0 } as const;
    const { reply } = await northgate.ask(ask, Uint8Array.of(1));
    expect(reply).toMatchObject({ kind: 'problem', code: 'bad-message' });
  });

  it('gives every bad handshake the same answer', async () => {
    const site = await enrolled('northgate');
    const stranger = new SimulatedSite('northgate', 1);
    const answer = (connecting: Promise<unknown>): Promise<string> =>
      connecting.then(
        () => 'welcome',
        (error: Error) => error.message,
      );
    const usedChallenge = await fetchChallenge(bench.url);
    const key = coordinatorKey();
    await SocketSite.connect(bench.url, site, key, { challenge: usedChallenge }).then((opened) =>
      open.push(opened),
    );
    const other = generateSigningKeyPair().publicKey;
    const answers = await Promise.all([
      answer(SocketSite.connect(bench.url, stranger, key)),
      answer(SocketSite.connect(bench.url, site, other)),
      answer(SocketSite.connect(bench.url, site, key, { challenge: usedChallenge })),
      answer(SocketSite.connect(bench.url, site, key, { ephemeralKey: `${'A'.repeat(43)}=` })),
    ]);
    expect(answers).toEqual(new Array(4).fill('handshake-failed'));
  });

  it('closes the socket of a stranger, whatever its auth is', async () => {
    const auths = ['', '{}', '{"body":1}', '{"body":{},"keyId":"x","signature":[]}'];
    const texts = await Promise.all(
      auths.map(async (auth) => {
        const { socket } = await upgrade(bench.url);
        socket.write(textFrame(`40${auth}`));
        return textUntilClosed(socket);
      }),
    );
    const refused: unknown = expect.stringContaining('handshake-failed');
    expect(texts).toEqual(auths.map(() => refused));
  });

  it('closes the socket of a stranger who says nothing after five seconds', async () => {
    const { socket } = await upgrade(bench.url);
    const startedMs = Date.now();
    await textUntilClosed(socket);
    expect(Date.now() - startedMs).toBeGreaterThan(4000);
  });

  it('closes a connection that sends more than a frame holds', async () => {
    const northgate = await connect(await enrolled('northgate'));
    northgate.socket.emit(SOCKET.frame, new Uint8Array(LIMITS.frameBytes + 1));
    await northgate.closed();
    expect(northgate.socket.connected).toBe(false);
  });

  it('speaks neither polling nor to browsers', async () => {
    const polling = await fetch(`${bench.url}${SOCKET.path}/?EIO=4&transport=polling`);
    expect(polling.status).toBe(400);
    const browser = await upgrade(bench.url, { Origin: 'https://elsewhere.example' });
    expect(browser.status).toBe(400);
    const agent = await upgrade(bench.url);
    expect(agent.status).toBe(101);
    agent.socket.destroy();
  });
});
