/** One coordinator and its hospitals as separate processes on loopback, from the first invite to the finished study. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROLE_RIGHTS } from '@consilium/shared/vocabulary';
import { stringify } from 'yaml';
import { DEMO_STUDY_ID } from './demo-study.js';
import type { EventBoard, EventTest } from './event-board.js';
import { Fleet } from './fleet.js';
import { runCommand, runJson } from './program.js';

export interface FederationPlan {
  /** Everything of the federation lies below this folder. */
  readonly folder: string;
  readonly sites: readonly string[];
  readonly dataFolder: string;
  readonly backboneFolder: string;
  readonly studyFile: string;
  /** Hears every event of the processes, under the site's name or `coordinator`. */
  readonly board: EventBoard;
  /** The coordinator's port; any free one by default. */
  readonly port?: number;
  /** The coordinator's database settings; SQLite in its own folder by default. */
  readonly database?: Readonly<Record<string, string>>;
  /** More settings of coordinator.yaml. */
  readonly coordinator?: Readonly<Record<string, unknown>>;
  /** More settings of a site's agent.yaml. */
  readonly agent?: (site: string) => Readonly<Record<string, unknown>>;
  /** More settings of a site's policy.yaml. */
  readonly policy?: (site: string) => Readonly<Record<string, unknown>>;
  /** Where the agents reach the coordinator, when not directly. */
  readonly route?: (coordinatorUrl: string) => Promise<string>;
  /** Set off when the person breaks the run off. */
  readonly signal?: AbortSignal;
}

/** The name of the account that creates the study. */
export const STUDY_COORDINATOR = 'coordinator';

