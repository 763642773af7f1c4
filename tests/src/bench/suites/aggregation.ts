/**
 * Sums of updates for 3, 10 and 30 sites: the ring addition beside a bare loop over the same words, and all that a round does with
 * an update (unwrap, decrypt, check bounds and hash, add), with its memory.
 */
import { createRingSum } from '@consilium/shared/aggregation';
import { randomBytes } from '@consilium/shared/crypto';
import { encodeFloat } from '@consilium/shared/encoding';
import type { TensorSchema } from '@consilium/shared/tensors';
import { LIMITS } from '@consilium/shared/vocabulary';
import { figure, measured, type Figure } from '../measure/figure.js';
import { inTurn, median } from '../measure/statistics.js';
import { runFromSources } from './from-sources.js';

const SITES = [3, 10, 30] as const;
const PROGRAM = 'coordinator/src/aggregation/testing/sum-measurement.ts';

export interface AggregationLine {
  readonly sites: number;
  /** Ring addition of the updates of all sites, in chunks as they travel. */
  readonly ringMegabytesPerSecond: number;
  /** A loop over two arrays of words, without bounds of chunks. */
  readonly bareMegabytesPerSecond: number;
  /** Unwrapping, decrypting, checking and adding. */
  readonly roundMegabytesPerSecond: number;
  /** Beyond the sealed updates themselves. */
  readonly addedMiB: number;
}

export interface AggregationResult {
  readonly suite: 'aggregation';
  /** Of one update. */
  readonly megabytes: number;
  readonly sums: readonly AggregationLine[];
}

interface RoundSums {
  readonly milliseconds: readonly number[];
  readonly addedMiB: number;
}

export async function measureAggregation(isQuick: boolean): Promise<AggregationResult> {
  const megabytes = isQuick ? 0.4 : 4;
  const runs = isQuick ? 2 : 7;
  const sums: AggregationLine[] = [];
  for (const sites of SITES) {
    const ring = measureRing(sites, megabytes, runs);
    const round = await runFromSources<RoundSums>(PROGRAM, [sites, megabytes, runs]);
    const speed = (ms: number) => ((sites * megabytes) / ms) * 1000;
    sums.push({
      sites,
      ringMegabytesPerSecond: speed(ring.workMs),
      bareMegabytesPerSecond: speed(ring.limitMs),
      roundMegabytesPerSecond: speed(median(round.milliseconds)),
      addedMiB: round.addedMiB,
    });
  }
  return { suite: 'aggregation', megabytes, sums };
}

function measureRing(sites: number, megabytes: number, runs: number) {
  const words = Math.round((megabytes * 1e6) / 4);
  const update = randomBytes(words * 4);
  const aligned = Uint32Array.from(new Uint32Array(update.slice().buffer));
  const schema: TensorSchema = [
    { name: 'head.weight', shape: [words], range: encodeFloat(1), init: { kind: 'zeros' } },
  ];
  return inTurn(
    () => {
      const sum = createRingSum(schema);
      for (let site = 0; site < sites; site += 1) {
        for (let at = 0; at < update.length; at += LIMITS.chunkBytes) {
          sum.add(update.subarray(at, at + LIMITS.chunkBytes), at);
        }
      }
    },
    () => {
      const sum = new Uint32Array(words);
      for (let site = 0; site < sites; site += 1) {
        addBare(sum, aligned);
      }
    },
    runs,
  );
}

function addBare(into: Uint32Array, other: Uint32Array): void {
  for (let i = 0; i < into.length; i += 1) {
    into[i] = (into[i] as number) + (other[i] as number);
  }
}

export function aggregationFigures({ sums }: AggregationResult): Figure[] {
  return sums.flatMap((line) => [
    figure(
      `aggregation: ring sum of ${line.sites} sites`,
      line.ringMegabytesPerSecond,
      'MB/s',
      'more',
      [measured('a bare loop', line.bareMegabytesPerSecond)],
    ),
    figure(
      `aggregation: opening, checking and adding, ${line.sites} sites`,
      line.roundMegabytesPerSecond,
      'MB/s',
      'more',
    ),
    figure(`aggregation: memory for the sum of ${line.sites} sites`, line.addedMiB, 'MiB'),
  ]);
}
