/** A federation of real processes over a small phantom study: the ground that the end-to-end suites stand on. */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Evidence, readEvidence } from '@consilium/demo/bundle-reading';
import { DEMO_STUDY_ID } from '@consilium/demo/demo-study';
import { EventBoard } from '@consilium/demo/event-board';
import { type Federation, startFederation } from '@consilium/demo/federation';
import { commandOutcome, dataOf, runCommand, runJson } from '@consilium/demo/program';
import { seededRandom } from '@consilium/shared/crypto';
import { writePhantomDataset } from '@consilium/demo/phantom/dataset';
import { CELL_KINDS } from '@consilium/demo/phantom/cell-plan';
import { laboratories } from '@consilium/demo/phantom/laboratory';
import { SHIPPED_BACKBONE } from '@consilium/demo/shipped-backbone';
import { stringify } from 'yaml';

export interface SmallFederationOptions {
  readonly sites?: number;
  readonly rounds?: number;
  readonly imagesPerSite?: number;
  readonly port?: number;
  readonly route?: (coordinatorUrl: string) => Promise<string>;
  readonly database?: Readonly<Record<string, string>>;
  /** More settings of coordinator.yaml. */
  readonly coordinator?: Readonly<Record<string, unknown>>;
  /** More settings of a site's agent.yaml. */
  readonly agent?: (site: string) => Readonly<Record<string, unknown>>;
  /** Lines that replace parts of the study file, merged at the top level. */
  readonly study?: Readonly<Record<string, unknown>>;
  /** What happens to the running federation before it is waited for. */
  readonly disturb?: (
    federation: Federation,
    board: EventBoard,
    sites: readonly string[],
    place: Place,
  ) => Promise<void>;
  /** Hospitals that have pictures and no more: the disturbance brings them in. */
  readonly late?: number;
  /** What becomes of the study; completed unless given. */
  readonly ends?: 'completed' | 'failed';
}

/** Where a federation lies, and who is still to come. */
export interface Place {
  readonly folder: string;
  readonly pictures: string;
  readonly late: readonly string[];
}

export interface FinishedFederation {
  readonly sites: readonly string[];
  /** Scratch folder with logs, homes and the coordinator's data. */
  readonly folder: string;
  readonly pictures: string;
  readonly bundle: string;
  readonly adapterFile: string;
  readonly adapterSha256: string;
  readonly evidence: Evidence;
  readonly board: EventBoard;
  remove(): Promise<void>;
}

/** Runs a study from the first invite to the exported bundle. Same options, same pictures, same seeds. */
export async function runSmallFederation(
  options: SmallFederationOptions = {},
): Promise<FinishedFederation> {
  const folder = await mkdtemp(join(tmpdir(), 'consilium-e2e-'));
  const board = new EventBoard(() => undefined);
  const pictures = join(folder, 'pictures');
  const laboratoriesOfStudy = laboratories(
    (options.sites ?? 3) + (options.late ?? 0),
    seededRandom('small-federation'),
  );
  await writePhantomDataset({
    folder: pictures,
    sites: laboratoriesOfStudy,
    imagesPerSite: options.imagesPerSite ?? 30,
    seed: 'small-federation',
  });
  const names = laboratoriesOfStudy.map(({ name }) => name);
  const sites = names.slice(0, options.sites ?? 3).sort();
  const late = names.slice(sites.length);
  const federation = await startFederation({
    folder,
    sites,
    dataFolder: pictures,
    backboneFolder: SHIPPED_BACKBONE,
    studyFile: await studyFile(options, sites.length),
    board,
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.route === undefined ? {} : { route: options.route }),
    ...(options.database === undefined ? {} : { database: options.database }),
    ...(options.coordinator === undefined ? {} : { coordinator: options.coordinator }),
    ...(options.agent === undefined ? {} : { agent: options.agent }),
  });
  try {
    await Promise.all([
      options.disturb?.(federation, board, sites, { folder, pictures, late }),
      end(options, federation, board, sites),
    ]);
    return { ...(await exported(federation, folder)), sites, folder, pictures, board };
  } finally {
    await federation.stop();
  }
}

function end(
  { ends = 'completed' }: SmallFederationOptions,
  federation: Federation,
  board: EventBoard,
  sites: readonly string[],
): Promise<void> {
  return ends === 'completed'
    ? federation.finished()
    : federation.fleet.whileRunning(everyoneHeardOfFailure(board, sites));
}

function everyoneHeardOfFailure(board: EventBoard, sites: readonly string[]): Promise<void> {
  const completed = board
    .anyOne(sites, ({ event }) => event === 'study-completed')
    .then(() => {
      throw new Error('the study was completed, though it had to fail');
    });
  return Promise.race([board.everyOne(sites, ({ event }) => event === 'study-failed'), completed]);
}

export async function studyFile(options: SmallFederationOptions, sites: number): Promise<string> {
  const description = await runJson('agent', ['model', 'inspect', SHIPPED_BACKBONE]);
  return stringify({
    study: DEMO_STUDY_ID,
    title: 'A small study',
    task: { kind: 'classification', classes: [...CELL_KINDS] },
    backbone: (description as { hash: string }).hash,
    adapter: { kind: 'lora', rank: 2, alpha: 4, targets: ['query', 'value'], blocks: { last: 1 } },
    training: {
      rounds: options.rounds ?? 3,
      localEpochs: 1,
      batchSize: 8,
      optimizer: { kind: 'adamw', learningRate: 3e-3 },
    },
    privacy: { secureAggregation: 'off' },
    acceptance: 'off',
    participation: { minSites: sites, minSamples: 5, advertDeadline: '2m', roundDeadline: '5m' },
    seed: 7,
    ...options.study,
  });
}

async function exported(federation: Federation, folder: string) {
  const bundle = join(folder, 'bundle');
  const adapterFile = join(folder, 'adapter.safetensors');
  const { operator } = federation;
  await runCommand('operator', [
    ...['adapter', 'export', DEMO_STUDY_ID, '--out', adapterFile],
    ...operator,
  ]);
  await runCommand('operator', [
    ...['bundle', 'export', DEMO_STUDY_ID, '--out', bundle],
    ...operator,
  ]);
  const bytes = await readFile(adapterFile);
  return {
    bundle,
    adapterFile,
    adapterSha256: createHash('sha256').update(bytes).digest('hex'),
    evidence: await readEvidence(bundle),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

export interface Verdict {
  readonly code: number | string;
  readonly verified: boolean;
  /** Names of the checks that failed, with what they say. */
  readonly failures: readonly string[];
}

/** Runs the built verifier on a bundle folder. */
export async function verifyBundleFolder(folder: string): Promise<Verdict> {
  const { code, stdout } = await commandOutcome('verifier', ['bundle', folder, '--json']);
  const report = dataOf(stdout) as {
    verified: boolean;
    checks: readonly { name: string; ok: boolean; failures: readonly unknown[] }[];
  };
  return {
    code,
    verified: report.verified,
    failures: report.checks
      .filter(({ ok }) => !ok)
      .flatMap(({ name, failures }) => failures.map((f) => `${name}: ${JSON.stringify(f)}`)),
  };
}
