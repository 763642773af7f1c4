/** What `consilium-agent doctor` looks at, one by one: passed, or the problem and how to fix it. */
import { lookup } from 'node:dns/promises';
import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { ERROR_CODES, isConsiliumError } from '@consilium/shared/vocabulary';
import type { StudyConfig } from '../config/agent-config.js';
import type { Home } from '../config/home.js';
import type { Reach } from '../network/reach.js';
import { readJournal } from '../participation/journal.js';
import type { Probed } from '../trainer-link/messages.js';
import type { CliTools } from './cli-tools.js';

export interface Check {
  readonly check: string;
  readonly result: 'passed' | 'problem' | 'skipped';
  /** One sentence. */
  readonly says: string;
  /** What to do about a problem. */
  readonly fix?: string;
}

/** Handshakes and invites are dated; more than this and certificates of a day may seem wrong. */
const MOST_SKEW_MS = 60_000;
const LEAST_FREE_MIB = 1024;

/** @param nowMs of this machine when the coordinator's answer was there */
export async function networkChecks(reach: Reach, nowMs: number): Promise<readonly Check[]> {
  const url = new URL(reach.url);
  return [
    await nameCheck(reach.proxy?.replace(/:\d+$/, '') ?? url.hostname),
    proxyCheck(reach),
    portCheck(reach, url),
    tlsCheck(reach, url),
    socketCheck(reach, url),
    clockCheck(reach, nowMs),
  ];
}

async function nameCheck(host: string): Promise<Check> {
  const check = 'DNS';
  if (isIP(host.replaceAll(/[[\]]/g, '')) !== 0) {
    return { check, result: 'passed', says: `${host} is an address and needs no name service` };
  }
  try {
    const { address } = await lookup(host);
    return { check, result: 'passed', says: `${host} is ${address}` };
  } catch {
    return {
      ...{ check, result: 'problem', says: `the name ${host} is not known here` },
      fix: 'compare it with the invite; set network.proxy if only a proxy reaches it; else ask those who run the network',
    };
  }
}

function proxyCheck({ proxy, isReached, says }: Reach): Check {
  const check = 'proxy';
  if (proxy === undefined) {
    return { check, result: 'passed', says: 'none is set, the way is direct' };
  }
  return isReached || !says.includes('proxy')
    ? { check, result: 'passed', says: `${proxy} lets connections through` }
    : { check, result: 'problem', says, fix: 'network.proxy of agent.yaml names it' };
}

function portCheck({ isReached, says }: Reach, url: URL): Check {
  const port = url.port === '' ? { 'http:': '80', 'https:': '443' }[url.protocol] : url.port;
  const check = `port ${port}`;
  return isReached
    ? { check, result: 'passed', says: `${url.hostname} answers` }
    : {
        ...{ check, result: 'problem', says },
        fix: `ask for outbound TCP to ${url.hostname}:${port} (HTTPS and WebSocket); nothing comes in`,
      };
}

function tlsCheck({ isReached, says }: Reach, { protocol }: URL): Check {
  const check = 'TLS chain';
  if (protocol === 'http:') {
    return { check, result: 'skipped', says: 'the address begins with http:// and has no TLS' };
  }
  if (isReached) {
    return { check, result: 'passed', says: 'this machine trusts the certificate' };
  }
  return /certificate|TLS/.test(says)
    ? {
        check,
        result: 'problem',
        says,
        fix: 'network.authorityFile names an authority of your own',
      }
    : { check, result: 'skipped', says: 'nothing answered that could show one' };
}

function socketCheck({ socket }: Reach, url: URL): Check {
  const check = 'WebSocket';
  if (socket === undefined) {
    return { check, result: 'skipped', says: 'nothing answered that could open one' };
  }
  const { isOpened, says } = socket;
  return isOpened
    ? { check, result: 'passed', says }
    : {
        ...{ check, result: 'problem', says },
        fix: `ask those who run the proxy or gateway to let "Upgrade: websocket" through to ${url.host}, or to leave its TLS unopened`,
      };
}