export interface Federation {
  readonly fleet: Fleet;
  readonly url: string;
  /** The coordinator's settings, for what is done on its own machine. */
  readonly config: string;
  /** The arguments that every command of the study coordinator needs. */
  readonly operator: readonly string[];
  /** Those of a second one, who approves what the first one invited. */
  readonly approver: readonly string[];
  /** Settles when the study has ended and every site has measured the result. @throws Error when it failed. */
  finished(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts everything up to the first round. @throws Error with a sentence; nothing stays running then. */
export async function startFederation(plan: FederationPlan): Promise<Federation> {
  const fleet = new Fleet(plan.signal);
  try {
    const { url, config, operator, approver } = await startCoordinator(plan, fleet);
    const agentUrl = (await plan.route?.(url)) ?? url;
    await registerBackbone(plan, operator);
    const people = { operator, approver };
    const members = await Promise.all(
      plan.sites.map((site) => enrolSite(plan, site, agentUrl, people)),
    );
    await writePolicies(plan, members);
    const study = join(plan.folder, 'study.yaml');
    await writeFile(study, plan.studyFile);
    await runCommand('operator', ['study', 'create', study, ...operator]);
    plan.sites.forEach((site) => startAgent(plan, fleet, site));
    await fleet.whileRunning(everyoneJoined(plan));
    await runCommand('operator', ['study', 'start', DEMO_STUDY_ID, ...operator]);
    return {
      fleet,
      url,
      config,
      operator,
      approver,
      finished: () => fleet.whileRunning(everyoneMeasured(plan)),
      stop: () => fleet.stopAll(),
    };
  } catch (error) {
    await fleet.stopAll();
    throw error;
  }
}

/** The coordinator alone, with the people who work with it. */
export async function startCoordinator(
  plan: FederationPlan,
  fleet: Fleet,
): Promise<People & Pick<Federation, 'url' | 'config'>> {
  const folder = join(plan.folder, 'coordinator');
  await mkdir(folder, { recursive: true });
  const config = join(folder, 'coordinator.yaml');
  const dataFolder = join(folder, 'data');
  await writeFile(
    config,
    stringify({
      dataFolder,
      http: { host: '127.0.0.1', port: plan.port ?? 0 },
      logOrigin: 'consilium.demo/log',
      ...(plan.database === undefined ? {} : { database: plan.database }),
      ...plan.coordinator,
    }),
  );
  fleet.start({
    name: 'coordinator',
    program: 'coordinator',
    args: ['serve', '--config', config],
    logFile: join(plan.folder, 'coordinator.log'),
    onEvent: (event) => plan.board.add('coordinator', event),
  });
  const [, listening] = await fleet.whileRunning(
    plan.board.anyOne(['coordinator'], ({ event }) => event === 'listening'),
  );
  const url = String(listening['url']);
  return { url, config, ...(await makePeople(plan, config, url)) };
}

/** Arguments of the operator's commands, by person. */
export interface People {
  readonly operator: readonly string[];
  readonly approver: readonly string[];
}

/** An administrator makes two coordinators of the study, who do everything else. */
async function makePeople(plan: FederationPlan, config: string, url: string): Promise<People> {
  const folder = join(plan.folder, 'people');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const administrator = join(folder, 'administrator.token');
  await runCommand('coordinator', [
    'create-admin',
    'administrator',
    ...['--token-file', administrator, '--config', config],
  ]);
  const place = ['--url', url];
  const [operator, approver] = await Promise.all([
    makeStudyCoordinator(STUDY_COORDINATOR, folder, place, administrator),
    makeStudyCoordinator('second-coordinator', folder, place, administrator),
  ]);
  return { operator, approver };
}

/** The account of a study coordinator, and the token with which it works: everything that the role may do. */
async function makeStudyCoordinator(
  name: string,
  folder: string,
  place: readonly string[],
  administrator: string,
): Promise<readonly string[]> {
  const activation = join(folder, `${name}.activation`);
  const token = join(folder, `${name}.token`);
  await runCommand('operator', [
    ...['operator', 'create', name, '--role', 'study-coordinator', '--out', activation],
    ...[...place, '--token-file', administrator],
  ]);
  const rights = ROLE_RIGHTS['study-coordinator'].rights.flatMap((right) => ['--right', right]);
  await runCommand('operator', [
    ...['login', '--activation-file', activation, '--out', token],
    ...[...rights, ...place],
  ]);
  return [...place, '--token-file', token];
}

async function registerBackbone(plan: FederationPlan, operator: readonly string[]) {
  const description = join(plan.folder, 'backbone.json');
  await writeFile(
    description,
    await runCommand('agent', ['backbone', 'inspect', plan.backboneFolder, '--json']),
  );
  await runCommand('operator', ['backbone', 'register', description, ...operator]);
}

export interface Member {
  readonly site: string;
  /** Base64. */
  readonly key: string;
}

/**
 * From the invite to the site that is let in; its key and what it pinned lie in its home folder then.
 * @returns what it tells the other hospitals of itself
 */
export async function enrolSite(
  plan: FederationPlan,
  site: string,
  url: string,
  { operator, approver }: People,
): Promise<Member> {
  const home = agentHome(plan, site);
  await mkdir(home, { recursive: true });
  await writeFile(
    join(home, 'agent.yaml'),
    stringify({
      coordinator: url,
      // Several agents share this machine, so each page takes a port that is free.
      dashboard: { port: 0 },
      studies: [
        {
          study: DEMO_STUDY_ID,
          data: plan.dataFolder,
          siteColumn: site,
          backbone: plan.backboneFolder,
        },
      ],
      ...plan.agent?.(site),
    }),
  );
  const { invite } = (await runJson('operator', ['site', 'invite', site, ...operator])) as {
    readonly invite: string;
  };
  const inviteFile = join(home, 'invite');
  await writeFile(inviteFile, invite, { mode: 0o600 });
  const { words, key } = (await runJson('agent', [
    'enrol',
    ...['--home', home, '--coordinator', url, '--site', site, '--invite-file', inviteFile],
  ])) as { readonly words: string; readonly key: string };
  // What the hospital reads out over the telephone, and the second person types.
  await runCommand('operator', ['site', 'approve', site, '--words', words, ...approver]);
  return { site, key };
}

/** Each hospital lets every study pass as long as it knows two other members by the keys that they gave it. */
async function writePolicies(plan: FederationPlan, members: readonly Member[]): Promise<void> {
  await Promise.all(
    plan.sites.map(async (own) => {
      const known = members.filter(({ site }) => site !== own);
      const policy = {
        participation: { minSites: Math.min(3, plan.sites.length) },
        // All of it stays on this machine, so that small classes may be shown in the table of scores.
        data: { minCell: 1 },
        approval: { mode: 'automatic' },
        members: { known, atLeastKnown: Math.min(2, known.length) },
        ...plan.policy?.(own),
      };
      await writeFile(join(agentHome(plan, own), 'policy.yaml'), stringify(policy));
    }),
  );
}

function startAgent(plan: FederationPlan, fleet: Fleet, site: string): void {
  fleet.start({
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
function everyoneJoined({ board, sites }: FederationPlan): Promise<void> {
  const declined = board.anyOne(sites, DECLINED).then(([site, event]) => {
    throw new Error(`${site} did not join the study: ${String(event['code'])}`);
  });
  return Promise.race([board.everyOne(sites, JOINED), declined]);
}

function everyoneMeasured({ board, sites }: FederationPlan): Promise<void> {
  const failed = board.anyOne(sites, FAILED).then(() => {
    throw new Error('the study failed: coordinator.log says why');
  });
  return Promise.race([board.everyOne(sites, MEASURED), failed]);
}

export function agentHome(plan: Pick<FederationPlan, 'folder'>, site: string): string {
  return join(plan.folder, 'agents', site);
}
