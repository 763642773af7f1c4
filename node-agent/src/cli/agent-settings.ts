/** The settings of an agent for `config show`: those of agent.yaml, with what is built in, and who gave them. */
import { readFile } from 'node:fs/promises';
import {
  settingsWithOrigin,
  type Setting,
  type SettingsLayer,
} from '@consilium/shared/command-line';
import { parse as parseYaml } from 'yaml';
import { loadAgentConfig } from '../config/agent-config.js';
import { requireHome } from './arguments.js';
import type { CliTools } from './cli-tools.js';

/** @throws ConsiliumError 'bad-configuration', 'bad-request' where no home folder is named */
export async function agentSettings(
  folder: string | undefined,
  tools: CliTools,
): Promise<readonly Setting[]> {
  const home = requireHome(folder, tools);
  const { logLevel, ...config } = await loadAgentConfig(home);
  const environment = tools.environment();
  const given: unknown = parseYaml(await readFile(home.configFile, 'utf8'), {
    schema: 'core',
    maxAliasCount: 100,
  });
  const layers: readonly SettingsLayer[] = [
    { origin: '--home', values: folder === undefined ? {} : { home: folder } },
    { origin: 'environment', values: environment },
    { origin: home.configFile, values: given },
  ];
  const effective = {
    home: home.folder,
    ...config,
    logLevel: environment.logLevel ?? logLevel,
  };
  return settingsWithOrigin(effective, layers);
}

/** Beside agent.yaml the policy, which `policy show` shows. */
export function agentSettingsFiles(folder: string | undefined, tools: CliTools): readonly string[] {
  const { configFile, policyFile } = requireHome(folder, tools);
  return [configFile, policyFile];
}
