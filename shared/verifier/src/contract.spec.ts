import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandsSection, type CommandDescription } from '@consilium/shared/command-line';
import { run } from './run.js';

const PAGE = new URL('../../../docs/commands.md', import.meta.url);

function verify(...args: string[]): { exitCode: number; stdout: string; stderr: string } {
  const output = { stdout: '', stderr: '' };
  const exitCode = run(args, '0.1.0', {
    stdout: (text) => (output.stdout += text),
    stderr: (text) => (output.stderr += text),
  });
  return { exitCode, ...output };
}

const dataOf = (stdout: string): unknown => (JSON.parse(stdout) as { data: unknown }).data;

const COMMANDS = [
  'bundle',
  'inclusion',
  'consistency',
  'recompute',
  'gaps',
  'roster-diff',
  'report',
  'config show',
  'config path',
  'completion',
  'version',
  'help',
];

describe('the command line of consilium-verify', () => {
  it.each(COMMANDS)('explains "%s" in words and as JSON', (path) => {
    const words = path.split(' ');
    const help = verify(...words, '--help');
    expect(help).toMatchObject({ exitCode: 0, stderr: '' });
    expect(help.stdout).toContain(`Usage: consilium-verify ${words.join(' ')}`);
    expect(help.stdout).toContain('--json');
    const schema = verify(...words, '--schema');
    expect(schema).toMatchObject({ exitCode: 0, stderr: '' });
    expect(dataOf(schema.stdout)).toMatchObject({ path: ['consilium-verify', ...words] });
  });

  it('begins the help of a command with examples', () => {
    expect(verify('roster-diff', '--help').stdout).toMatch(
      /^Examples:\n {2}consilium-verify roster-diff [^]*\nUsage: /,
    );
  });

  it.each([
    ['a command', ['bundel', '.'], '(Did you mean bundle?)'],
    ['an option', ['bundle', '.', '--jsn'], '(Did you mean --json?)'],
  ])('guesses which of its own names was meant by %s', (_, args, guess) => {
    const { exitCode, stdout, stderr } = verify(...args);
    expect([exitCode, stdout, stderr]).toEqual([4, '', expect.stringContaining(guess)]);
  });

  it('says as JSON too what is wrong with the arguments', () => {
    const { exitCode, stdout } = verify('bundel', '.', '--json');
    expect(exitCode).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({
      schema_version: 1,
      status: 'error',
      error_code: 'bad-request',
      message: expect.stringContaining("unknown command 'bundel'") as string,
      hint: expect.stringContaining('consilium-verify --help') as string,
    });
    expect(verify('config')).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining('Commands:') as string,
    });
  });

  it('explains exit codes and commands', () => {
    expect(verify('help', 'exit-codes').stdout).toContain('  130  interrupted\n');
    expect(dataOf(verify('help', 'exit-codes', '--json').stdout)).toContainEqual({
      code: 2,
      meaning: expect.any(String) as string,
    });
    expect(verify('help', 'bundle').stdout).toContain('Usage: consilium-verify bundle');
    expect(verify('help').stdout).toContain('Commands:');
    expect(verify('help', 'nothing')).toMatchObject({ exitCode: 4, stdout: '' });
  });

  it('has no settings, and says so', () => {
    expect(verify('config', 'show').stdout).toBe('there is nothing to configure\n');
    expect(dataOf(verify('config', 'show', '--origin', '--json').stdout)).toEqual([]);
    expect(verify('config', 'path').stdout).toBe('');
  });

  it('stands on the page of all commands as it is', () => {
    const section = commandsSection(dataOf(verify('--schema').stdout) as CommandDescription);
    // Whoever changes a command puts this into the page.
    writeFileSync(join(tmpdir(), 'consilium-verify-commands.md'), section);
    expect(readFileSync(PAGE, 'utf8')).toContain(section);
  });

  it('prints completion scripts', () => {
    expect(verify('completion', 'bash').stdout).toContain('complete -o default');
    expect(dataOf(verify('completion', 'fish', '--json').stdout)).toMatchObject({ shell: 'fish' });
    expect(verify('completion', 'tcsh').exitCode).toBe(4);
  });
});
