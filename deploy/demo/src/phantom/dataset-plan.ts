/** Which pictures a phantom study consists of: kinds by site and split, and whose cells they are. */
import type { SeededRandom } from '@consilium/shared/crypto';
import { CELL_KINDS, type CellKind } from './cell-plan.js';
import { wholeBetween } from './distribution.js';
import type { CellMix, Laboratory } from './laboratory.js';

export type Split = 'train' | 'val' | 'test';

export interface PlannedImage {
  /** Path inside the data folder. */
  readonly file: string;
  readonly label: CellKind;
  readonly split: Split;
  readonly site: string;
  /** Pseudonym; all cells of one patient are in one split. */
  readonly patient: string;
}

const SPLIT_SHARES: Readonly<Record<Split, number>> = { train: 0.6, val: 0.12, test: 0.28 };
const MOST_CELLS_OF_A_PATIENT = 6;

/**
 * The pictures of one site. Training and validation follow the laboratory's own mix; the test split holds every kind
 * equally often, so that it asks for what the site itself has seldom or never seen.
 *
 * @throws RangeError when a split would hold no picture.
 */
export function planSite(
  laboratory: Laboratory,
  imageCount: number,
  random: SeededRandom,
): readonly PlannedImage[] {
  const train = Math.round(imageCount * SPLIT_SHARES.train);
  const val = Math.round(imageCount * SPLIT_SHARES.val);
  const test = imageCount - train - val;
  if (!Number.isInteger(imageCount) || Math.min(train, val, test) < 1) {
    throw new RangeError(`a site needs at least 5 pictures, in whole numbers; got ${imageCount}`);
  }
  return [
    ...planSplit(laboratory, 'train', kindsByMix(laboratory.mix, train), random),
    ...planSplit(laboratory, 'val', kindsByMix(laboratory.mix, val), random),
    ...planSplit(laboratory, 'test', kindsInTurn(test), random),
  ];
}

function planSplit(
  laboratory: Laboratory,
  split: Split,
  kinds: readonly CellKind[],
  random: SeededRandom,
): readonly PlannedImage[] {
  const site = laboratory.name;
  let patient = 0;
  let cellsLeft = 0;
  return random.shuffled(kinds).map((label, index) => {
    if (cellsLeft === 0) {
      patient += 1;
      cellsLeft = wholeBetween(random, 2, MOST_CELLS_OF_A_PATIENT);
    }
    cellsLeft -= 1;
    return {
      file: `images/${site}/${split}-${String(index + 1).padStart(4, '0')}.png`,
      label,
      split,
      site,
      patient: `${site}-${split}-${patient}`,
    };
  });
}

/** Whole numbers of each kind nearest to the mix (largest remainders), `count` in all. */
function kindsByMix(mix: CellMix, count: number): readonly CellKind[] {
  const total = CELL_KINDS.reduce((sum, kind) => sum + (mix[kind] ?? 0), 0);
  const exact = CELL_KINDS.map((kind) => ({ kind, amount: ((mix[kind] ?? 0) * count) / total }));
  const kinds = exact.flatMap(({ kind, amount }) =>
    Array.from({ length: Math.floor(amount) }, () => kind),
  );
  const byRemainder = exact.toSorted((one, other) => (other.amount % 1) - (one.amount % 1));
  return [...kinds, ...byRemainder.slice(0, count - kinds.length).map(({ kind }) => kind)];
}

function kindsInTurn(count: number): readonly CellKind[] {
  return Array.from(
    { length: count },
    (_, index) => CELL_KINDS[index % CELL_KINDS.length] as CellKind,
  );
}
