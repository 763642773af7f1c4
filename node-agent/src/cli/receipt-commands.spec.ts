import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runStudy } from '../participation/testing/run-study.js';
import { CommandLine, dataOf } from './testing/command-line.js';

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const outcomes = new Map<string, Outcome>();
let pdf: Buffer;
let folder: string;

/** The commands over the home of a site that has taken part in two rounds. */
const LINES = {
  list: ['receipt', 'list'],
  listed: ['receipt', 'list', 'cells', '--json'],
  others: ['receipt', 'list', 'smears'],
  show: ['receipt', 'show', 'cells', '1'],
  german: ['receipt', 'show', 'cells', '2', '--language', 'de'],
  shown: ['receipt', 'show', 'cells', '1', '--json'],
  french: ['receipt', 'show', 'cells', '1', '--language', 'fr'],
  never: ['receipt', 'show', 'cells', '9'],
} as const;

beforeAll(async () => {
  await runStudy({
    inspect: async ({ fixture }) => {
      folder = fixture.home.folder;
      for (const [name, words] of Object.entries(LINES)) {
        outcomes.set(name, await outcomeOf(...words));
      }
      const file = join(folder, 'round-1.pdf');
      outcomes.set('pdf', await outcomeOf('receipt', 'show', 'cells', '1', '--pdf', file));
      pdf = await readFile(file);
    },
  });
});

async function outcomeOf(...words: string[]): Promise<Outcome> {
  const line = new CommandLine();
  const code = await line.run(...words, '--home', folder);
  return { code, out: line.out, err: line.err };
}

function outcome(name: keyof typeof LINES | 'pdf'): Outcome {
  const found = outcomes.get(name);
  if (found === undefined) {
    throw new Error(`${name} has not run`);
  }
  return found;
}

describe('consilium-agent receipt list', () => {
  it('has a line for each attempt, of all studies or of one', () => {
    const { code, out, err } = outcome('list');
    expect(code).toBe(0);
    expect(out.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^cells round 1, attempt 1: \d+ bytes left, /),
      expect.stringMatching(/^cells round 2, attempt 1: \d+ bytes left, /),
    ]);
    expect(err).toBe(
      `Next: consilium-agent receipt show STUDY ROUND --pdf FILE --home ${folder}\n`,
    );
    expect(dataOf(outcome('listed').out)).toMatchObject([{ round: 1 }, { round: 2 }]);
    expect(outcome('others').out).toContain('no receipt yet');
  });
});

describe('consilium-agent receipt show', () => {
  it('tells in either language, or as one object', () => {
    expect(outcome('show').out).toContain('cells');
    expect(outcome('german').out).not.toBe(outcome('show').out);
    expect(outcome('german').out).toContain('Runde 2');
    expect(dataOf(outcome('shown').out)).toMatchObject({
      study: 'cells',
      round: 1,
      update: { parameters: 18 },
      end: { kind: 'summed' },
    });
  });

  it('writes a PDF, and says where', () => {
    expect(outcome('pdf')).toMatchObject({ code: 0, out: `${join(folder, 'round-1.pdf')}\n` });
    expect(pdf.subarray(0, 5).toString('latin1')).toBe('%PDF-');
  });

  it('ends with 4 for a round that there is not, and for another language', () => {
    expect(outcome('never')).toMatchObject({ code: 4, out: '' });
    expect(outcome('never').err).toContain('[not-found]');
    expect(outcome('french')).toMatchObject({
      code: 4,
      err: expect.stringContaining('en or de, not fr') as string,
    });
  });
});
