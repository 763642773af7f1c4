/** The words of `npm run bench`, and what follows from them. */
import { parseArgs } from 'node:util';
import { writePage } from './page/write-page.js';
import { compareRuns, comparisonTable, type Compared } from './runs/comparison.js';
import { describeMachine, type Machine } from './measure/machine.js';
import { readRun, saveRun } from './runs/saved-run.js';
import { figureTable } from './runs/text-table.js';
import { engineNames } from './suites/step.js';
import {
  figuresOf,
  runSuite,
  SUITES,
  type SuiteName,
  type SuiteOptions,
  type Taken,
} from './suites/suite.js';

export interface Terminal {
  /** To standard output, as it is. */
  readonly print: (text: string) => void;
  /** A line to standard error. */
  readonly say: (text: string) => void;
  readonly now: () => number;
}

/** Without names: everything but the methods of adaptation, which take minutes each. */
const USUAL: readonly SuiteName[] = ['step', 'study', 'transport', 'log', 'aggregation'];
const ADAPT = ['all', 'last4'];
const USAGE = 4;

/** @returns the exit code */
export async function benchCommand(words: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = readWords(words);
  if (positionals[0] === 'page') {
    writePage(values.from, values.out);
    return 0;
  }
  const unknown = await unknownWord(positionals, values);
  if (unknown !== undefined) {
    terminal.say(unknown);
    return USAGE;
  }
  const suites =
    positionals.length === 0 ? USUAL : SUITES.filter((name) => positionals.includes(name));
  const old = values.against === undefined ? undefined : readRun(values.against);
  const taken: Taken[] = [];
  for (const suite of suites) {
    const machine = describeMachine(terminal.now());
    const options = optionsOf(values, terminal);
    terminal.say(`${suite} ... (load ${machine.load})`);
    const results = await runSuite(suite, options);
    const fresh = results.map((result) => ({ ...result, machine }));
    taken.push(...fresh);
    if (values.save !== undefined) {
      saveRun(values.save, fresh); // At once: the next suite may take long, or fail.
    }
  }
  const compared = old === undefined ? undefined : compareRuns(old, taken);
  report(taken, compared, values.json, terminal);
  return 0;
}

function readWords(words: readonly string[]) {
  return parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      save: { type: 'string' },
      against: { type: 'string' },
      model: { type: 'string', default: 'vit-small' },
      adapt: { type: 'string' },
      engine: { type: 'string', multiple: true },
      threads: { type: 'string' },
      python: { type: 'string' },
      data: { type: 'string' },
      backbone: { type: 'string' },
      rounds: { type: 'string', default: '10' },
      seed: { type: 'string', default: '1' },
      method: { type: 'string', multiple: true, default: [] },
      from: { type: 'string' },
      out: { type: 'string' },
    },
  });
}

type Values = ReturnType<typeof readWords>['values'];

/** @returns a sentence about the first word that means nothing */
async function unknownWord(
  suites: readonly string[],
  { model, adapt, engine }: Values,
): Promise<string | undefined> {
  const known: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['benchmark', suites, SUITES],
    ['--model', [model], ['vit-small']],
    ['--adapt', adapt === undefined ? [] : [adapt], ADAPT],
    ['--engine', engine ?? [], engine === undefined ? [] : await engineNames()],
  ];
  for (const [what, given, names] of known) {
    const unknown = given.find((word) => !names.includes(word));
    if (unknown !== undefined) {
      return `${what}: there is no ${unknown}; expected one of ${names.join(', ')}`;
    }
  }
  return undefined;
}

function optionsOf(values: Values, { say }: Terminal): SuiteOptions {
  return {
    isQuick: values.quick,
    engines: values.engine ?? [undefined],
    adapt: values.adapt === undefined ? ADAPT : [values.adapt],
    threads: values.threads === undefined ? undefined : Number(values.threads),
    python: values.python,
    adapters: {
      data: values.data,
      backbone: values.backbone,
      rounds: Number(values.rounds),
      seed: Number(values.seed),
      methods: values.method,
    },
    say,
  };
}

function report(
  taken: readonly Taken[],
  compared: readonly Compared[] | undefined,
  isJson: boolean,
  { print }: Terminal,
): void {
  if (isJson) {
    const [only, ...others] = taken;
    const body = others.length === 0 ? only : { results: taken };
    print(`${JSON.stringify({ ...body, ...(compared === undefined ? {} : { compared }) })}\n`);
    return;
  }
  print(`${machineLine(taken[0]?.machine)}\n${figureTable(taken.flatMap(figuresOf))}\n`);
  if (compared !== undefined) {
    print(`\n${comparisonTable(compared)}\n`);
  }
}

function machineLine(machine: Machine | undefined): string {
  return machine === undefined
    ? ''
    : `${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB, load ${machine.load}, Node ${machine.node}, Consilium ${machine.consilium}, ${machine.at}`;
}
