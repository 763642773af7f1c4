import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { generateSigningKeyPair, randomBytes, signBody } from '@consilium/shared/crypto';
import { toBase64 } from '@consilium/shared/encoding';
import { CoordinatorKeys } from '../config/coordinator-keys.js';
import { SimulatedSite } from '../rounds/testing/simulated-site.js';
import { LiveSites } from '../sites/live-sites.js';
import { REAUTHENTICATION_MS } from './reauthentication.js';
import { GatewayBench } from './testing/gateway-bench.js';
import { SocketSite } from './testing/socket-site.js';

/** A leaf that every site may read. */
const PROVE = { kind: 'log.prove', leafIndex: 0, knownSize: 0 } as const;

describe('a live socket', () => {
  let folder: string;
  let bench: GatewayBench;
  let site: SimulatedSite;
  let socket: SocketSite;
  const connect = (): Promise<SocketSite> =>
    SocketSite.connect(bench.url, site, bench.rounds.get(CoordinatorKeys).identity.publicKey);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'consilium-spec-'));
    bench = await GatewayBench.start(folder);
    site = new SimulatedSite('northgate', 10);
    await bench.rounds.enrol(site);
    socket = await connect();
  });
  afterEach(async () => {
    socket.socket.disconnect();
    await bench.close();
    await rm(folder, { recursive: true });
  });

  it('proves its key again every ten minutes, beside what it asks', async () => {
    for (const turn of [1, 2]) {
      bench.rounds.clock.advance(REAUTHENTICATION_MS);
      const { reply } = await socket.ask(PROVE);
      expect(reply.kind).toBe('proof');
      while (socket.challenges < turn) {
        await delay(5);
      }
    }
    expect(socket.socket.connected).toBe(true);
  });

  const bent: Readonly<Record<string, (of: SocketSite) => SocketSite['prove']>> = {
    'a proof by another key': () => (challenge) => {
      const proof = {
        ...{ v: 1 as const, siteId: site.siteId, url: bench.url, challenge: challenge.challenge },
        coordinatorKeyId: signBody('join', {}, bench.rounds.get(CoordinatorKeys).identity).keyId,
        transcriptHash: toBase64(randomBytes(32)),
      };
      return { kind: 'session.proof', proof: signBody('session', proof, generateSigningKeyPair()) };
    },
    'a proof over another challenge':
      ({ prove }) =>
      (challenge) =>
        prove({ ...challenge, challenge: toBase64(randomBytes(32)) }),
    'a proof of another session': () => (challenge) => {
      const proof = {
        ...{ v: 1 as const, siteId: site.siteId, url: bench.url, challenge: challenge.challenge },
        coordinatorKeyId: signBody('join', {}, bench.rounds.get(CoordinatorKeys).identity).keyId,
        transcriptHash: toBase64(randomBytes(32)),
      };
      return { kind: 'session.proof', proof: signBody('session', proof, site.identity) };
    },
  };

  it.each(Object.keys(bent))('ends after %s', async (name) => {
    socket.prove = bent[name]?.(socket) ?? socket.prove;
    bench.rounds.clock.advance(REAUTHENTICATION_MS);
    await socket.closed();
    expect(socket.socket.connected).toBe(false);
  });

  it('ends after ten seconds without a proof', async () => {
    socket.prove = () => undefined;
    bench.rounds.clock.advance(REAUTHENTICATION_MS);
    await socket.closed();
    expect(socket.socket.connected).toBe(false);
  });

  it('gives way to a newer one, which is counted', async () => {
    const newer = await connect();
    await socket.closed();
    const live = bench.rounds.get(LiveSites);
    expect(live.replacedCount(site.siteId)).toBe(1);
    expect(live.of(site.siteId)).toBeDefined();
    newer.socket.disconnect();
  });
});
