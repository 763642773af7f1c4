import { readFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandsSection, leavesOf, type CommandDescription } from '@consilium/shared/command-line';
import { PROGRAM_VERSION } from '../config/program-version.js';
import { run } from './run.js';
import { runServerProgram } from './server-program.js';
import type { Terminal } from './terminal.js';

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

type Program = (args: readonly string[], terminal: Partial<Terminal>) => Promise<Outcome>;

async function outcomeOf(
  runs: (terminal: Terminal) => Promise<number>,
  terminal: Partial<Terminal>,
): Promise<Outcome> {
  let [out, err] = ['', ''];
  const code = await runs({
    print: (text) => (out += text),
    say: (text) => (err += text),
    ...terminal,
  });
  return { code, out, err };
}

const operator: Program = (args, terminal) => outcomeOf((given) => run(args, given), terminal);

const server: Program = (args, terminal) =>
  outcomeOf((given) => {
    const does = (event: string) => () => Promise.resolve({ event });
    const actions = { serve: does('listening'), migrate: does('migrated') };
    return runServerProgram(args, given, {
      ...actions,
      createAdmin: does('administrator'),
      signInLink: does('link'),
      doctor: () => Promise.resolve([]),
      backup: does('backed-up'),
      checkBackup: does('checked'),
      restore: does('restored'),
    });
  }, terminal);

const PROGRAMS: Readonly<Record<string, Program>> = {
  consilium: operator,
  'consilium-coordinator': server,
};

const PAGE = new URL('../../../docs/commands.md', import.meta.url);

const parsed = (text: string): unknown => JSON.parse(text);

const dataOf = (text: string): unknown => (parsed(text) as { readonly data: unknown }).data;

const treeOf = async (program: Program): Promise<CommandDescription> =>
  dataOf((await program(['--schema'], {})).out) as CommandDescription;

describe.each(Object.entries(PROGRAMS))('the command line of %s', (name, program) => {
  it('explains each command, examples first, in words and as JSON', async () => {
    const leaves = leavesOf(await treeOf(program));
    expect(leaves.length).toBeGreaterThan(7);
    for (const { path, examples } of leaves) {
      const words = path.slice(1);
      const help = await program([...words, '--help'], {});
      expect([words, help.code, help.err]).toEqual([words, 0, '']);
      expect(help.out).toMatch(/^Examples:\n {2}.*consilium[^]*\nUsage: /);
      expect(help.out).toContain('--json');
      expect(examples.length).toBeGreaterThan(0);
      const schema = await program([...words, '--schema'], {});
      expect(dataOf(schema.out)).toMatchObject({
        path,
        summary: expect.stringMatching(/./) as string,
      });
    }
  });

  it('ends each command with 4 and one object where it is asked for something that there is not', async () => {
    for (const { path } of leavesOf(await treeOf(program))) {
      const words = path.slice(1);
      const { code, out, err } = await program([...words, '--nothing', '--json'], {});
      expect([words, code]).toEqual([words, 4]);
      expect(err).toMatch(/unknown option '--nothing'|not specified/);
      expect(parsed(out)).toMatchObject({ status: 'error', error_code: 'bad-request' });
    }
  });

  it('stands on the page of all commands as it is', async () => {
    const section = commandsSection(await treeOf(program));
    // Whoever changes a command puts this into the page.
    writeFileSync(join(tmpdir(), `${name}-commands.md`), section);
    expect(readFileSync(PAGE, 'utf8')).toContain(section);
  });

  it('guesses what was meant, and says the version and the exit codes', async () => {
    expect((await program(['versoin'], {})).err).toContain('(Did you mean version?)');
    expect((await program(['version'], {})).out).toBe(`${PROGRAM_VERSION}\n`);
    expect((await program(['--version'], {})).out).toBe(`${PROGRAM_VERSION}\n`);
    expect((await program(['help', 'exit-codes'], {})).out).toContain('130  interrupted');
    expect((await program(['completion', 'bash'], {})).out).toContain(`} ${name}\n`.slice(2));
    expect(dataOf((await program(['completion', 'zsh', '--json'], {})).out)).toMatchObject({
      shell: 'zsh',
    });
  });
});

