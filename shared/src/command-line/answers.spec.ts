import { ConsiliumError } from '../vocabulary/index.js';
import { requireConsent } from './consent.js';
import {
  answerLine,
  answerLineOf,
  eventLine,
  lastLine,
  ReportedFailure,
  withoutEnvelope,
} from './envelope.js';
import { EXIT_CODES, exitCodesText } from './exit-codes.js';
import { explainFailure } from './failure.js';
import { settingsText, settingsWithOrigin } from './settings.js';
import { drawsInPlace, readSwitches, showsColours } from './switches.js';

const explained = (error: unknown, words: readonly string[] = [], interrupted = false) =>
  explainFailure(error, { program: 'consilium', switches: readSwitches(words), interrupted });

const parserError = (code: string, message: string, exitCode: number): Error =>
  Object.assign(new Error(message), { code, exitCode });

describe('an answer', () => {
  it('is one line with its data, to the byte where it is text already', () => {
    expect(answerLine({ a: 1 })).toBe('{"schema_version":1,"status":"ok","data":{"a":1}}\n');
    expect(answerLineOf('[1.0]')).toContain('"data":[1.0]}\n');
  });

  it('of a stream says which line is the last', () => {
    expect([eventLine(1), lastLine(2)].map((line) => JSON.parse(line) as unknown)).toEqual([
      { schema_version: 1, status: 'ok', terminal: false, data: 1 },
      { schema_version: 1, status: 'ok', terminal: true, data: 2 },
    ]);
  });

  it('can be the input of another program, with its envelope or without', () => {
    expect(withoutEnvelope(JSON.parse(answerLine({ hash: 'x' })))).toEqual({ hash: 'x' });
    expect(withoutEnvelope({ hash: 'x', status: 'new' })).toEqual({ hash: 'x', status: 'new' });
    expect(withoutEnvelope(null)).toBeNull();
  });
});

describe('a failure', () => {
  it('is a sentence with its code, and what to do', () => {
    const error = new ConsiliumError('bad-backbone', 'two faults:\n  one\n  two');
    const { out, err, exit } = explained(error);
    expect([out, exit]).toEqual(['', 4]);
    expect(err).toMatch(/^consilium: two faults:\n {2}one\n {2}two \[bad-backbone\]\n.+\n$/);
  });

  it('shows nothing that steers a terminal, whatever a file is called', () => {
    const { err } = explained(new ConsiliumError('bad-request', '\u001b[31mred\u0007\u202e.bin'));
    expect(err).toContain('\uFFFD[31mred\uFFFD\uFFFD.bin');
  });

  it('is one object too where JSON is asked for, with the report that did not hold', () => {
    const { out, err, exit } = explained(
      new ReportedFailure('proof-invalid', 'one check failed', { checks: 3 }),
      ['bundle', '--json'],
    );
    expect(JSON.parse(out)).toEqual({
      schema_version: 1,
      status: 'error',
      error_code: 'proof-invalid',
      message: 'one check failed',
      hint: expect.stringContaining('keep the bundle') as string,
      data: { checks: 3 },
    });
    expect([exit, err]).toEqual([1, expect.stringContaining('one check failed')]);
  });

  it('ends a stream', () => {
    const { out } = explained(new ConsiliumError('not-found', 'no study'), ['--jsonl']);
    expect(JSON.parse(out)).toMatchObject({ terminal: true, error_code: 'not-found' });
  });

  it('of the arguments is told by the parser, with 4', () => {
    const error = parserError('commander.unknownCommand', "error: unknown command 'x'", 1);
    expect(explained(error)).toEqual({ out: '', err: '', exit: 4 });
    expect(JSON.parse(explained(error, ['--json']).out)).toMatchObject({
      error_code: 'bad-request',
      message: "unknown command 'x'",
    });
    const group = parserError('commander.help', '(outputHelp)', 1);
    expect(explained(group, ['--json']).out).toContain('name one of its commands');
  });

  it('is none when help or the version was asked for', () => {
    const error = parserError('commander.helpDisplayed', '(outputHelp)', 0);
    expect(explained(error, ['--json'])).toEqual({ out: '', err: '', exit: 0 });
  });

  it('without a code is a fault of the program, and shows where', () => {
    const { err, exit } = explained(new TypeError('x is not a function'));
    expect([exit, err]).toEqual([5, expect.stringMatching(/\[internal\]\n.*\nTypeError: x/)]);
    expect(explained('text').exit).toBe(5);
  });

  it('after an interruption ends with 130, whatever it was', () => {
    expect(explained(new Error('aborted'), ['--json'], true)).toMatchObject({
      err: 'consilium: interrupted\n',
      exit: 130,
    });
  });
});

