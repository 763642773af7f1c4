/** The suites: what each measures by what options, and its figures. */
import type { Figure } from '../measure/figure.js';
import type { Machine } from '../measure/machine.js';
import {
  adapterFigures,
  compareAdapterKinds,
  type AdapterKindOptions,
  type AdaptersResult,
} from './adapter-kinds.js';
import { aggregationFigures, measureAggregation, type AggregationResult } from './aggregation.js';
import { consoleFigures, measureConsole, type ConsoleResult } from './console.js';
import { floodFigures, measureFlood, type FloodResult } from './flood.js';
import { logFigures, measureLog, type LogResult } from './log.js';
import { manySitesFigures, measureManySites, type ManySitesResult } from './many-sites.js';
import { measureSecagg, secaggFigures, type SecaggResult } from './secagg.js';
import { measureStep, stepFigures, type StepOptions, type StepResult } from './step.js';
import { measureStudy, studyFigures, type StudyResult } from './study.js';
import { measureTransport, transportFigures, type TransportResult } from './transport.js';

export const SUITES = [
  'step',
  'study',
  'rounds',
  'transport',
  'log',
  'aggregation',
  'secagg',
  'adapters',
  'flood',
  'sites',
  'console',
] as const;
export type SuiteName = (typeof SUITES)[number];

export type SuiteResult =
  | StepResult
  | StudyResult
  | TransportResult
  | LogResult
  | AggregationResult
  | SecaggResult
  | AdaptersResult
  | FloodResult
  | ManySitesResult
  | ConsoleResult;

/** What a saved run keeps, and `--json` prints. */
export type Taken = SuiteResult & { readonly machine: Machine };

export interface SuiteOptions {
  readonly isQuick: boolean;
  /** One measurement each; undefined = the engine that an agent takes. */
  readonly engines: readonly (string | undefined)[];
  readonly adapt: readonly string[];
  readonly threads: StepOptions['threads'];
  readonly python: StepOptions['python'];
  readonly adapters: AdapterKindOptions;
  /** Hears what is at work. */
  readonly say: (text: string) => void;
}

export async function runSuite(name: SuiteName, options: SuiteOptions): Promise<SuiteResult[]> {
  const { isQuick, say } = options;
  switch (name) {
    case 'step':
      return runSteps(options);
    case 'study':
    case 'rounds':
      return [await measureStudy(name, isQuick)];
    case 'transport':
      return [measureTransport(isQuick)];
    case 'log':
      return [await measureLog(isQuick)];
    case 'aggregation':
      return [await measureAggregation(isQuick)];
    case 'secagg':
      return [await measureSecagg(isQuick, options.python)];
    case 'adapters':
      return [await compareAdapterKinds(options.adapters, say)];
    case 'flood':
      return [await measureFlood(isQuick)];
    case 'sites':
      return [await measureManySites(isQuick)];
    case 'console':
      return [await measureConsole(isQuick)];
  }
}

async function runSteps({ engines, adapt, say, ...rest }: SuiteOptions): Promise<StepResult[]> {
  const results: StepResult[] = [];
  for (const engine of engines) {
    for (const blocks of adapt) {
      say(`step: ${engine ?? 'the engine that an agent takes'}, adapting ${blocks} ...`);
      results.push(await measureStep({ ...rest, engine, adapt: blocks }));
    }
  }
  return results;
}

export function figuresOf(result: SuiteResult): Figure[] {
  switch (result.suite) {
    case 'step':
      return stepFigures(result);
    case 'study':
    case 'rounds':
      return studyFigures(result);
    case 'transport':
      return transportFigures(result);
    case 'log':
      return logFigures(result);
    case 'aggregation':
      return aggregationFigures(result);
    case 'secagg':
      return secaggFigures(result);
    case 'adapters':
      return adapterFigures(result);
    case 'flood':
      return floodFigures(result);
    case 'sites':
      return manySitesFigures(result);
    case 'console':
      return consoleFigures(result);
  }
}

/** Results of the same key measure the same thing. */
export function keyOf(result: SuiteResult): string {
  return result.suite === 'step'
    ? `step ${result.engine} ${result.model} ${result.adapt} ${result.batch} ${result.threads}`
    : result.suite;
}
