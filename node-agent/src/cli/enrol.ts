/** `consilium-agent enrol`: turns an invite into an enrolled home folder. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { answerLine } from '@consilium/shared/command-line';
import { fingerprintWords, keyIdOf } from '@consilium/shared/crypto';
import { toBase64 } from '@consilium/shared/encoding';
import type { EnrolmentReply } from '@consilium/shared/protocol';
import { parseSiteId } from '@consilium/shared/vocabulary';
import { coordinatorUrlSchema, loadAgentConfig } from '../config/agent-config.js';
import { writeFirstConfig } from '../config/agent-file.js';
import { homeAt, type Home } from '../config/home.js';
import type { NetworkConfig } from '../config/network-config.js';
import { enrol, type Enrolled } from '../identity/enrolment.js';
import { showKey } from '../identity/fingerprint.js';
import { openNetwork } from '../network/network.js';
import { readArgumentFile, requireArgument } from './arguments.js';
import { showsColour, type CliTools } from './cli-tools.js';

export interface EnrolArguments {
  readonly home: string;
  readonly coordinator: string;
  /** A file, because an invite on the command line would stand in every process list. */
  readonly inviteFile: string;
  readonly site: string;
  /** Leave a home that is enrolled already as it is: for a start that repeats itself. */
  readonly ifNeeded?: boolean;
  readonly json?: boolean;
}

export async function enrolCommand(given: EnrolArguments, { stdout }: CliTools): Promise<void> {
  const home = homeAt(given.home);
  if (given.ifNeeded === true && existsSync(home.coordinatorFile)) {
    const words = `${home.folder} is enrolled already\n`;
    stdout.write(given.json === true ? answerLine({ home: home.folder, enrolled: false }) : words);
    return;
  }
  const siteId = parseSiteId(given.site);
  const url = requireArgument(coordinatorUrlSchema, given.coordinator, '--coordinator');
  const invite = await readArgumentFile(given.inviteFile, (path) => readFile(path, 'utf8'));
  const network = await openNetwork(url, await networkConfigOf(home));
  const enrolled = await enrol({ home, url, network, siteId, invite });
  await network.close();
  await writeFirstConfig(home, url);
  if (given.json === true) {
    stdout.write(answerLine(enrolledJson(home, url, enrolled)));
    return;
  }
  const colour = showsColour(stdout);
  stdout.write(
    `${enrolled.siteId} has sent its key to ${url}. ${NEXT[enrolled.status]}\n\n` +
      `this site's key: read the six words out to the study coordinator\n` +
      `${showKey(enrolled.publicKey, colour)}\n` +
      `the coordinator's key: compare it with the published one\n` +
      showKey(enrolled.coordinatorKey, colour),
  );
}

function enrolledJson({ folder }: Home, coordinator: string, enrolled: Enrolled): object {
  const { siteId: site, status, publicKey, coordinatorKey } = enrolled;
  return {
    ...{ home: folder, enrolled: true, site, coordinator, status },
    ...{ keyId: keyIdOf(publicKey), words: fingerprintWords(publicKey).join(' ') },
    key: toBase64(publicKey),
    coordinatorWords: fingerprintWords(coordinatorKey).join(' '),
  };
}

const NEXT: Readonly<Record<EnrolmentReply['status'], string>> = {
  pending:
    'A second person there compares it with what you read out and approves it; until then "run" waits.',
  active: 'It is approved already.',
};

/** Before the first enrolment there may be none: then nothing stands between the site and its coordinator. */
async function networkConfigOf(home: Home): Promise<NetworkConfig> {
  return existsSync(home.configFile) ? (await loadAgentConfig(home)).network : {};
}
