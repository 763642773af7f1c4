/** Where each adapter checkpoint of a study comes from and how good it is, put together from what the coordinator answers. */
import type { AdapterView, AttemptView, RoundView } from '@consilium/shared/answers';
import { bestOf, type FigureSeries, type Measured } from '../../lib/figures.js';

export type Tag = 'first' | 'best' | 'newest' | 'accepted';

export interface SummedSite {
  readonly siteId: string;
  readonly weight: number;
}

/** The attempt that made it. */
export interface Making {
  readonly attempt: AttemptView;
  /** Of the sites that are in the sum, by name. */
  readonly sites: readonly SummedSite[];
  readonly accepted: number;
  readonly refused: number;
}

export interface AdapterEntry extends AdapterView {
  readonly tags: readonly Tag[];
  /** Absent for the one that training began with. */
  readonly making?: Making;
  /** On the validation pictures of all sites together, where it was measured. */
  readonly measured?: Measured;
}

/** @param acceptedHashes of checkpoints that people accepted with keys of their own. @returns the newest first */
export function adapterHistory(
  adapters: readonly AdapterView[],
  rounds: readonly RoundView[],
  series: FigureSeries,
  acceptedHashes: ReadonlySet<string>,
): AdapterEntry[] {
  const best = bestOf(series.together, 'balancedAccuracy')?.roundNo;
  const newest = adapters.at(-1)?.roundNo;
  return adapters
    .map((adapter) => {
      const { roundNo, hash } = adapter;
      const tags: Tag[] = [
        ...(roundNo === 0 ? (['first'] as const) : []),
        ...(roundNo === best ? (['best'] as const) : []),
        ...(roundNo === newest ? (['newest'] as const) : []),
        ...(acceptedHashes.has(hash) ? (['accepted'] as const) : []),
      ];
      const making = makingOf(rounds.find((round) => round.roundNo === roundNo));
      const measured = series.together.find((one) => one.roundNo === roundNo);
      return {
        ...adapter,
        tags,
        ...(making === undefined ? {} : { making }),
        ...(measured === undefined ? {} : { measured }),
      };
    })
    .toReversed();
}

function makingOf(round: RoundView | undefined): Making | undefined {
  const attempt = round?.attempts.find(({ phase }) => phase === 'committed');
  if (attempt === undefined) {
    return undefined;
  }
  const summed = attempt.participants.filter(({ state }) => state === 'survivor');
  const votes = attempt.participants.flatMap(({ vote }) => (vote === undefined ? [] : [vote]));
  return {
    attempt,
    sites: summed.map(({ siteId, weight }) => ({ siteId, weight })),
    accepted: votes.filter(({ verdict }) => verdict === 'accept').length,
    refused: votes.filter(({ verdict }) => verdict === 'refuse').length,
  };
}

export interface ResultRow {
  /** Undefined: all sites together. */
  readonly siteId: string | undefined;
  readonly measured: Measured;
}

/** What is known of one adapter checkpoint: each site that shows figures of its own, then all together. */
export function resultsOf({ sites, together }: FigureSeries, roundNo: number): ResultRow[] {
  const ofRound = (measured: readonly Measured[]) =>
    measured.find((one) => one.roundNo === roundNo);
  const rows = sites.flatMap(({ siteId, measured }) => {
    const found = ofRound(measured);
    return found === undefined ? [] : [{ siteId, measured: found }];
  });
  const all = ofRound(together);
  return all === undefined ? rows : [...rows, { siteId: undefined, measured: all }];
}

/** The site that it serves worst by balanced accuracy, of at least two. */
export function worstSite(rows: readonly ResultRow[]): string | undefined {
  const sites = rows.filter(({ siteId }) => siteId !== undefined);
  const [worst] = sites.toSorted(
    (a, b) => a.measured.figures.balancedAccuracy - b.measured.figures.balancedAccuracy,
  );
  return sites.length < 2 ? undefined : worst?.siteId;
}
