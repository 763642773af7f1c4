import { execFileSync } from 'node:child_process';
import { commandsSection, leavesOf } from './commands-page.js';
import type { CommandDescription, OptionDescription } from './command-tree.js';
import { completionScript } from './completion.js';

const option = (name: string, description: string): OptionDescription => ({
  flags: name,
  names: [name],
  description,
  value: 'none',
  required: false,
});

function command(
  path: string,
  rest: Partial<Omit<CommandDescription, 'path'>> = {},
): CommandDescription {
  const none = { summary: `does ${path}`, arguments: [], options: [], examples: [], commands: [] };
  return { ...none, ...rest, path: path.split(' ') };
}

const program = command('consilium', {
  options: [option('--json', 'one object')],
  commands: [
    command('consilium study', {
      commands: [
        command('consilium study list'),
        command('consilium study start', {
          summary: "opens the study's first round",
          options: [option('--at-once', 'do not wait')],
          arguments: [{ name: 'id', description: 'which', required: true, repeatable: false }],
        }),
      ],
    }),
    command('consilium version'),
  ],
});

/** What bash offers behind a line, as its reader would call the function of the script. */
function offered(line: string): string[] {
  const script = `${completionScript('bash', program)}
COMP_WORDS=(${line
    .split(' ')
    .map((word) => `'${word}'`)
    .join(' ')})
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
_consilium
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const out = execFileSync('bash', ['--norc', '-c', script], { encoding: 'utf8' });
  return out.split('\n').filter((word) => word !== '');
}

describe('completion', () => {
  it.each([
    ['consilium ', ['study', 'version']],
    ['consilium st', ['study']],
    ['consilium study ', ['list', 'start']],
    ['consilium --json study s', ['start']],
    ['consilium study start --', ['--at-once', '--json']],
    ['consilium study list --', ['--json']],
    ['consilium study start x', []],
  ])('of bash behind "%s" offers %j', (line, words) => {
    expect(offered(line)).toEqual(words);
  });

  it('of zsh has each command with its description, which no quote ends', () => {
    const script = completionScript('zsh', program);
    expect(script).toMatch(/^#compdef consilium\n/);
    expect(script).toContain(`'start:opens the study'\\''s first round'`);
    expect(script).toContain('" study" | " study list" | " study start" | " version")');
  });

  it('of fish has each command and option at its place', () => {
    const script = completionScript('fish', program);
    expect(script).toContain(
      `complete -c consilium -n '__consilium_at " study"' -f -a start -d 'opens the study\\'s first round'`,
    );
    expect(script).toContain(
      `complete -c consilium -n '__consilium_at " study start"' -l at-once -d 'do not wait'`,
    );
  });

  it('knows no other shell, and lets no name into a script that is more than a word', () => {
    expect(() => completionScript('tcsh', program)).toThrow('bash, zsh, fish');
    const bad = command('consilium', { commands: [command('consilium $(reboot)')] });
    expect(() => completionScript('bash', bad)).toThrow('cannot be completed');
  });
});

describe('the page of commands', () => {
  it('has a row for each command that does something', () => {
    expect(leavesOf(program).map(({ path }) => path.join(' '))).toEqual([
      'consilium study list',
      'consilium study start',
      'consilium version',
    ]);
    const page = commandsSection(program);
    expect(page).toMatch(/\| `consilium study start <id>` +\| opens .* \| `--at-once` +\|\n/);
    expect(page).toContain('Every command takes `--json`, `--help` too.');
  });
});
