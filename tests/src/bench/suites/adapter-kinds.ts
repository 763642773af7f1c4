/**
 * The methods of adaptation side by side: the demo's federation of real processes once for each, on the same pictures, seed and
 * rounds. What a site sends in a round is the adapter's values in ring form, so its bytes follow from the parameters.
 */
import { DEMO_ADAPTERS } from '@consilium/demo/demo-adapters';
import { meanOf } from '@consilium/demo/demo-result';
import { runDemo } from '@consilium/demo/demo';
import { linesDisplay } from '@consilium/demo/display';
import { SHIPPED_BACKBONE } from '@consilium/demo/shipped-backbone';
import { figure, type Figure } from '../measure/figure.js';
import { median } from '../measure/statistics.js';

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

export interface AdaptersResult {
  readonly suite: 'adapters';
  readonly methods: readonly AdapterKindLine[];
}

/** @param say hears which method is at work */
export async function compareAdapterKinds(
  options: AdapterKindOptions,
  say: (text: string) => void,
): Promise<AdaptersResult> {
  const methods = options.methods.length > 0 ? options.methods : Object.keys(DEMO_ADAPTERS);
  const lines: AdapterKindLine[] = [];
  for (const method of methods) {
    say(`${method} ...`);
    lines.push(await measure(method, options));
  }
  return { suite: 'adapters', methods: lines };
}

async function measure(
  method: string,
  { data, backbone, rounds, seed }: AdapterKindOptions,
): Promise<AdapterKindLine> {
  const options = {
    ...{ data, backbone, rounds, seed, adapter: method },
    ...{ sites: undefined, keep: undefined, comparison: false, json: true },
    aggregation: 'plain' as const,
  };
  const result = await runDemo(
    options,
    SHIPPED_BACKBONE,
    linesDisplay(() => undefined),
  );
  return {
    method,
    parameters: result.adapter.parameters,
    bytesPerRound: median(result.rounds.map(({ bytesUp, bytesDown }) => bytesUp + bytesDown)),
    trainMs: median(result.rounds.map(({ trainMs }) => trainMs)),
    balancedAccuracy: meanOf(Object.values(result.evaluation.federated)),
    verified: result.verified,
  };
}

export function adapterFigures({ methods }: AdaptersResult): Figure[] {
  return methods.flatMap(({ method, parameters, bytesPerRound, trainMs, ...line }) => {
    const name = `${method}${line.verified ? '' : ' (NOT VERIFIED)'}`;
    return [
      figure(`adapters: parameters of ${name}`, parameters, 'values'),
      figure(`adapters: bytes a round of ${name}`, bytesPerRound / 1000, 'kB'),
      figure(`adapters: training of a round with ${name}`, trainMs, 'ms'),
      figure(`adapters: balanced accuracy of ${name}`, line.balancedAccuracy, 'of 1', 'more'),
    ];
  });
}
