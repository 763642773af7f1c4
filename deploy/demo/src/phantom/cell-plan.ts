/** What the five kinds of white blood cell look like, as ranges that every drawn cell takes its own values from. */
import type { SeededRandom } from '@consilium/shared/crypto';
import { between, chance, pick, wholeBetween } from './distribution.js';
import type { NucleusPlan } from './nucleus.js';
import type { Pigments } from './pigment.js';

/** The kinds in the order of the demo's label list. */
export const CELL_KINDS = [
  'neutrophil',
  'eosinophil',
  'lymphocyte',
  'monocyte',
  'basophil',
] as const;

export type CellKind = (typeof CELL_KINDS)[number];

export interface GranulePlan {
  /** Granules per 100 µm² of the cell. */
  readonly density: number;
  /** Radius of a granule in µm. */
  readonly radius: number;
  readonly pigments: Pigments;
  readonly opacity: number;
  /** Share of the granules that lie over the nucleus: few in eosinophils, most in basophils. */
  readonly overNucleus: number;
}

export interface CellPlan {
  /** Radius in µm. */
  readonly radius: number;
  readonly elongation: number;
  /** Unevenness of the outline as a share of the radius. */
  readonly wobble: number;
  readonly nucleus: NucleusPlan;
  /** Azure of the nucleus, and how much it clumps (0 smooth to 1 coarse). */
  readonly chromatin: { readonly azure: number; readonly clumping: number };
  readonly cytoplasm: Pigments;
  readonly granules: GranulePlan;
  /** Clear bubbles in the cytoplasm. */
  readonly vacuoles: number;
}

/** A cell of the given kind. */
export function drawCellPlan(kind: CellKind, random: SeededRandom): CellPlan {
  return PLANS[kind](random);
}

/**
 * A cell that no blood holds: each part as in a kind of its own. What is learnt from such cells is to see parts, not to
 * repeat the five names.
 */
export function drawMixedPlan(random: SeededRandom): CellPlan {
  const part = () => drawCellPlan(pick(random, CELL_KINDS), random);
  return {
    ...part(),
    nucleus: part().nucleus,
    chromatin: part().chromatin,
    cytoplasm: part().cytoplasm,
    granules: part().granules,
  };
}

const PLANS: Readonly<Record<CellKind, (random: SeededRandom) => CellPlan>> = {
  neutrophil: (random) => ({
    radius: between(random, 5.6, 7.2),
    elongation: between(random, 1, 1.15),
    wobble: 0.03,
    nucleus: {
      form: 'lobed',
      lobes: pick(random, [2, 3, 3, 3, 4, 4, 5]),
      fill: between(random, 0.3, 0.38),
      bridge: chance(random, 0.2) ? between(random, 0.6, 0.9) : between(random, 0.15, 0.45),
    },
    chromatin: { azure: between(random, 0.95, 1.25), clumping: between(random, 0.3, 0.6) },
    cytoplasm: {
      azure: between(random, 0.05, 0.12),
      blue: between(random, 0, 0.15),
      eosin: between(random, 0.1, 0.45),
    },
    granules: {
      density: between(random, 60, 120),
      radius: between(random, 0.12, 0.18),
      pigments: { azure: 0.35, blue: 0.1, eosin: between(random, 0.3, 0.6) },
      opacity: between(random, 0.3, 0.7),
      overNucleus: 0,
    },
    vacuoles: 0,
  }),
  eosinophil: (random) => ({
    radius: between(random, 6, 7.6),
    elongation: between(random, 1, 1.15),
    wobble: 0.035,
    nucleus: {
      form: 'lobed',
      lobes: chance(random, 0.85) ? 2 : 3,
      fill: between(random, 0.35, 0.43),
      bridge: between(random, 0.15, 0.5),
    },
    chromatin: { azure: between(random, 0.7, 1.1), clumping: between(random, 0.3, 0.6) },
    cytoplasm: {
      azure: between(random, 0, 0.08),
      blue: between(random, 0, 0.2),
      eosin: between(random, 0.5, 1.1),
    },
    granules: {
      density: between(random, 110, 190),
      radius: between(random, 0.25, 0.52),
      pigments: {
        azure: between(random, 0, 0.1),
        blue: 0,
        eosin: between(random, 1.2, 2.4),
      },
      opacity: between(random, 0.65, 0.95),
      overNucleus: between(random, 0, 0.35),
    },
    vacuoles: 0,
  }),
  lymphocyte: (random) => ({
    radius: chance(random, 0.75) ? between(random, 3.9, 5.4) : between(random, 5.4, 7),
    elongation: between(random, 1, 1.2),
    wobble: 0.035,
    nucleus: { form: 'round', fill: between(random, 0.74, 0.96) },
    chromatin: { azure: between(random, 1, 1.35), clumping: between(random, 0.2, 0.6) },
    cytoplasm: {
      azure: between(random, 0, 0.1),
      blue: between(random, 0.5, 1.2),
      eosin: between(random, 0, 0.05),
    },
    granules: {
      density: between(random, 0, 3),
      radius: 0.2,
      pigments: { azure: 0.8, blue: 0, eosin: 0.2 },
      opacity: 0.7,
      overNucleus: 0,
    },
    vacuoles: 0,
  }),
  monocyte: (random) => ({
    radius: between(random, 6.8, 9),
    elongation: between(random, 1, 1.3),
    wobble: between(random, 0.04, 0.09),
    nucleus: {
      form: 'kidney',
      fill: between(random, 0.62, 0.84),
      indentation: between(random, 0.15, 0.75),
    },
    chromatin: { azure: between(random, 0.65, 0.95), clumping: between(random, 0.4, 0.9) },
    cytoplasm: {
      azure: between(random, 0.1, 0.22),
      blue: between(random, 0.35, 0.8),
      eosin: between(random, 0.05, 0.2),
    },
    granules: {
      density: between(random, 20, 60),
      radius: 0.12,
      pigments: { azure: 0.5, blue: 0.3, eosin: 0.2 },
      opacity: between(random, 0.2, 0.5),
      overNucleus: 0,
    },
    vacuoles: wholeBetween(random, 0, 6),
  }),
  basophil: (random) => ({
    radius: between(random, 5, 6.6),
    elongation: between(random, 1, 1.15),
    wobble: 0.05,
    nucleus: {
      form: 'lobed',
      lobes: wholeBetween(random, 2, 3),
      fill: between(random, 0.38, 0.46),
      bridge: between(random, 0.5, 0.9),
    },
    chromatin: { azure: between(random, 0.55, 0.85), clumping: between(random, 0.2, 0.5) },
    cytoplasm: {
      azure: between(random, 0.12, 0.3),
      blue: between(random, 0.1, 0.4),
      eosin: between(random, 0.05, 0.25),
    },
    granules: {
      density: between(random, 50, 130),
      radius: between(random, 0.4, 0.65),
      pigments: {
        azure: between(random, 1.15, 1.8),
        blue: between(random, 0.2, 0.7),
        eosin: between(random, 0, 0.3),
      },
      opacity: between(random, 0.75, 1),
      overNucleus: between(random, 0.7, 1),
    },
    vacuoles: 0,
  }),
};
