/** An enrolled agent over a throw-away home folder, as often as a spec starts it anew. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { SiteId } from '@consilium/shared/vocabulary';
import { parseAgentConfig } from '../../config/agent-config.js';
import { homeAt, type Home } from '../../config/home.js';
import { enrol } from '../../identity/enrolment.js';
import { readIdentity } from '../../identity/keystore.js';
import { readPinned } from '../../identity/pinned-coordinator.js';
import { createLogger } from '../../telemetry/logger.js';
import type { ProgressReport } from '../../telemetry/progress.js';
import type { InProcessCoordinator } from '../../transport/testing/in-process-coordinator.js';
import { openNetwork } from '../../network/network.js';
import { Agent } from '../agent.js';
import type { JournalOptions } from '../journal.js';
import type { CreateTrainer } from '../trainer-client.js';
import { sealUpdateFile } from '../update-sealer.js';

export interface RunningAgent {
  readonly reports: ProgressReport[];
  /** Resolves when the agent was stopped; rejects with what ended it. */
  readonly done: Promise<void>;
  stop(): Promise<void>;
  /** Resolves when a report fits. */
  until(fits: (report: ProgressReport) => boolean): Promise<ProgressReport>;
}

/** Lets two strangers and data of four pictures pass: what most specs are about is something else. */
export const OPEN_POLICY = {
  participation: { minSites: 2 },
  data: { minCell: 1 },
  approval: { mode: 'automatic' },
  members: { atLeastKnown: 0 },
};

export class AgentFixture {
  readonly logLines: string[] = [];
  /** What agent.yaml says under `licences`, in YAML. */
  licences = '[]';
  study = 'cells';

  private constructor(
    readonly home: Home,
    private readonly url: string,
    readonly siteId: SiteId,
  ) {}

  static async enrolled(
    coordinator: Pick<InProcessCoordinator, 'url' | 'invite'>,
    site = 'northgate',
  ): Promise<AgentFixture> {
    const home = homeAt(await mkdtemp(join(tmpdir(), 'agent-')));
    const siteId = site as SiteId;
    const network = await openNetwork(coordinator.url, {});
    await enrol({ home, url: coordinator.url, network, siteId, invite: coordinator.invite() });
    await network.close();
    const fixture = new AgentFixture(home, coordinator.url, siteId);
    await fixture.allow(OPEN_POLICY);
    return fixture;
  }

  async start(createTrainer: CreateTrainer, journal: JournalOptions = {}): Promise<RunningAgent> {
    const [identity, pinned] = await Promise.all([
      readIdentity(this.home.identityFile),
      readPinned(this.home.coordinatorFile),
    ]);
    if (identity === undefined || pinned === undefined) {
      throw new Error('not enrolled');
    }
    const reports: ProgressReport[] = [];
    const listeners = new Set<(report: ProgressReport) => void>();
    const logger = createLogger('debug', {
      write: (line: string) => {
        this.logLines.push(line);
      },
    });
    const network = await openNetwork(this.url, {});
    const agent = new Agent({
      home: this.home,
      config: parseAgentConfig(this.config()),
      identity,
      pinned,
      network,
      createTrainer,
      seal: sealUpdateFile,
      logger,
      report: (report) => {
        reports.push(report);
        for (const listener of listeners) {
          listener(report);
        }
      },
      now: Date.now,
      uniform: () => 0,
      backoff: { firstMs: 5, longestMs: 20 },
      journal,
    });
    const stopping = new AbortController();
    const done = agent.run(stopping.signal).finally(() => network.close());
    done.catch(() => undefined);
    return {
      reports,
      done,
      stop: async () => {
        stopping.abort();
        await done.catch(() => undefined);
      },
      until: (fits) =>
        new Promise((resolve, reject) => {
          const found = reports.find(fits);
          if (found !== undefined) {
            resolve(found);
            return;
          }
          listeners.add((report) => {
            if (fits(report)) {
              resolve(report);
            }
          });
          done.then(() => {
            reject(new Error('the agent stopped first'));
          }, reject);
        }),
    };
  }

  /** Writes policy.yaml. */
  async allow(policy: object): Promise<void> {
    await writeFile(this.home.policyFile, stringify(policy));
  }

  async remove(): Promise<void> {
    await rm(this.home.folder, { recursive: true, force: true });
  }

  private config(): string {
    return `
coordinator: ${this.url}
studies:
  - { study: ${this.study}, data: data, backbone: backbone }
licences: ${this.licences}
`;
  }
}
