/**
 * A coordinator in a flood of strangers: handshakes with wrong secrets and sockets that say nothing, from many addresses, with its
 * usual limits; how fast it refuses, what memory that takes, and what a site that does its work notices.
 */
import { readFile } from 'node:fs/promises';
import { generateSigningKeyPair, keyIdOf, randomBytes, signBody } from '@consilium/shared/crypto';
import { toBase64 } from '@consilium/shared/encoding';
import { parseSiteId } from '@consilium/shared/vocabulary';
import {
  startAttacked,
  type AttackedCoordinator,
} from '../../adversarial/transport/attacked-coordinator.js';
import { RawSite } from '../../adversarial/transport/raw-site.js';
import { openWire, textFrame, upgradeHead } from '../../adversarial/transport/raw-wire.js';
import { figure, measured, type Figure } from '../measure/figure.js';
import { quantile } from '../measure/statistics.js';

export interface FloodResult {
  readonly suite: 'flood';
  /** Attempts to prove a site with a key that is nobody's. */
  readonly logins: number;
  readonly loginsRefusedPerSecond: number;
  /** Connections that say nothing, half of them websockets. */
  readonly idleSockets: number;
  /** Until the last of them was dropped. */
  readonly idleDroppedSeconds: number;
  readonly residentMiB: { readonly before: number; readonly most: number };
  /** What a site asks, one after the other: milliseconds. */
  readonly calm: Latencies;
  readonly flooded: Latencies;
}

interface Latencies {
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly requests: number;
}

const PROVE = { kind: 'log.prove', leafIndex: 0, knownSize: 0 } as const;
const AT_ONCE = 100;

export async function measureFlood(isQuick: boolean): Promise<FloodResult> {
  const [logins, idleSockets] = isQuick ? [100, 50] : [10_000, 5_000];
  const coordinator = await startAttacked(['northgate']);
  try {
    const [who] = coordinator.sites;
    if (who === undefined) {
      throw new Error('no site was enrolled');
    }
    const site = await RawSite.connect(coordinator.url, who);
    const calm = await latencies(site, pauseOf(isQuick ? 200 : 3000));
    const before = await residentMiB(coordinator);
    let most = before;
    const watch = setInterval(() => {
      void residentMiB(coordinator).then((now) => {
        most = Math.max(most, now);
      });
    }, 200);
    const startedMs = performance.now();
    const idle = idleFlood(coordinator.url, idleSockets).then(() => since(startedMs));
    const refused = loginFlood(coordinator.url, logins).then(() => since(startedMs));
    const flooded = await latencies(site, Promise.all([idle, refused]));
    clearInterval(watch);
    site.close();
    return {
      ...{ suite: 'flood', logins, idleSockets, calm, flooded, residentMiB: { before, most } },
      loginsRefusedPerSecond: logins / (await refused),
      idleDroppedSeconds: await idle,
    };
  } finally {
    await coordinator.stop();
  }
}

/** Each address of 127.1.0.0/16 sends two hundred. */
async function loginFlood(url: string, count: number): Promise<void> {
  const hello = textFrame(`40${JSON.stringify(strangerHello(url))}`);
  await inBatches(count, async (i) => {
    const wire = openWire(url, `127.1.${Math.floor(i / 200) % 256}.1`);
    wire.socket.write(upgradeHead());
    // What is refused at the door closes; the others show what they have.
    await wire.until(/^HTTP\/1\.1 101 [^]*\r\n\r\n/).then(
      () => wire.socket.write(hello),
      () => undefined,
    );
    await wire.closed;
  });
}

async function idleFlood(url: string, count: number): Promise<void> {
  const wires = Array.from({ length: count }, (_, i) => {
    const wire = openWire(url, `127.2.${Math.floor(i / 200) % 256}.1`);
    // Where the listen queue overflowed only this end believes in the connection; a probe finds out.
    wire.socket.setKeepAlive(true, 1000);
    if (i % 2 === 0) {
      wire.socket.write(upgradeHead());
    }
    return wire.closed;
  });
  await Promise.all(wires);
}

async function inBatches(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const index = next;
      next += 1;
      await work(index);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** Well-formed and signed, by a key that nobody knows, over a challenge that was never given. */
function strangerHello(url: string): object {
  const stranger = generateSigningKeyPair();
  const bytes = (): string => toBase64(randomBytes(32));
  return signBody(
    'handshake-site',
    {
      ...{ v: 1, siteId: parseSiteId('northgate'), url, agentVersion: '0.1.0', atMs: 0 },
      coordinatorKeyId: keyIdOf(stranger.publicKey),
      ...{ challenge: bytes(), clientNonce: bytes(), ephemeralKey: bytes() },
    },
    stranger,
  );
}

async function latencies(site: RawSite, until: Promise<unknown>): Promise<Latencies> {
  const times: number[] = [];
  let isOver = false;
  const over = until.then(() => {
    isOver = true;
  });
  while (!isOver) {
    const startedMs = performance.now();
    await site.ask(PROVE);
    times.push(performance.now() - startedMs);
    await pauseOf(20);
  }
  await over;
  return {
    medianMs: quantile(times, 0.5),
    p99Ms: quantile(times, 0.99),
    requests: times.length,
  };
}

function pauseOf(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

function since(startedMs: number): number {
  return (performance.now() - startedMs) / 1000;
}

async function residentMiB({ pid }: AttackedCoordinator): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

export function floodFigures(result: FloodResult): Figure[] {
  const { calm, flooded, residentMiB: memory } = result;
  return [
    figure(
      `flood: ${result.logins} wrong handshakes refused`,
      result.loginsRefusedPerSecond,
      'a second',
      'more',
    ),
    figure(
      `flood: ${result.idleSockets} idle sockets dropped within`,
      result.idleDroppedSeconds,
      's',
    ),
    figure('flood: memory of the coordinator', memory.most, 'MiB', 'less', [
      measured('before', memory.before),
    ]),
    figure('flood: a site is answered, median', flooded.medianMs, 'ms', 'less', [
      measured('without the flood', calm.medianMs),
    ]),
    figure('flood: a site is answered, 99 of 100 within', flooded.p99Ms, 'ms', 'less', [
      measured('without the flood', calm.p99Ms),
    ]),
  ];
}
