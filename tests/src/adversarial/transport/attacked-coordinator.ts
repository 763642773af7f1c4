/** A running coordinator process with enrolled sites, for specs that play those sites themselves, byte by byte. */
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBoard } from '@consilium/demo/event-board';
import {
  agentHome,
  enrolSite,
  startCoordinator,
  type FederationPlan,
} from '@consilium/demo/federation';
import { Fleet } from '@consilium/demo/fleet';
import { signingKeyPairFrom } from '@consilium/shared/crypto';
import { encodeFloat, fromBase64 } from '@consilium/shared/encoding';
import { PLAIN_VIT, type Leaf } from '@consilium/shared/protocol';
import { parseSiteId } from '@consilium/shared/vocabulary';
import type { SiteIdentity } from './raw-site.js';

const half = encodeFloat(0.5);
/** Large enough that an adapter below takes three chunks. Nobody has its weights, and nobody needs them. */
const BACKBONE = {
  hash: `sha256:${'b'.repeat(64)}`,
  geometry: {
    ...PLAIN_VIT,
    ...{ hiddenSize: 768, layers: 12, heads: 12, mlpSize: 3072, imageSize: 224, patchSize: 16 },
    layerNormEps: encodeFloat(1e-6),
  },
  preprocessing: {
    resize: { kind: 'exact', height: 224, width: 224 },
    resample: 'bilinear',
    resizes: 'bytes',
    rescale: encodeFloat(1 / 255),
    mean: [half, half, half],
    std: [half, half, half],
  },
  parameters: 86_000_000,
};

/** In one answer. */
const LEAVES = 100;

export interface AttackedCoordinator {
  readonly url: string;
  readonly pid: number;
  readonly sites: readonly SiteIdentity[];
  /** With the token of a study coordinator. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** Makes a study for the given sites and opens it for joining. */
  createStudy(study: string, sites: readonly string[], minSites?: number): Promise<void>;
  leaves(): Promise<readonly Leaf[]>;
  stop(): Promise<void>;
}

/** @param settings more of coordinator.yaml */
export async function startAttacked(
  names: readonly string[],
  settings: Readonly<Record<string, unknown>> = {},
): Promise<AttackedCoordinator> {
  const folder = await mkdtemp(join(tmpdir(), 'consilium-attack-'));
  const fleet = new Fleet();
  const plan: FederationPlan = {
    ...{ folder, sites: names, dataFolder: folder, backboneFolder: folder, studyFile: '' },
    board: new EventBoard(() => undefined),
    coordinator: settings,
  };
  try {
    const { url, ...people } = await startCoordinator(plan, fleet);
    await mkdir(join(folder, 'agents'), { recursive: true });
    await Promise.all(names.map((name) => enrolSite(plan, name, url, people)));
    const token = await tokenOf(people.operator);
    const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
      fetch(url + path, {
        ...init,
        headers: { authorization: `Bearer ${token}`, ...(init.headers as object) },
      });
    await expectOk(ask('/v1/backbones', json(BACKBONE)));
    return {
      url,
      pid: fleet.pid('coordinator'),
      sites: await Promise.all(names.map((name) => identityOf(plan, name))),
      ask,
      createStudy: (study, sites, minSites) =>
        expectOk(ask('/v1/studies', yaml(studyFile(study, sites, minSites ?? sites.length)))),
      leaves: async () => {
        const found: Leaf[] = [];
        for (let isMore = true; isMore;) {
          const answer = await ask(`/v1/log/leaves?start=${found.length}&count=${LEAVES}`);
          const { leaves } = (await answer.json()) as { leaves: { leaf: string }[] };
          found.push(...leaves.map(({ leaf }) => JSON.parse(leaf) as Leaf));
          isMore = leaves.length === LEAVES;
        }
        return found;
      },
      stop: async () => {
        await fleet.stopAll();
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await fleet.stopAll();
    throw error;
  }
}

async function tokenOf(operator: readonly string[]): Promise<string> {
  const file = operator[operator.indexOf('--token-file') + 1] ?? '';
  return (await readFile(file, 'utf8')).trim();
}

async function identityOf(plan: FederationPlan, name: string): Promise<SiteIdentity> {
  const home = agentHome(plan, name);
  const key = await readFile(join(home, 'identity', 'signing-key'), 'utf8');
  const pinned = JSON.parse(await readFile(join(home, 'coordinator.json'), 'utf8')) as {
    coordinatorKey: string;
  };
  return {
    siteId: parseSiteId(name),
    identity: signingKeyPairFrom(fromBase64(key.trim())),
    coordinatorKey: fromBase64(pinned.coordinatorKey),
  };
}

function json(value: unknown): RequestInit {
  const headers = { 'content-type': 'application/json' };
  return { method: 'POST', body: JSON.stringify(value), headers };
}

function yaml(body: string): RequestInit {
  return { method: 'POST', body, headers: { 'content-type': 'application/yaml' } };
}

function studyFile(study: string, sites: readonly string[], minSites: number): string {
  return JSON.stringify({
    study,
    title: 'A study under attack',
    task: { kind: 'classification', classes: ['a', 'b', 'c'] },
    backbone: BACKBONE.hash,
    adapter: {
      ...{ kind: 'lora', rank: 8, alpha: 8, blocks: 'all' },
      targets: ['query', 'key', 'value', 'attention-output'],
    },
    training: { rounds: 1, optimizer: { kind: 'sgd', learningRate: 0.1 }, updateRange: 0.5 },
    privacy: { secureAggregation: 'off' },
    acceptance: 'off',
    participation: { sites, minSites, maxAttempts: 5, advertDeadline: '5m', roundDeadline: '5m' },
    seed: 7,
  });
}

async function expectOk(answering: Promise<Response>): Promise<void> {
  const answer = await answering;
  if (!answer.ok) {
    throw new Error(`${answer.url} answered ${answer.status}: ${await answer.text()}`);
  }
  await answer.arrayBuffer();
}