describe('the exit codes', () => {
  it('are explained, all of them', () => {
    expect(EXIT_CODES.map(({ code }) => code)).toEqual([0, 1, 2, 3, 4, 5, 130]);
    expect(exitCodesText()).toContain('  130  interrupted\n');
  });
});

describe('the shared options', () => {
  it('are read wherever they stand, but not behind the end of the options', () => {
    expect(readSwitches(['a', '--json', 'b', '--no-input'])).toMatchObject({
      json: true,
      noInput: true,
      schema: false,
    });
    expect(readSwitches(['a', '--', '--json']).json).toBe(false);
  });

  it('show colours to people who look and want them', () => {
    const given = { isTerminal: true, noColorVariable: undefined, noColor: false };
    expect(showsColours(given)).toBe(true);
    expect(showsColours({ ...given, noColorVariable: '' })).toBe(true);
    expect(showsColours({ ...given, noColorVariable: '1' })).toBe(false);
    expect(showsColours({ ...given, noColor: true })).toBe(false);
    expect(showsColours({ ...given, isTerminal: false })).toBe(false);
  });

  it('draw in place on a terminal that can', () => {
    const given = { isTerminal: true, termVariable: 'xterm-256color' };
    expect(drawsInPlace(given)).toBe(true);
    expect(drawsInPlace({ ...given, termVariable: undefined })).toBe(true);
    expect(drawsInPlace({ ...given, termVariable: 'dumb' })).toBe(false);
    expect(drawsInPlace({ ...given, isTerminal: false })).toBe(false);
  });
});

describe('settings', () => {
  const settings = settingsWithOrigin(
    { http: { port: 1, host: 'h' }, list: [1], none: undefined },
    [
      { origin: 'environment', values: { http: { port: 1 } } },
      { origin: 'a.yaml', values: { http: { port: 2 }, list: [1] } },
    ],
  );

  it('come from the strongest that gives them, or are defaults', () => {
    expect(settings).toEqual([
      { name: 'http.port', value: 1, origin: 'environment' },
      { name: 'http.host', value: 'h', origin: 'default' },
      { name: 'list', value: [1], origin: 'a.yaml' },
    ]);
  });

  it('are shown one a line, with their origin where it is asked for', () => {
    expect(settingsText(settings, false)).toBe('http.port: 1\nhttp.host: h\nlist: [1]\n');
    expect(settingsText(settings, true)).toContain('http.port: 1  (environment)\n');
    expect(settingsText([], true)).toBe('there is nothing to configure\n');
  });
});

describe('what cannot be undone', () => {
  const what = 'The site is put out.';

  it('is done with --yes, or when a person says so', async () => {
    await expect(requireConsent({ what, yes: true })).resolves.toBeUndefined();
    const ask = jest.fn(() => Promise.resolve('Y'));
    await expect(requireConsent({ what, yes: false, ask })).resolves.toBeUndefined();
    expect(ask).toHaveBeenCalledWith('The site is put out. Go on? [y/N] ');
  });

  it('is not done elsewhere', async () => {
    await expect(requireConsent({ what, yes: false })).rejects.toThrow('--yes');
    const ask = (): Promise<string> => Promise.resolve('');
    await expect(requireConsent({ what, yes: false, ask })).rejects.toThrow('nothing was done');
  });
});
