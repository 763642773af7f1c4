/**
 * The methods of adaptation side by side: the demo's federation of real processes once for each, on the same pictures, seed and
 * rounds. What a site sends in a round is the adapter's values in ring form, so its bytes follow from the parameters.
 */
import { DEMO_ADAPTERS } from '@consilium/demo/demo-adapters';
import { meanOf } from '@consilium/demo/demo-result';
import { runDemo } from '@consilium/demo/demo';
import { SHIPPED_BACKBONE } from '@consilium/demo/shipped-backbone';

export interface AdapterKindOptions {
  /** A folder with labels.csv; without it phantom blood smears. */
  readonly data: string | undefined;
  /** A backbone folder; without it the one that the project ships. */
  readonly backbone: string | undefined;
  readonly rounds: number;
  readonly seed: number;
  /** Names of the demo's adapters; all of them when empty. */
  readonly methods: readonly string[];
}

export interface AdapterKindLine {
  readonly method: string;
  readonly parameters: number;
  /** Both ways, of all sites, in the median round. */
  readonly bytesPerRound: number;
  /** Milliseconds of the slowest site's training, in the median round. */
  readonly trainMs: number;
  /** Balanced accuracy on the sites' test splits, their mean. */
  readonly balancedAccuracy: number;
  readonly verified: boolean;
}

/** @param say hears which method is at work */
export async function compareAdapterKinds(
  options: AdapterKindOptions,
  say: (text: string) => void,
): Promise<AdapterKindLine[]> {
  const methods = options.methods.length > 0 ? options.methods : Object.keys(DEMO_ADAPTERS);
  const lines: AdapterKindLine[] = [];
  for (const method of methods) {
    say(`${method} ...`);
    lines.push(await measure(method, options));
  }
  return lines;
}

async function measure(
  method: string,
  { data, backbone, rounds, seed }: AdapterKindOptions,
): Promise<AdapterKindLine> {
  const options = {
    ...{ data, backbone, rounds, seed, adapter: method },
    ...{ sites: undefined, keep: undefined, comparison: false, json: true },
  };
  const result = await runDemo(options, SHIPPED_BACKBONE, () => undefined);
  return {
    method,
    parameters: result.adapter.parameters,
    bytesPerRound: median(result.rounds.map(({ bytesUp, bytesDown }) => bytesUp + bytesDown)),
    trainMs: median(result.rounds.map(({ trainMs }) => trainMs)),
    balancedAccuracy: meanOf(Object.values(result.evaluation.federated)),
    verified: result.verified,
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** One line a method, as a table in Markdown. */
export function adapterKindTable(lines: readonly AdapterKindLine[]): string {
  return [
    '| method | parameters | kB a round, three sites, both ways | ms of training a round | balanced accuracy |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...lines.map(
      ({ method, parameters, bytesPerRound, trainMs, balancedAccuracy, verified }) =>
        `| ${method}${verified ? '' : ' (NOT VERIFIED)'} | ${parameters} | ${(bytesPerRound / 1000).toFixed(0)} | ${trainMs.toFixed(0)} | ${balancedAccuracy.toFixed(3)} |`,
    ),
  ].join('\n');
}