describe('the version of the programs', () => {
  it('is the one of their package', () => {
    const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
    expect(PROGRAM_VERSION).toBe((JSON.parse(text) as { version: string }).version);
  });
});

describe('the settings', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'consilium-spec-'));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function fileOf(name: string, text: string): string {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  }

  it('of an operator come from the command line, the own file, or are built in', async () => {
    const settingsFile = fileOf('config.yaml', 'tokenFile: /ada.token\nurl: https://own.example\n');
    const show = ['config', 'show', '--origin'];
    expect((await operator(show, {})).out).toBe('url: http://127.0.0.1:7443  (default)\n');
    const own = await operator([...show, '--url', 'https://c.example'], { settingsFile });
    expect(own.out).toBe(
      `url: https://c.example  (--url)\ntokenFile: /ada.token  (${settingsFile})\n`,
    );
    expect((await operator(['config', 'path'], { settingsFile })).out).toBe(`${settingsFile}\n`);
    const bad = fileOf('bad.yaml', 'token: secret\n');
    const refused = await operator(show, { settingsFile: bad });
    expect([refused.code, refused.err]).toEqual([4, expect.stringContaining('bad.yaml')]);
    expect(refused.err).not.toContain('secret');
  });

  it('of a coordinator come from its file or are built in, and show no password', async () => {
    const url = 'postgres://app:hunter2@db:5432/consilium';
    const text = `dataFolder: /data\ndatabase: { driver: postgres, url: "${url}" }\n`;
    const file = fileOf('coordinator.yaml', text);
    const { out } = await server(['config', 'show', '--origin', '--config', file], {});
    expect(out).toContain(`dataFolder: /data  (${file})\n`);
    expect(out).toContain('http.port: 7443  (default)\n');
    expect(out).not.toContain('hunter2');
    expect((await server(['config', 'path', '--config', file], {})).out).toBe(`${file}\n`);
  });

  it('of a coordinator are all checked before a command begins', async () => {
    const file = fileOf('faulty.yaml', 'dataFolder: /data\nhttp: { prot: 1 }\n');
    for (const command of [['serve'], ['migrate'], ['create-admin', 'a', '--token-file', 'f']]) {
      const { code, err } = await server([...command, '--config', file], {});
      expect([code, err]).toEqual([4, expect.stringContaining('http.prot: no such setting')]);
    }
  });

  it('let a coordinator say what it did, bare or in the envelope', async () => {
    const file = fileOf('sound.yaml', 'dataFolder: /data\n');
    const serve = ['serve', '--config', file];
    expect((await server(serve, {})).out).toBe('{"event":"listening"}\n');
    expect(dataOf((await server([...serve, '--json'], {})).out)).toEqual({ event: 'listening' });
    expect((await server(['migrate', '--config', file], {})).err).toMatch(/^Next: /);
  });

  it('of a study file are checked without a coordinator', async () => {
    const bad = fileOf('study.yaml', 'study: Bad Name\n');
    const { code, err } = await operator(['study', 'validate', bad], {});
    expect([code, err]).toEqual([4, expect.stringContaining('study:')]);
  });
});

