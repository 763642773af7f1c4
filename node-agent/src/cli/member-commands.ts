/** `consilium-agent member`: the other hospitals, and taking one for known by the words that it reads out. */
import { answerLine } from '@consilium/shared/command-line';
import type { Command } from 'commander';
import { listMembers, trustMember } from '../participation/member-trust.js';
import { requireHome } from './arguments.js';
import type { CliTools } from './cli-tools.js';

interface MemberArguments {
  readonly home?: string;
  readonly json?: boolean;
}

interface TrustArguments extends MemberArguments {
  readonly words: string;
  readonly key?: string;
}

const HOME: [string, string] = ['--home <dir>', 'home folder of the agent'];

export function addMemberCommands(program: Command, tools: CliTools): void {
  const member = program.command('member').description('the other hospitals, by their keys');
  member
    .command('list')
    .description('the hospitals of the studies here, with their keys, and whether each is known')
    .option(...HOME)
    .option('--json', 'one JSON object')
    .action((given: MemberArguments) => list(given, tools));
  member
    .command('trust')
    .description('take a hospital for known: its six words, heard from itself, go with its key')
    .argument('<site>', 'name of the other hospital')
    .requiredOption('--words <words>', 'the six words that it reads out over the telephone')
    .option('--key <base64>', 'its key, as it sent it; not needed once a round has shown it')
    .option(...HOME)
    .option('--json', 'one JSON object')
    .action((site: string, given: TrustArguments) => trust(site, given, tools));
}

async function list(given: MemberArguments, tools: CliTools): Promise<void> {
  const { stdout } = tools;
  const members = await listMembers(requireHome(given.home, tools));
  if (given.json === true) {
    stdout.write(answerLine(members));
    return;
  }
  for (const { site, fingerprint, standing, studies } of members) {
    const where = studies.length === 0 ? 'in no study yet' : `in ${studies.join(', ')}`;
    stdout.write(
      `${site}: ${standing === 'new' ? 'new' : 'known'}, key ${fingerprint}, ${where}\n`,
    );
  }
  if (members.length === 0) {
    stdout.write('none yet: the first round of a study shows its hospitals\n');
  }
}

/** @throws ConsiliumError 'not-found', 'bad-request', 'bad-configuration' */
async function trust(site: string, given: TrustArguments, tools: CliTools): Promise<void> {
  const home = requireHome(given.home, tools);
  const member = await trustMember({ home, site, words: given.words, key: given.key });
  tools.stdout.write(
    given.json === true
      ? answerLine(member)
      : `${member.site} is known by this key from now on: ${home.policyFile} names it\n`,
  );
}
