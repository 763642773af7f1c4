/** The tamper-evident log on SQLite: leaves appended and proven a second, a bundle verified; beside bare inserts and bare SHA-256. */
import { figure, measured, type Figure } from '../measure/figure.js';
import { runFromSources } from './from-sources.js';

const PROGRAM = 'coordinator/src/audit/testing/log-measurement.ts';

export interface LogResult {
  readonly suite: 'log';
  /** Appended, and in the log while proofs are made. */
  readonly leaves: number;
  /** One a transaction, each signed and on disk. */
  readonly appendsPerSecond: number;
  /** One bare insert of the same row a transaction, with the same settings of SQLite. */
  readonly insertsPerSecond: number;
  /** Leaf and inclusion proof, as a site asks for them. */
  readonly proofsPerSecond: number;
  /** SHA-256 of the 65 bytes of a node. */
  readonly hashesPerSecond: number;
  readonly bundle: {
    readonly leaves: number;
    readonly verifyMs: number;
  };
}

export async function measureLog(isQuick: boolean): Promise<LogResult> {
  const [leaves, proofs] = isQuick ? [50, 50] : [2000, 2000];
  const measuredLog = await runFromSources<Omit<LogResult, 'suite'>>(PROGRAM, [leaves, proofs]);
  return { suite: 'log', ...measuredLog };
}

/** A verifier computes the hash of each leaf and that of each node on its path. */
function hashesOfBundle(leaves: number): number {
  return leaves * (1 + Math.ceil(Math.log2(leaves)));
}

export function logFigures(result: LogResult): Figure[] {
  const { bundle, hashesPerSecond } = result;
  const hashingMs = (hashesOfBundle(bundle.leaves) * 1000) / hashesPerSecond;
  return [
    figure('log: leaves appended', result.appendsPerSecond, 'a second', 'more', [
      measured('bare inserts into SQLite', result.insertsPerSecond),
    ]),
    figure('log: leaves proven', result.proofsPerSecond, 'a second', 'more', [
      measured('bare SHA-256 of a path', hashesPerSecond / Math.ceil(Math.log2(result.leaves))),
    ]),
    figure(`log: a bundle of ${bundle.leaves} leaves verified`, bundle.verifyMs, 'ms', 'less', [
      measured('bare SHA-256 of its paths', hashingMs),
    ]),
  ];
}
