/**
 * The coordinator with real rows, files and sockets, and seventeen real agents that are summed in three groups, of which one is
 * poisoned; two agents die on the way. Threat: hospitals whose updates drag the adapter away, where no update can be looked at.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keyIdOf } from '@consilium/shared/crypto';
import { fromBase64 } from '@consilium/shared/encoding';
import { cutIntoGroups } from '@consilium/shared/secagg';
import { readSafetensors } from '@consilium/shared/tensors';
import { parseSiteId, type SiteId } from '@consilium/shared/vocabulary';
import { BlobStore } from '../blobs/blob-store.js';
import { AdapterCheckpointsService } from '../models/adapter-checkpoints.service.js';
import { BACKBONE } from '../models/testing/backbone.js';
import { RoundHistoryService } from '../rounds/round-history.service.js';
import { STUDY } from '../rounds/testing/round-bench.js';
import { SiteDecisions } from '../sites/site-decisions.js';
import { APPROVER } from '../sites/testing/sites-bench.js';
import { GatewayBench } from './testing/gateway-bench.js';

const ROOT = join(__dirname, '../../..');
const RUNNER = join(ROOT, 'tests/src/support/run-typescript.cjs');
const AGENTS = join(ROOT, 'node-agent/src/participation/testing/many-agents-main.ts');
const ROUND_DEADLINE_MS = 600_000;

const NAMES = Array.from({ length: 17 }, (_, i) => parseSiteId(`hospital-${10 + i}`));
const GROUPS = cutIntoGroups({ studyId: STUDY, seed: '7', cohort: NAMES, sites: 5 });
const [first = [], poisoned = [], third = []] = GROUPS;
const [silent] = first;
const [mute] = third;

interface Hospital {
  readonly name: SiteId;
  readonly images: number;
  readonly learns: number;
  readonly dies?: 'before-update' | 'after-update';
}

const HOSPITALS: readonly Hospital[] = NAMES.map((name, i) => ({
  name,
  images: 20 + 3 * i,
  learns: poisoned.includes(name) ? -0.5 : 0.1 + (i % 7) / 1000,
  ...(name === silent ? { dies: 'before-update' as const } : {}),
  ...(name === mute ? { dies: 'after-update' as const } : {}),
}));

/** The mean of what the sites of a list learn, by their pictures, in plain arithmetic. */
function meanOf(sites: readonly SiteId[]): number {
  const counted = HOSPITALS.filter(({ name }) => sites.includes(name) && name !== silent);
  const images = counted.reduce((sum, site) => sum + site.images, 0);
  return counted.reduce((sum, site) => sum + (site.learns * site.images) / images, 0);
}

/** What the agents' process says next, which must be of this kind. */
function word<T>(agents: ChildProcess, kind: string): Promise<T> {
  return new Promise((resolve, reject) => {
    agents.once('message', (said: { readonly kind: string }) => {
      if (said.kind === kind) {
        resolve(said as T);
      } else {
        reject(new Error(`the agents said ${said.kind}, not ${kind}`));
      }
    });
    agents.once('exit', (code) => {
      reject(new Error(`the agents ended with ${code} before they were ${kind}`));
    });
  });
}

describe('seventeen agents that are summed in groups', () => {
  let folder: string;
  let bench: GatewayBench;
  let agents: ChildProcess;
  let adapters: Readonly<Record<string, string>>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'consilium-groups-'));
    bench = await GatewayBench.start(folder);
    const { rounds } = bench;
    await rounds.createStudy({ minSites: 15, colluders: 1, groups: {}, isVoted: true });
    agents = fork(RUNNER, [AGENTS], {
      execArgv: ['-C', '@consilium/source'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const sites = [];
    for (const site of HOSPITALS) {
      sites.push({ ...site, invite: await rounds.invite(site.name) });
    }
    agents.send({ url: bench.url, study: STUDY, backbone: BACKBONE, classes: 3, sites });
    const { keys } = await word<{ keys: Record<string, string> }>(agents, 'enrolled');
    for (const name of NAMES) {
      const keyId = keyIdOf(fromBase64(keys[name] ?? ''));
      await rounds.get(SiteDecisions).approve(name, APPROVER, { keyId });
    }
    agents.send('approved');
    await word(agents, 'joined');
    await rounds.startStudy();
    await word(agents, 'updated');
    const completed = word<{ adapters: Record<string, string> }>(agents, 'completed');
    await rounds.pass(ROUND_DEADLINE_MS);
    ({ adapters } = await completed);
  }, 300_000);

  afterAll(async () => {
    agents.kill();
    await bench.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('end with the median of the means of their groups, and all with the same', async () => {
    const { hash } = await bench.rounds.get(AdapterCheckpointsService).latest(STUDY);
    const tensors = readSafetensors(await bench.rounds.get(BlobStore).readAll(hash));
    const means = GROUPS.map(meanOf).sort((a, b) => a - b);
    expect(means[0]).toBeCloseTo(-0.5, 6);
    for (const value of [...tensors.values()].flatMap(({ data }) => [...data])) {
      expect(value).toBeCloseTo(means[1] ?? Number.NaN, 6);
    }
    expect(meanOf(NAMES)).toBeLessThan((means[1] ?? 0) - 0.1);
    const alive = HOSPITALS.filter(({ dies }) => dies === undefined).map(({ name }) => name);
    expect(adapters).toEqual(Object.fromEntries(alive.map((name) => [name, hash])));
  });

  it('count the one that died with its update there, and not the one that died before', async () => {
    const [round] = await bench.rounds.get(RoundHistoryService).rounds(STUDY);
    const [attempt] = round?.attempts ?? [];
    expect(attempt?.phase).toBe('committed');
    const stateOf = (name: SiteId | undefined) =>
      attempt?.participants.find(({ siteId }) => siteId === name)?.state;
    expect([stateOf(silent), stateOf(mute)]).toEqual(['dropped', 'survivor']);
    expect(attempt?.groups?.sites).toEqual(GROUPS);
    const summed = (await bench.rounds.leaves()).find(({ type }) => type === 'round.survivors');
    expect(summed).toMatchObject({
      groups: GROUPS.map((sites) => sites.filter((name) => name !== silent)),
    });
  });
});