describe('consilium round watch', () => {
  let http: Server;
  let states: { readonly study: unknown; readonly rounds: unknown }[];
  let access: string[];
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'consilium-spec-'));
    writeFileSync(join(folder, 'token'), 'x'.repeat(64));
    http = createServer((request, response) => {
      const isRounds = request.url?.endsWith('/rounds') === true;
      const body = isRounds ? states[0]?.rounds : states[0]?.study;
      if (isRounds && states.length > 1) {
        states.shift();
      }
      response.writeHead(200).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const { port } = http.address() as AddressInfo;
    access = ['--url', `http://127.0.0.1:${port}`, '--token-file', join(folder, 'token')];
  });

  afterAll(async () => {
    await new Promise((resolve) => http.close(resolve));
    rmSync(folder, { recursive: true, force: true });
  });

  function studyIn(phase: string, committed: number, reason = ''): unknown {
    const [protocolHash, backboneHash, adapterCheckpointHash] = ['', '', ''];
    const hashes = { protocolHash, backboneHash, adapterCheckpointHash };
    const lists = { aggregation: [], sites: [], declined: [] };
    const security = { kind: 'plain' };
    const rest = { title: 'Smears', minSites: 2, security, ...lists, ...hashes };
    return { studyId: 'smears', phase, reason, rounds: { committed, total: 2 }, ...rest };
  }

  function roundIn(phase: string, state: string): unknown {
    const participant = { siteId: 'northgate', state, weight: 0, bytes: 0, trainMs: 0, times: {} };
    const times = { phaseSinceMs: 1, openedAtMs: 1, phases: [{ phase, atMs: 1 }] };
    const waits = { awaited: ['northgate'], needed: 2, aggregation: 'plain', ...times };
    const attemptId = '0'.repeat(32);
    const manifestHash = `sha256:${'0'.repeat(64)}`;
    const named = { attemptId, attemptNo: 1, manifestHash };
    const attempt = { ...named, phase, participants: [participant], ...waits };
    return { roundNo: 1, attempts: [attempt] };
  }

  const watch = (...more: string[]): Promise<Outcome> =>
    operator(['round', 'watch', 'smears', '--every', '0.01', ...access, ...more], {});

  it('tells each change once, and how the study ended', async () => {
    const collecting = { study: studyIn('running', 0), rounds: [roundIn('collecting', 'updated')] };
    states = [
      { study: studyIn('running', 0), rounds: [roundIn('advertising', 'invited')] },
      ...[collecting, collecting],
      { study: studyIn('completed', 2), rounds: [] },
    ];
    const { code, out } = await watch('--jsonl');
    const lines = out.trim().split('\n').map(parsed);
    expect([code, lines]).toMatchObject([
      0,
      [
        { terminal: false, data: { attempt: { phase: 'advertising', awaited: ['northgate'] } } },
        { terminal: false, data: { attempt: { phase: 'collecting' } } },
        { terminal: true, data: { phase: 'completed', rounds: { committed: 2 } } },
      ],
    ]);
    expect(lines).toHaveLength(3);
  });

  it('says for people who is waited for', async () => {
    states = [
      { study: studyIn('running', 0), rounds: [roundIn('collecting', 'updated')] },
      { study: studyIn('completed', 2), rounds: [] },
    ];
    expect((await watch()).out).toBe(
      'Round 1 of 2, attempt 1: collecting; northgate updated; waits for northgate (2 must answer)\n' +
        'smears is completed: 2 of 2 rounds.\n',
    );
    expect(parsed((await watch('--json')).out)).toMatchObject({ data: { phase: 'completed' } });
  });

  it('ends with 1 when the study fails, and the last line says why', async () => {
    states = [{ study: studyIn('failed', 1, 'too few sites'), rounds: [] }];
    const { code, out, err } = await watch('--jsonl');
    expect([code, parsed(out)]).toMatchObject([1, { terminal: true, status: 'error' }]);
    expect(err).toContain('smears failed after 1 of 2 rounds: too few sites');
  });

  it('ends with 130 when it is broken off', async () => {
    states = [{ study: studyIn('recruiting', 0), rounds: [] }];
    const stop = new AbortController();
    const terminal = { print: () => stop.abort(), signal: stop.signal };
    const { code } = await operator(['round', 'watch', 'smears', ...access], terminal);
    expect(code).toBe(130);
    expect((await watch('--every', '0')).code).toBe(4);
  });
});
