import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandsSection, leavesOf, type CommandDescription } from '@consilium/shared/command-line';
import { AGENT_VERSION } from '../config/version.js';
import { CommandLine, dataOf } from './testing/command-line.js';

const PAGE = new URL('../../../docs/commands.md', import.meta.url);

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function agent(...words: string[]): Promise<Outcome> {
  const line = new CommandLine();
  const code = await line.run(...words);
  return { code, out: line.out, err: line.err };
}

const tree = async (): Promise<CommandDescription> =>
  dataOf((await agent('--schema')).out) as CommandDescription;

describe('the command line of consilium-agent', () => {
  it('explains each command, examples first, in words and as JSON', async () => {
    for (const { path, examples } of leavesOf(await tree())) {
      const words = path.slice(1);
      const help = await agent(...words, '--help');
      expect([words, help.code, help.err]).toEqual([words, 0, '']);
      expect(help.out).toMatch(/^Examples:\n {2}.*consilium[^]*\nUsage: /);
      expect(help.out).toMatch(/--jsonl?\b/);
      expect(examples.length).toBeGreaterThan(0);
      expect(dataOf((await agent(...words, '--schema')).out)).toMatchObject({ path });
    }
  });

  it('ends each command with 4 and one object where it is asked for something that there is not', async () => {
    for (const { path } of leavesOf(await tree())) {
      const words = path.slice(1);
      const { code, out, err } = await agent(...words, '--nothing', '--json');
      expect([words, code]).toEqual([words, 4]);
      expect(err).toMatch(/unknown option '--nothing'|unknown option '--json'|not specified/);
      expect(JSON.parse(out)).toMatchObject({ status: 'error', error_code: 'bad-request' });
    }
  });

  it('stands on the page of all commands as it is', async () => {
    const section = commandsSection(await tree());
    // Whoever changes a command puts this into the page.
    await writeFile(join(tmpdir(), 'consilium-agent-commands.md'), section);
    expect(await readFile(PAGE, 'utf8')).toContain(section);
  });

  it('guesses what was meant, and says the version and the exit codes', async () => {
    expect((await agent('docter')).err).toContain('(Did you mean doctor?)');
    expect((await agent('version')).out).toBe(`${AGENT_VERSION}\n`);
    expect((await agent('help', 'exit-codes')).out).toContain('130  interrupted');
    expect((await agent('completion', 'bash')).out).toContain('consilium-agent\n');
  });

  it('ends with 130 when it is broken off', async () => {
    const signal = AbortSignal.abort();
    const line = new CommandLine({ signal });
    expect(await line.run('policy', 'check', '/no/such/file', '--json')).toBe(130);
    expect(JSON.parse(line.out)).toMatchObject({ status: 'error', message: 'interrupted' });
  });

  it('says where each setting comes from, and which files there are', async () => {
    const home = await mkdtemp(join(tmpdir(), 'settings-'));
    try {
      const file = join(home, 'agent.yaml');
      await writeFile(file, 'coordinator: https://c.example\nthreads: 3\n');
      const shown = await agent('config', 'show', '--origin', '--home', home);
      expect(shown.out).toContain(`home: ${home}  (--home)\n`);
      expect(shown.out).toContain(`threads: 3  (${file})\n`);
      expect(shown.out).toContain('engine: auto  (default)\n');
      const files = await agent('config', 'path', '--home', home, '--json');
      expect(dataOf(files.out)).toEqual([file, join(home, 'policy.yaml')]);
      expect((await agent('config', 'show')).code).toBe(4);
    } finally {
      await rm(home, { recursive: true });
    }
  });

  it('asks nobody where nobody is, and takes no for an answer', async () => {
    const { code, err } = await agent('withdraw', 'cells', '--home', '/no/such/home');
    expect([code, err]).toEqual([4, expect.stringContaining('no study cells')]);
  });
});
