/** `consilium-agent enrol`: turns an invite into an enrolled home folder. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parseSiteId } from '@consilium/shared/vocabulary';
import { coordinatorUrlSchema, loadAgentConfig } from '../config/agent-config.js';
import { homeAt, type Home } from '../config/home.js';
import type { NetworkConfig } from '../config/network-config.js';
import { enrol } from '../identity/enrolment.js';
import { openNetwork } from '../network/network.js';
import type { CliTools } from './cli-tools.js';
import { readArgumentFile, requireArgument } from './arguments.js';

export interface EnrolArguments {
  readonly home: string;
  readonly coordinator: string;
  /** A file, because an invite on the command line would stand in every process list. */
  readonly inviteFile: string;
  readonly site: string;
  /** Leave a home that is enrolled already as it is: for a start that repeats itself. */
  readonly ifNeeded?: boolean;
}

export async function enrolCommand(given: EnrolArguments, { stdout }: CliTools): Promise<void> {
  const home = homeAt(given.home);
  if (given.ifNeeded === true && existsSync(home.coordinatorFile)) {
    stdout.write(`${home.folder} is enrolled already\n`);
    return;
  }
  const siteId = parseSiteId(given.site);
  const url = requireArgument(coordinatorUrlSchema, given.coordinator, '--coordinator');
  const invite = await readArgumentFile(given.inviteFile, (path) => readFile(path, 'utf8'));
  const network = await openNetwork(url, await networkConfigOf(home));
  const enrolled = await enrol({ home, url, network, siteId, invite });
  await network.close();
  stdout.write(
    `enrolled ${enrolled.siteId} at ${url}\n` +
      `this site's key:   ${enrolled.fingerprint}   (read it out to the study coordinator)\n` +
      `coordinator's key: ${enrolled.coordinatorFingerprint}   (compare it with the published one)\n`,
  );
}

/** agent.yaml may be written after the enrolment, where nothing stands between the site and its coordinator. */
async function networkConfigOf(home: Home): Promise<NetworkConfig> {
  return existsSync(home.configFile) ? (await loadAgentConfig(home)).network : {};
}
