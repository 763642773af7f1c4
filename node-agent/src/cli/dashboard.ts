/** `consilium-agent dashboard`: where the agent page is, and a one-time login to it. */
import { answerLine } from '@consilium/shared/command-line';
import { loadAgentConfig } from '../config/agent-config.js';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { readPageAddress } from '../dashboard/address.js';
import { makeOneTimeLogin, ONE_TIME_MINUTES } from '../dashboard/login/one-time-login.js';
import { requireHome } from './arguments.js';
import type { CliTools } from './cli-tools.js';

export interface DashboardArguments {
  readonly home?: string;
  readonly json?: boolean;
}

/** @throws ConsiliumError 'wrong-state' where agent.yaml turns the page off */
export async function dashboardCommand(given: DashboardArguments, tools: CliTools): Promise<void> {
  const home = requireHome(given.home, tools);
  const { dashboard } = await loadAgentConfig(home);
  if (!dashboard.enabled) {
    throw new ConsiliumError(
      'wrong-state',
      'agent.yaml turns the page off: write dashboard: { enabled: true } and start the agent anew',
    );
  }
  const served = await readPageAddress(home);
  const login = await makeOneTimeLogin(home, Date.now());
  if (given.json === true) {
    const url = served === undefined ? {} : { url: served };
    tools.stdout.write(answerLine({ ...url, oneTimeLogin: login, minutes: ONE_TIME_MINUTES }));
    return;
  }
  const place =
    served === undefined
      ? 'no agent serves the page now: "consilium-agent run" does, at http://127.0.0.1:' +
        (dashboard.port === 0 ? 'any free port' : String(dashboard.port))
      : `agent page: ${served}/login/first`;
  tools.stdout.write(
    `${place}\none-time login: ${login}\nIt counts once and for ${ONE_TIME_MINUTES} minutes, and sets the password of the page.\n`,
  );
}
