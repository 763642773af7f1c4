import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandOutcome, type JsonEvent, runCommand, startServer } from './program.js';
import { standIn } from './testing/fake-program.js';

const SERVER = `
process.on('SIGTERM', () => { console.log('{"event":"stopping"}'); process.exit(0); });
console.log(JSON.stringify({ event: 'listening', args }));
console.log('talk');
console.log('{ only looks like JSON');
console.error('a warning');
setInterval(() => {}, 1000);`;

describe('a program', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'program-'));
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    await rm(folder, { recursive: true, force: true });
  });

  it('that ends well gives its answer', async () => {
    standIn(folder, 'operator', `process.stdout.write(args.join('+')); console.error('talk');`);
    expect(await runCommand('operator', ['invite', 'north'])).toBe('invite+north');
  });

  it('that fails is an error with its name, its code and what it said', async () => {
    standIn(folder, 'operator', `console.error('no such study'); process.exitCode = 4;`);
    await expect(runCommand('operator', ['study'])).rejects.toThrow(
      'operator study ended with 4: no such study',
    );
  });

  it('that fails and says so on standard output is quoted too', async () => {
    standIn(folder, 'agent', `console.log('refused'); process.exitCode = 1;`);
    await expect(runCommand('agent', [])).rejects.toThrow('agent  ended with 1: refused');
  });

  it('may end with a code that means something', async () => {
    standIn(folder, 'verifier', `console.log('{"verified":false}'); process.exitCode = 1;`);
    expect(await commandOutcome('verifier', [])).toEqual({
      code: 1,
      stdout: '{"verified":false}\n',
      stderr: '',
    });
  });

  it('that stays tells its events, keeps its talk in the log file, and stops when asked', async () => {
    standIn(folder, 'agent', SERVER);
    const events: JsonEvent[] = [];
    const logFile = join(folder, 'north.log');
    const listening = new Promise<void>((resolve) => {
      const server = startServer({
        name: 'north',
        program: 'agent',
        args: ['run'],
        logFile,
        onEvent: (event) => {
          events.push(event);
          if (event.event === 'listening') {
            resolve(server.stop());
          }
        },
      });
    });
    await listening;
    expect(events).toEqual([{ event: 'listening', args: ['run'] }, { event: 'stopping' }]);
    const log = await textWith(logFile, 'stopping');
    expect(log).toContain('talk\n{ only looks like JSON\n');
    expect(log).toContain('a warning\n');
  });

  it('that was killed ends with the name of the signal, and stopping it again does nothing', async () => {
    standIn(folder, 'agent', SERVER);
    const server = startServer({
      name: 'north',
      program: 'agent',
      args: [],
      logFile: join(folder, 'north.log'),
      onEvent: () => server.kill('SIGKILL'),
    });
    expect(await server.ended).toBe('SIGKILL');
    await expect(server.stop()).resolves.toBeUndefined();
  });
});

/** The file once it holds the word: a stream writes it. */
async function textWith(file: string, word: string): Promise<string> {
  for (;;) {
    const text = await readFile(file, 'utf8');
    if (text.includes(word)) {
      return text;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
