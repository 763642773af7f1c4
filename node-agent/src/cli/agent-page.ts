/** The agent page of `consilium-agent run`: opened before the agent starts, closed after it. */
import type { AgentConfig } from '../config/agent-config.js';
import type { Home } from '../config/home.js';
import { openDashboard } from '../dashboard/dashboard.js';
import { LiveSite } from '../dashboard/live-site.js';
import { makeOneTimeLogin, ONE_TIME_MINUTES } from '../dashboard/login/one-time-login.js';
import { hasPassword } from '../dashboard/login/password.js';
import type { PinnedCoordinator } from '../identity/pinned-coordinator.js';
import type { Logger } from '../telemetry/logger.js';
import type { Report } from '../telemetry/progress.js';
import type { CliTools } from './cli-tools.js';

export interface AgentPage {
  /** Tells the page what happened, and whoever was told before. */
  readonly report: Report;
  close(): Promise<void>;
}

export interface PageOrder {
  readonly home: Home;
  readonly config: AgentConfig;
  readonly pinned: PinnedCoordinator;
  readonly logger: Logger;
  readonly report: Report;
}

/** Where the page is off or its port is taken, the agent goes on without. */
export async function openAgentPage(order: PageOrder, tools: CliTools): Promise<AgentPage> {
  const { home, config, pinned, logger, report } = order;
  if (!config.dashboard.enabled) {
    return { report, close: () => Promise.resolve() };
  }
  const live = new LiveSite(Date.now);
  const opened = await openDashboard({
    ...{ home, config, live, logger },
    siteId: pinned.siteId,
    now: Date.now,
  });
  if (opened.kind === 'taken') {
    logger.warn(
      { port: opened.port },
      'no agent page: another program has its port; name a free one in agent.yaml, dashboard: { port: N }',
    );
    return { report, close: () => Promise.resolve() };
  }
  const { url } = opened.dashboard;
  report({ event: 'page', url });
  await showFirstLogin(home, url, tools);
  return {
    report: (progress) => {
      live.take(progress);
      report(progress);
    },
    close: () => opened.dashboard.close(),
  };
}

/** A code is shown to a person at a terminal alone: what is written elsewhere may be kept as a log. */
async function showFirstLogin(home: Home, url: string, { ask, stderr }: CliTools): Promise<void> {
  if (await hasPassword(home)) {
    return;
  }
  if (ask === undefined) {
    stderr.write(
      `agent page: ${url}/ ("consilium-agent dashboard --home ${home.folder}" prints a one-time login)\n`,
    );
    return;
  }
  const login = await makeOneTimeLogin(home, Date.now());
  stderr.write(
    `agent page: ${url}/login/first\none-time login: ${login} (for ${ONE_TIME_MINUTES} minutes)\n`,
  );
}
