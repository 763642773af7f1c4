/** One coordinator and its hospitals as separate processes on loopback, from the first invite to the finished study. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { DEMO_STUDY_ID } from './demo-study.js';
import type { EventBoard, EventTest } from './event-board.js';
import { runCommand, type Server, startServer } from './program.js';

export interface FederationPlan {
  /** Everything of the federation lies below this folder. */
  readonly folder: string;
  readonly sites: readonly string[];
  readonly dataFolder: string;
  readonly backboneFolder: string;
  readonly studyFile: string;
  /** Hears every event of the agents, under the site's name. */
  readonly board: EventBoard;
}

export interface Federation {
  /** The arguments that every command of the operator needs. */
  readonly operator: readonly string[];
  /** Settles when the study has ended and every site has measured the result. @throws Error when it failed. */
  finished(): Promise<void>;
  stop(): Promise<void>;
}

export async function startFederation(plan: FederationPlan): Promise<Federation> {
  const coordinator = await startCoordinator(plan);
  const servers: Server[] = [coordinator.server];
  const operator = coordinator.operator;
  try {
    await registerBackbone(plan, operator);
    await Promise.all(plan.sites.map((site) => enrolSite(plan, site, coordinator.url, operator)));
    const study = join(plan.folder, 'study.yaml');
    await writeFile(study, plan.studyFile);
    await runCommand('operator', ['study', 'create', study, ...operator]);
    for (const site of plan.sites) {
      servers.push(startAgent(plan, site));
    }
    await waitUntilJoined(plan, servers);
    await runCommand('operator', ['study', 'start', DEMO_STUDY_ID, ...operator]);
  } catch (error) {
    await stopAll(servers);
    throw error;
  }
  return {
    operator,
    finished: () => waitUntilMeasured(plan, servers),
    stop: () => stopAll(servers),
  };
}

async function startCoordinator(plan: FederationPlan) {
  const folder = join(plan.folder, 'coordinator');
  await mkdir(folder, { recursive: true });
  const config = join(folder, 'coordinator.yaml');
  await writeFile(
    config,
    stringify({
      dataFolder: join(folder, 'data'),
      http: { host: '127.0.0.1', port: 0 },
      logOrigin: 'consilium.demo/log',
    }),
  );
  const server = startServer({
    name: 'coordinator',
    program: 'coordinator',
    args: ['serve', '--config', config],
    logFile: join(plan.folder, 'coordinator.log'),
    onEvent: (event) => plan.board.add('coordinator', event),
  });
  const [, listening] = await Promise.race([
    plan.board.anyOne(['coordinator'], ({ event }) => event === 'listening'),
    endedTooEarly(server, plan.folder),
  ]);
  const url = String(listening['url']);
  const tokenFile = join(folder, 'data', 'keys', 'operator-token');
  return { server, url, operator: ['--url', url, '--token-file', tokenFile] };
}

async function registerBackbone(plan: FederationPlan, operator: readonly string[]) {
  const description = join(plan.folder, 'backbone.json');
  await writeFile(
    description,
    await runCommand('agent', ['backbone', 'inspect', plan.backboneFolder, '--json']),
  );
  await runCommand('operator', ['backbone', 'register', description, ...operator]);
}

async function enrolSite(
  plan: FederationPlan,
  site: string,
  url: string,
  operator: readonly string[],
) {
  const home = agentHome(plan, site);
  await mkdir(home, { recursive: true });
  await writeFile(
    join(home, 'agent.yaml'),
    stringify({
      coordinator: url,
      studies: [
        {
          study: DEMO_STUDY_ID,
          data: plan.dataFolder,
          siteColumn: site,
          backbone: plan.backboneFolder,
          approve: 'any',
        },
      ],
    }),
  );
  const answer = await runCommand('operator', ['invite', site, '--json', ...operator]);
  const inviteFile = join(home, 'invite');
  await writeFile(inviteFile, (JSON.parse(answer) as { invite: string }).invite, { mode: 0o600 });
  await runCommand('agent', [
    'enrol',
    ...['--home', home, '--coordinator', url, '--site', site, '--invite-file', inviteFile],
  ]);
}

function startAgent(plan: FederationPlan, site: string): Server {
  return startServer({
    name: site,
    program: 'agent',
    args: ['run', '--home', agentHome(plan, site)],
    logFile: join(plan.folder, `${site}.log`),
    onEvent: (event) => plan.board.add(site, event),
  });
}

const JOINED: EventTest = ({ event }) => event === 'joined';
const DECLINED: EventTest = ({ event }) => event === 'declined-study';
const FAILED: EventTest = ({ event }) => event === 'study-failed';
const MEASURED: EventTest = ({ event, split }) => event === 'evaluated' && split === 'test';

/** A site that declines will not come: the demo then says so instead of waiting. */
async function waitUntilJoined(plan: FederationPlan, servers: readonly Server[]) {
  const declined = plan.board.anyOne(plan.sites, DECLINED).then(([site, event]) => {
    throw new Error(`${site} did not join the study: ${String(event['code'])}`);
  });
  await whileRunning(plan, servers, [plan.board.everyOne(plan.sites, JOINED), declined]);
}

async function waitUntilMeasured(plan: FederationPlan, servers: readonly Server[]) {
  const failed = plan.board.anyOne(plan.sites, FAILED).then(([, event]) => {
    throw new Error(`the study failed: ${String(event['reason'])}`);
  });
  await whileRunning(plan, servers, [plan.board.everyOne(plan.sites, MEASURED), failed]);
}

async function whileRunning(
  plan: FederationPlan,
  servers: readonly Server[],
  outcomes: readonly Promise<void>[],
) {
  await Promise.race([...outcomes, ...servers.map((server) => endedTooEarly(server, plan.folder))]);
}

async function endedTooEarly(server: Server, folder: string): Promise<never> {
  const code = await server.ended;
  const log = join(folder, `${server.name}.log`);
  const lastLines = (await readFile(log, 'utf8').catch(() => '')).trim().split('\n').slice(-3);
  throw new Error(`${server.name} ended with ${code}:\n${lastLines.join('\n')}`);
}

function agentHome(plan: FederationPlan, site: string): string {
  return join(plan.folder, 'agents', site);
}

async function stopAll(servers: readonly Server[]) {
  await Promise.all([...servers].reverse().map((server) => server.stop()));
}
