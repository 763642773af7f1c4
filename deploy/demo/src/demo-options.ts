/** The options of `npm run demo`, parsed once. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { DEMO_ADAPTERS } from './demo-adapters.js';
import { AGGREGATIONS, type Aggregation } from './demo-study.js';

export interface DemoOptions {
  /** A folder with `labels.csv`; without it the demo draws phantom blood smears. */
  readonly data: string | undefined;
  /** A backbone folder; without it the one that the project ships. */
  readonly backbone: string | undefined;
  readonly sites: number | undefined;
  readonly rounds: number | undefined;
  readonly seed: number;
  /** Where adapter, bundle and logs stay; without it they go with the throw-away folder. */
  readonly keep: string | undefined;
  /** A key of DEMO_ADAPTERS. */
  readonly adapter: string;
  readonly aggregation: Aggregation;
  /** Whether each site alone and all pictures pooled are trained as well. */
  readonly comparison: boolean;
  readonly json: boolean;
  /** Whether the federation stays, with its pages to look at, until Ctrl-C. */
  readonly open?: boolean;
}

/** @param argv the arguments after the program's name. Exits with 4 on a bad one, as every Consilium program does. */
export function parseDemoOptions(argv: readonly string[]): DemoOptions {
  const command = new Command('npm run demo --')
    .description(
      'A federation on this machine: one coordinator, three hospitals, real rounds, a verified log.',
    )
    .option(
      '--data <folder>',
      'pictures with labels.csv (file,label,split,site,patient); default: phantom blood smears',
    )
    .option(
      '--backbone <folder>',
      'a model folder as its library saves it (config.json, model.safetensors, ...)',
    )
    .option('--sites <n>', 'how many sites take part', wholeNumber(2, 50))
    .option('--rounds <n>', 'how many rounds', wholeNumber(1, 1000))
    .option('--seed <n>', 'root of every random choice', wholeNumber(0, 2 ** 32 - 1), 1)
    .option('--keep <folder>', 'keep adapter, evidence bundle and logs there')
    .addOption(adapterOption())
    .addOption(aggregationOption())
    .option('--no-comparison', 'leave out the sites alone and the pooled training')
    .option('--open', 'stay, and print how to look at the console and at an agent page', false)
    .option('--json', 'progress on standard error, one JSON object on standard output', false)
    .exitOverride((error) => {
      process.exit(error.exitCode === 0 ? 0 : 4);
    });
  command.parse(argv, { from: 'user' });
  const options = command.opts<
    Partial<DemoOptions> &
      Pick<DemoOptions, 'seed' | 'json' | 'adapter' | 'comparison' | 'aggregation'>
  >();
  if (options.sites === 2 && options.aggregation === 'secure') {
    command.error(
      'error: of a secure sum of two sites each knows the update of the other: have three, or say --aggregation plain',
    );
  }
  return {
    data: options.data,
    backbone: options.backbone,
    sites: options.sites,
    rounds: options.rounds,
    seed: options.seed,
    keep: options.keep,
    adapter: options.adapter,
    aggregation: options.aggregation,
    comparison: options.comparison,
    json: options.json,
    open: options.open === true,
  };
}

function adapterOption(): Option {
  const names = Object.keys(DEMO_ADAPTERS);
  return new Option('--adapter <method>', 'what the sites train').choices(names).default(names[0]);
}

function aggregationOption(): Option {
  return new Option('--aggregation <mode>', 'secure: the coordinator learns sums of updates alone')
    .choices(AGGREGATIONS)
    .default(AGGREGATIONS[0]);
}

function wholeNumber(smallest: number, largest: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < smallest || value > largest) {
      throw new InvalidArgumentError(`It must be a whole number from ${smallest} to ${largest}.`);
    }
    return value;
  };
}
