/**
 * `consilium-agent doctor`: what this machine gives the agent: Node, the tensor engine and why it was taken, memory, disk, and the
 * cache of the home folder. The trainer process tries the engines, for the supervisor loads none.
 */
import { answerLine, ReportedFailure } from '@consilium/shared/command-line';
import { randomUUID } from 'node:crypto';
import { access, statfs } from 'node:fs/promises';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { loadAgentConfig } from '../config/agent-config.js';
import { homeAt } from '../config/home.js';
import { tryCoordinator, type Reach } from '../network/reach.js';
import type { Probed } from '../trainer-link/messages.js';
import {
  engineChecks,
  machineChecks,
  networkChecks,
  studyChecks,
  type Check,
} from './doctor-checks.js';
import { LOCAL_LIMITS, type CliTools, type TrainerLimits } from './cli-tools.js';

export interface DoctorArguments {
  /** Home folder whose agent.yaml chooses engine, threads, memory and cache. */
  readonly home?: string;
  readonly json?: boolean;
}

interface CacheState {
  readonly quotaBytes: number;
  readonly precision: string;
  /** Whether the secret of the cache has been made. */
  readonly hasKey: boolean;
}

interface Diagnosis {
  readonly node: string;
  readonly platform: string;
  readonly processors: number;
  readonly memory: {
    readonly totalMiB: number;
    readonly freeMiB: number;
    readonly trainerMiB: number;
  };
  readonly disk: { readonly folder: string; readonly freeMiB: number };
  readonly engine: Probed['engine'];
  readonly others: Probed['others'];
  readonly warnings: readonly string[];
  readonly cache?: CacheState;
  /** Whether the coordinator of agent.yaml answers. */
  readonly coordinator?: Reach;
  readonly checks: readonly Check[];
}

const MIB = 2 ** 20;

/** @throws ConsiliumError 'engine-missing' when the engine that agent.yaml names is not there, 'bad-configuration', 'trainer-crashed' */
export async function doctorCommand(given: DoctorArguments, tools: CliTools): Promise<void> {
  const folder = given.home ?? tools.environment().home;
  const { limits, cache, coordinator, ofHome } = await readHome(folder, tools);
  const probed = await probe(limits, tools);
  const { engine, others, warnings } = probed;
  const machine = {
    memory: {
      totalMiB: Math.floor(totalmem() / MIB),
      freeMiB: Math.floor(freemem() / MIB),
      trainerMiB: limits.memoryMiB,
    },
    disk: await freeDisk(folder ?? process.cwd()),
  };
  const diagnosis: Diagnosis = {
    node: process.version,
    platform: `${process.platform}/${process.arch}`,
    processors: availableParallelism(),
    ...machine,
    engine,
    others,
    warnings,
    ...(cache === undefined ? {} : { cache }),
    ...(coordinator === undefined ? {} : { coordinator }),
    checks: [
      ...ofHome.network,
      ...machineChecks(machine),
      ...engineChecks(probed),
      ...ofHome.studies,
    ],
  };
  report(diagnosis, given, tools);
}

/** @throws ReportedFailure 'wrong-state' when there is a problem */
function report(diagnosis: Diagnosis, { json }: DoctorArguments, { stdout }: CliTools): void {
  if (json !== true) {
    stdout.write(`${[...lines(diagnosis), ...checkLines(diagnosis.checks)].join('\n')}\n`);
  }
  const problems = diagnosis.checks.filter(({ result }) => result === 'problem');
  if (problems.length > 0) {
    const names = problems.map(({ check }) => check).join(', ');
    throw new ReportedFailure('wrong-state', `there are problems: ${names}`, diagnosis);
  }
  if (json === true) {
    stdout.write(answerLine(diagnosis));
  }
}

function checkLines(checks: readonly Check[]): string[] {
  const width = Math.max(...checks.map(({ check }) => check.length));
  return [
    '',
    ...checks.flatMap(({ check, result, says, fix }) => [
      `${result.padEnd(7)}  ${check.padEnd(width)}  ${says}`,
      ...(fix === undefined ? [] : [`${' '.repeat(width + 11)}fix: ${fix}`]),
    ]),
  ];
}

interface ChecksOfHome {
  readonly network: readonly Check[];
  readonly studies: readonly Check[];
}

async function readHome(
  folder: string | undefined,
  tools: CliTools,
): Promise<{
  readonly limits: TrainerLimits;
  readonly ofHome: ChecksOfHome;
  readonly cache?: CacheState;
  readonly coordinator?: Reach;
}> {
  if (folder === undefined) {
    return { limits: LOCAL_LIMITS, ofHome: { network: [], studies: [] } };
  }
  const home = homeAt(folder);
  const config = await loadAgentConfig(home);
  const { trainer, engine, threads, cache } = config;
  const hasKey = await access(home.cacheKeyFile).then(
    () => true,
    () => false,
  );
  const coordinator = await tryCoordinator(config.coordinator, config.network);
  return {
    ofHome: {
      network: await networkChecks(coordinator, Date.now()),
      studies: await studyChecks(config.studies, home, tools),
    },
    limits: { ...trainer, engine, threads },
    cache: { quotaBytes: cache.quota, precision: cache.precision, hasKey },
    coordinator,
  };
}

async function probe(limits: TrainerLimits, { trainers }: CliTools): Promise<Probed> {
  const trainer = trainers(limits)();
  try {
    const outcome = await trainer.probe(randomUUID());
    switch (outcome.kind) {
      case 'probed':
        return outcome;
      case 'failed':
        throw new ConsiliumError(outcome.code, outcome.message);
      case 'crashed':
        throw new ConsiliumError(
          'trainer-crashed',
          `the trainer ended while it tried the engines (${outcome.reason}); name another one with "engine:" in agent.yaml`,
        );
    }
  } finally {
    await trainer.close();
  }
}

async function freeDisk(folder: string): Promise<Diagnosis['disk']> {
  const { bavail, bsize } = await statfs(folder);
  return { folder, freeMiB: Math.floor((bavail * bsize) / MIB) };
}

function lines({ engine, others, memory, disk, cache, coordinator, ...rest }: Diagnosis): string[] {
  const { backend, version, device, threads, reason } = engine;
  return [
    `Node ${rest.node} on ${rest.platform}, ${rest.processors} processors`,
    `engine: ${backend} ${version} on the ${device}, threads: ${threads} (${reason})`,
    ...others.map((other) => `  not ${other.engine}: ${other.reason}`),
    ...rest.warnings.map((warning) => `warning: ${warning}`),
    `memory: ${memory.freeMiB} of ${memory.totalMiB} MiB free; a trainer may take ${memory.trainerMiB} MiB`,
    `disk: ${disk.freeMiB} MiB free in ${disk.folder}`,
    ...(cache === undefined ? [] : [cacheLine(cache)]),
    ...(coordinator === undefined ? [] : [reachLine(coordinator)]),
  ];
}

function reachLine({ url, proxy, says }: Reach): string {
  return `coordinator: ${url}${proxy === undefined ? '' : ` through the proxy ${proxy}`}: ${says}`;
}

function cacheLine({ quotaBytes, precision, hasKey }: CacheState): string {
  const key = hasKey ? 'its key is there' : 'its key is made at the first run';
  return `cache: up to ${Math.floor(quotaBytes / MIB)} MiB in ${precision}; ${key}`;
}
