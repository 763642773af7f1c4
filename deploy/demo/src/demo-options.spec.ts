import { parseDemoOptions } from './demo-options.js';

const DEFAULTS = {
  data: undefined,
  backbone: undefined,
  sites: undefined,
  rounds: undefined,
  seed: 1,
  keep: undefined,
  adapter: 'lora',
  aggregation: 'secure',
  comparison: true,
  json: false,
  open: false,
};

/** What the program would end with. */
function exitOf(...args: readonly string[]): unknown {
  const exit = jest.spyOn(process, 'exit').mockImplementation((code) => {
    throw new Error(`exit ${code ?? 0}`);
  });
  const stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const stdout = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    parseDemoOptions(args);
    return undefined;
  } catch (error) {
    const said = [...stdout.mock.calls, ...stderr.mock.calls].map(([text]) => String(text));
    return { message: (error as Error).message, said: said.join('') };
  } finally {
    exit.mockRestore();
    stderr.mockRestore();
    stdout.mockRestore();
  }
}

describe('the options of the demo', () => {
  it('may all be left out', () => {
    expect(parseDemoOptions([])).toEqual(DEFAULTS);
  });

  it('are read', () => {
    const args =
      '--data d --backbone b --sites 2 --rounds 1000 --seed 0 --keep k --adapter dora --aggregation plain --no-comparison --json --open';
    expect(parseDemoOptions(args.split(' '))).toEqual({
      data: 'd',
      backbone: 'b',
      sites: 2,
      rounds: 1000,
      seed: 0,
      keep: 'k',
      adapter: 'dora',
      aggregation: 'plain',
      comparison: false,
      json: true,
      open: true,
    });
  });

  it.each([
    ['--sites', '1', 'from 2 to 50'],
    ['--sites', '51', 'from 2 to 50'],
    ['--sites', '2.5', 'from 2 to 50'],
    ['--rounds', '0', 'from 1 to 1000'],
    ['--rounds', 'six', 'from 1 to 1000'],
    ['--seed', '-1', 'from 0 to 4294967295'],
    ['--seed', '4294967296', 'from 0 to 4294967295'],
  ])('end the program with 4 for %s %s', (option, value, range) => {
    expect(exitOf(option, value)).toEqual({
      message: 'exit 4',
      said: expect.stringContaining(`It must be a whole number ${range}.`) as string,
    });
  });

  it.each([
    [['--adapter', 'hyper']],
    [['--aggregation', 'none']],
    [['--colour']],
    [['--data']],
    [['surplus']],
  ])('end the program with 4 for %j', (args) => {
    expect(exitOf(...args)).toMatchObject({ message: 'exit 4' });
  });

  it('end the program with 4 for two sites, of which each would know the update of the other', () => {
    expect(exitOf('--sites', '2')).toEqual({
      message: 'exit 4',
      said: expect.stringContaining('--aggregation plain') as string,
    });
  });

  it('end the program with 0 when help was asked for', () => {
    expect(exitOf('--help')).toEqual({
      message: 'exit 0',
      said: expect.stringContaining('--rounds <n>') as string,
    });
  });
});
