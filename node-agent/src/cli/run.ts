/** `consilium-agent run`: the supervisor, until it is told to stop. */
import { setPriority } from 'node:os';
import { eventLine, lastLine } from '@consilium/shared/command-line';
import { randomBytes } from '@consilium/shared/crypto';
import type { SitePolicy } from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { loadAgentConfig, type AgentConfig } from '../config/agent-config.js';
import { lockHome } from '../config/home-lock.js';
import { requireFolderConsent } from '../config/licence-consent.js';
import { ensureCacheSecret } from '../identity/cache-key.js';
import { requireEnrolled } from '../identity/enrolled.js';
import { requireNoRotation } from '../identity/key-rotation.js';
import type { PinnedCoordinator } from '../identity/pinned-coordinator.js';
import { openNetwork } from '../network/network.js';
import { Agent } from '../participation/agent.js';
import { readPolicy } from '../policy/policy-file.js';
import { createLogger } from '../telemetry/logger.js';
import { reportTo, type ProgressOutput } from '../telemetry/progress.js';
import { openAgentPage } from './agent-page.js';
import { requireHome } from './arguments.js';
import type { CliTools, TrainerLimits } from './cli-tools.js';

export interface RunArguments {
  readonly home?: string;
  readonly jsonl?: boolean;
}

export async function runCommand(given: RunArguments, tools: CliTools): Promise<void> {
  const home = requireHome(given.home, tools);
  const config = await loadAgentConfig(home);
  const { identity, pinned } = await requireEnrolled(home);
  requireNoRotation(home);
  requireSameParties(config, pinned);
  for (const { backbone, model } of config.studies) {
    // Said here already, since a study that is offered and lacks the record is declined.
    await requireFolderConsent(backbone, [model], config.licences);
  }
  // As above: a study whose cache has no trustworthy secret would be declined.
  await ensureCacheSecret(home.cacheKeyFile);
  const { policy } = await readPolicy(home.policyFile);
  requireAllowedHost(config, policy);
  if (policy.resources.nice > 0) {
    setPriority(policy.resources.nice);
  }
  const network = await openNetwork(config.coordinator, config.network);
  const unlock = await lockHome(home);
  try {
    const logger = createLogger(tools.environment().logLevel ?? config.logLevel);
    const output = given.jsonl === true ? enveloped(tools) : tools.stdout;
    const report = reportTo(output, pinned.siteId, Date.now);
    const page = await openAgentPage({ home, config, pinned, logger, report }, tools);
    const agent = new Agent({
      home,
      config,
      identity,
      pinned,
      network,
      createTrainer: tools.trainers(trainerLimits(config, policy)),
      seal: tools.seal,
      logger,
      report: page.report,
      now: Date.now,
      uniform,
    });
    try {
      await agent.run(tools.signal);
    } finally {
      await page.close();
    }
    report({ event: 'stopped' });
  } finally {
    await network.close();
    await unlock();
  }
}

/** Each event in the envelope of a stream; that the agent stopped is the last. */
function enveloped({ stdout }: CliTools): ProgressOutput {
  return {
    write: (line) => {
      const event = JSON.parse(line) as { readonly event: string };
      stdout.write(event.event === 'stopped' ? lastLine(event) : eventLine(event));
    },
  };
}

/** agent.yaml may not lead the agent to another coordinator than the one it enrolled with under another name. */
function requireSameParties({ site }: AgentConfig, { siteId }: PinnedCoordinator): void {
  if (site !== undefined && site !== siteId) {
    throw new ConsiliumError(
      'bad-configuration',
      `agent.yaml has 1 fault:\n  site: this folder is enrolled as ${siteId}`,
    );
  }
}

/** @throws ConsiliumError 'bad-configuration' when the policy does not let the agent connect to the coordinator */
function requireAllowedHost({ coordinator }: AgentConfig, { network }: SitePolicy): void {
  const { hostname } = new URL(coordinator);
  if (network.allowHosts?.includes(hostname) === false) {
    throw new ConsiliumError(
      'bad-configuration',
      `policy.yaml has 1 fault:\n  network.allowHosts: does not list ${hostname}, the coordinator of agent.yaml`,
    );
  }
}

/** The smaller of what the machine's settings and the hospital's policy give. */
function trainerLimits(config: AgentConfig, { resources }: SitePolicy): TrainerLimits {
  const threads = Math.min(config.threads ?? Infinity, resources.threads ?? Infinity);
  return {
    ...config.trainer,
    memoryMiB: Math.min(config.trainer.memoryMiB, resources.memoryMiB ?? Infinity),
    engine: config.engine,
    threads: Number.isFinite(threads) ? threads : undefined,
  };
}

/** Evenly from [0, 1), with 32 bits. */
function uniform(): number {
  const bytes = randomBytes(4);
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) / 2 ** 32;
}
