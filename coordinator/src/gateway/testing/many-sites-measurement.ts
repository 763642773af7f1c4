/**
 * Program of the benchmark of many sites: one secure attempt of one coordinator, with real rows, files and sockets; all sites in a
 * second process. Prints times, memory and bytes as one line of JSON.
 *   run-typescript.cjs many-sites-measurement.ts SITES FEATURES
 */
import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OwedMessage } from '@consilium/shared/protocol';
import { CoordinatorKeys } from '../../config/coordinator-keys.js';
import { SecureSite } from '../../rounds/testing/secure-site.js';
import { GatewayBench } from './gateway-bench.js';
import { castOf, play, type Cast, type Word } from './site-players.js';

/** Each phase begins when the last site has the first message, and ends when the last has the second. */
const PHASES = [
  ['adverts', 'round.manifest', 'round.peers'],
  ['shares', 'round.peers', 'round.relay'],
  ['updates', 'round.relay', 'round.survivors'],
  ['endorsements', 'round.survivors', 'round.quorum'],
  ['unmasking', 'round.quorum', 'round.result'],
] as const;

/** Of the coordinator's process. */
interface Moment {
  readonly atMs: number;
  readonly cpuMs: number;
}

function moment(): Moment {
  const { user, system } = process.cpuUsage();
  return { atMs: performance.now(), cpuMs: (user + system) / 1000 };
}

async function measure(sites: number, features: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'consilium-sites-'));
  const bench = await GatewayBench.start(folder);
  try {
    const names = Array.from({ length: sites }, (_, i) => `site-${String(i).padStart(3, '0')}`);
    const members = names.map((name, i) => new SecureSite(name, 10 + i));
    const plan = { minSites: 3, colluders: 1, geometry: { hiddenSize: features } };
    await bench.rounds.createStudy(plan);
    for (const member of members) {
      await bench.rounds.enrol(member);
    }
    const key = bench.rounds.get(CoordinatorKeys).identity.publicKey;
    const { moments, wire } = await playStudy(bench, castOf(bench.url, key, members));
    const phases = PHASES.map(([name, begin, end]) => ({
      name,
      seconds: (at(moments, end).atMs - at(moments, begin).atMs) / 1000,
      coordinatorCpuSeconds: (at(moments, end).cpuMs - at(moments, begin).cpuMs) / 1000,
    }));
    const peakMiB = process.resourceUsage().maxRSS / 1024;
    process.stdout.write(`${JSON.stringify({ sites, phases, peakMiB, wire })}\n`);
  } finally {
    await bench.close();
    await rm(folder, { recursive: true });
  }
}

type Moments = ReadonlyMap<OwedMessage['kind'], Moment>;

/** @throws Error when the players end before the study */
async function playStudy(bench: GatewayBench, cast: Cast) {
  const [, runner = '', program = ''] = process.argv;
  const players = fork(runner, [program, 'play'], {
    execArgv: process.execArgv,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const moments = new Map<OwedMessage['kind'], Moment>();
  const wire = new Promise<Extract<Word, { kind: 'wire' }>>((resolve, reject) => {
    players.once('exit', (code) => {
      reject(new Error(`the sites ended with ${code} before the study did`));
    });
    players.on('message', (word: Word) => {
      switch (word.kind) {
        case 'all-joined':
          bench.rounds.startStudy().catch(reject);
          return;
        case 'all-got':
          moments.set(word.message, moment());
          return;
        case 'wire':
          resolve(word);
      }
    });
  });
  players.send(cast);
  const { sent, received } = await wire;
  players.disconnect();
  return { moments, wire: { sent, received } };
}

function at(moments: Moments, kind: OwedMessage['kind']): Moment {
  const found = moments.get(kind);
  if (found === undefined) {
    throw new Error(`not every site was sent ${kind}`);
  }
  return found;
}

const [order = '3', features = '8'] = process.argv.slice(3);
if (order === 'play') {
  process.once('message', (cast: Cast) => {
    void play(cast, (word) => process.send?.(word));
  });
} else {
  void measure(Number(order), Number(features));
}
