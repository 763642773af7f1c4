/** A laboratory as its pictures show it: how it stains, what its camera does, and which cells its patients bring. */
import type { SeededRandom } from '@consilium/shared/crypto';
import type { Camera } from './camera.js';
import { CELL_KINDS, type CellKind } from './cell-plan.js';
import { bell, between } from './distribution.js';
import type { Absorbance, Rgb } from './pigment.js';

/** Share of each kind of cell; a kind that is not named does not occur. */
export type CellMix = Readonly<Partial<Record<CellKind, number>>>;

export interface Laboratory {
  readonly name: string;
  readonly stain: Absorbance;
  readonly camera: Camera;
  /** Side of a picture on the slide in µm: a small field is a high magnification. */
  readonly field: number;
  /** Red cells per 100 µm² around the white cell. */
  readonly crowding: number;
  /** What the laboratory sees day by day: the mix of its training and validation pictures. */
  readonly mix: CellMix;
}

const NORTHGATE: Laboratory = {
  name: 'northgate',
  stain: { azure: [0.9, 1.95, 0.85], blue: [0.4, 0.42, 0.18], eosin: [0.1, 0.5, 0.52] },
  camera: {
    light: [0.98, 0.93, 0.74],
    gamma: 1,
    contrast: 0.97,
    blur: 0.22,
    noise: 0.012,
    vignetting: 0.08,
  },
  field: 20,
  crowding: 0.7,
  mix: { neutrophil: 0.5, lymphocyte: 0.4, monocyte: 0.1 },
};

const RIVERSIDE: Laboratory = {
  name: 'riverside',
  stain: { azure: [1.0, 1.05, 0.24], blue: [0.5, 0.3, 0.08], eosin: [0.08, 0.36, 0.26] },
  camera: {
    light: [0.76, 0.79, 0.8],
    gamma: 0.9,
    contrast: 0.88,
    blur: 0.38,
    noise: 0.025,
    vignetting: 0.25,
  },
  field: 18,
  crowding: 1.3,
  mix: { eosinophil: 0.5, neutrophil: 0.3, basophil: 0.2 },
};

const HILLCREST: Laboratory = {
  name: 'hillcrest',
  stain: { azure: [1.2, 1.6, 0.6], blue: [0.52, 0.46, 0.2], eosin: [0.16, 0.55, 0.4] },
  camera: {
    light: [0.98, 0.9, 0.86],
    gamma: 1.2,
    contrast: 1,
    blur: 0.1,
    noise: 0.008,
    vignetting: 0.02,
  },
  field: 26,
  crowding: 1,
  mix: { monocyte: 0.45, lymphocyte: 0.25, basophil: 0.3 },
};

const NAMED = [NORTHGATE, RIVERSIDE, HILLCREST] as const;

/** The first `count` laboratories: three with names of their own, then ones drawn from the generator. */
export function laboratories(count: number, random: SeededRandom): readonly Laboratory[] {
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(`count of laboratories must be a whole number from 1, got ${count}`);
  }
  return Array.from(
    { length: count },
    (_, index) => NAMED[index] ?? drawLaboratory(`laboratory-${index + 1}`, index, random),
  );
}

/** A laboratory of random stain and camera. @param turn which kinds it sees most, as a place in the list of kinds. */
export function drawLaboratory(name: string, turn: number, random: SeededRandom): Laboratory {
  return {
    name,
    stain: drawStain(random),
    camera: drawCamera(random),
    field: between(random, 16, 29),
    crowding: between(random, 0.1, 1.6),
    mix: drawMix(turn, random),
  };
}

/** One slide of a laboratory: its own stain, a little stronger or weaker, redder or bluer than the usual one. */
export function slideVariation(laboratory: Laboratory, random: SeededRandom): Laboratory {
  const strength = 1 + 0.1 * bell(random);
  const vary = (absorbance: Rgb): Rgb => [
    absorbance[0] * strength * (1 + 0.05 * bell(random)),
    absorbance[1] * strength * (1 + 0.05 * bell(random)),
    absorbance[2] * strength * (1 + 0.05 * bell(random)),
  ];
  const { azure, blue, eosin } = laboratory.stain;
  return {
    ...laboratory,
    stain: { azure: vary(azure), blue: vary(blue), eosin: vary(eosin) },
    camera: {
      ...laboratory.camera,
      blur: laboratory.camera.blur * (1 + 0.25 * Math.abs(bell(random))),
    },
    crowding: laboratory.crowding * between(random, 0.5, 1.3),
  };
}

function drawStain(random: SeededRandom): Absorbance {
  const strength = between(random, 0.75, 1.25);
  return {
    azure: [
      strength * between(random, 0.65, 1.5),
      strength * between(random, 1, 2.1),
      strength * between(random, 0.2, 1.2),
    ],
    blue: [
      strength * between(random, 0.35, 0.65),
      strength * between(random, 0.25, 0.5),
      strength * between(random, 0.05, 0.3),
    ],
    eosin: [
      strength * between(random, 0.04, 0.25),
      strength * between(random, 0.3, 0.65),
      strength * between(random, 0.12, 0.65),
    ],
  };
}

function drawCamera(random: SeededRandom): Camera {
  const brightness = between(random, 0.78, 1.02);
  return {
    light: [
      brightness * between(random, 0.93, 1),
      brightness * between(random, 0.9, 1),
      brightness * between(random, 0.52, 1.04),
    ],
    gamma: between(random, 0.8, 1.3),
    contrast: between(random, 0.82, 1),
    blur: between(random, 0.05, 0.55),
    noise: between(random, 0.003, 0.03),
    vignetting: between(random, 0, 0.3),
  };
}

/** Two kinds in plenty and one seldom, the kinds moving on by one with every laboratory. */
function drawMix(turn: number, random: SeededRandom): CellMix {
  const kind = (offset: number) => CELL_KINDS[(turn + offset) % CELL_KINDS.length] as CellKind;
  const first = between(random, 0.4, 0.5);
  return { [kind(0)]: first, [kind(2)]: 0.85 - first, [kind(3)]: 0.15 };
}