function clockCheck({ answeredAtMs }: Reach, nowMs: number): Check {
  const check = 'clock';
  if (answeredAtMs === undefined) {
    return { check, result: 'skipped', says: 'nothing answered to compare it with' };
  }
  const seconds = Math.round((nowMs - answeredAtMs) / 1000);
  const says = `${Math.abs(seconds)} s ${seconds < 0 ? 'behind' : 'ahead of'} the coordinator`;
  return Math.abs(seconds) * 1000 <= MOST_SKEW_MS
    ? { check, result: 'passed', says }
    : { check, result: 'problem', says, fix: 'set the clock by NTP' };
}

export function machineChecks(machine: {
  readonly memory: { readonly totalMiB: number; readonly trainerMiB: number };
  readonly disk: { readonly folder: string; readonly freeMiB: number };
}): readonly Check[] {
  const { memory, disk } = machine;
  const room = `${disk.freeMiB} MiB free in ${disk.folder}`;
  const holds = `${memory.totalMiB} MiB; a trainer may take ${memory.trainerMiB} MiB`;
  return [
    disk.freeMiB >= LEAST_FREE_MIB
      ? { check: 'disk', result: 'passed', says: room }
      : {
          ...{ check: 'disk', result: 'problem', says: room },
          fix: `free ${LEAST_FREE_MIB} MiB, or lower cache.quota in agent.yaml`,
        },
    memory.totalMiB >= memory.trainerMiB
      ? { check: 'memory', result: 'passed', says: holds }
      : {
          ...{ check: 'memory', result: 'problem', says: holds },
          fix: 'lower trainer.memoryMiB in agent.yaml, or add memory',
        },
  ];
}

export function engineChecks({ engine, others }: Probed): readonly Check[] {
  const { backend, version, device, reason } = engine;
  const gpu = others.map((other) => `${other.engine}: ${other.reason}`).join('; ');
  return [
    { check: 'engine', result: 'passed', says: `${backend} ${version} (${reason})` },
    device === 'processor'
      ? { check: 'GPU', result: 'skipped', says: `none is used${gpu === '' ? '' : `; ${gpu}`}` }
      : { check: 'GPU', result: 'passed', says: `the engine computes on the ${device}` },
  ];
}

/** Of each study of agent.yaml. */
export async function studyChecks(
  studies: readonly StudyConfig[],
  home: Home,
  tools: CliTools,
): Promise<readonly Check[]> {
  const checks: Check[] = [];
  for (const study of studies) {
    checks.push(await backboneCheck(study, tools), await datasetCheck(study, home, tools));
  }
  return checks;
}

function backboneCheck({ study, backbone }: StudyConfig, tools: CliTools): Promise<Check> {
  return checked(`backbone of ${study}`, async () => {
    const { layout, description } = await tools.inspectBackbone(backbone);
    return `${layout}, ${description.hash}`;
  });
}

/** Which classes a data set must have is known once the study was offered. */
function datasetCheck(config: StudyConfig, home: Home, tools: CliTools): Promise<Check> {
  const { study, data, siteColumn } = config;
  const check = `data set of ${study}`;
  const studies = existsSync(home.journalFolder)
    ? readJournal(home.journalFolder).state.studies
    : {};
  const classes = studies[study]?.offer.protocol.body.task.classes;
  if (classes === undefined) {
    return Promise.resolve(
      existsSync(join(data, 'labels.csv'))
        ? { check, result: 'skipped', says: 'it is read in full once the study was offered' }
        : {
            ...{ check, result: 'problem', says: `${data} holds no labels.csv` },
            fix: 'correct "data" of the study in agent.yaml',
          },
    );
  }
  return checked(check, async () => {
    const sites = siteColumn === undefined ? [] : [siteColumn];
    const { images, used } = await tools.checkDataset({
      folder: data,
      classes: [...classes],
      sites,
    });
    return `${used} of ${images} pictures can be used`;
  });
}

async function checked(check: string, look: () => Promise<string>): Promise<Check> {
  try {
    return { check, result: 'passed', says: await look() };
  } catch (error) {
    if (!isConsiliumError(error)) {
      throw error;
    }
    return { check, result: 'problem', says: error.message, fix: ERROR_CODES[error.code].help };
  }
}
