/** The consents that a command of this machine may rely on: those of the agent's home folder, where it is named. */
import { loadAgentConfig, type LicenceRecord } from '../config/agent-config.js';
import { homeAt } from '../config/home.js';
import type { CliTools } from './cli-tools.js';

/**
 * `licences` of agent.yaml in the folder of --home or CONSILIUM_AGENT_HOME; none where neither is named.
 * @throws ConsiliumError 'bad-configuration' when the named folder has no valid agent.yaml
 */
export async function readLicences(
  home: string | undefined,
  { environment }: CliTools,
): Promise<readonly LicenceRecord[]> {
  const folder = home ?? environment().home;
  return folder === undefined ? [] : (await loadAgentConfig(homeAt(folder))).licences;
}
