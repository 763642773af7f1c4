/** How many pictures go through a model at once, so that the trainer stays within its memory. Estimates from the geometry alone. */
import { activationBytes, loadBytes } from '@consilium/shared/catalogue';
import { inputSize, type BackboneDescription } from '@consilium/shared/protocol';
import type { Memory } from '../engine/compiled.js';

export interface MemoryPlan {
  /** Pictures of one gradient; those of a batch are added up where it takes several. */
  readonly together: number;
  readonly memory: Memory;
  /** Pictures that are measured at once. */
  readonly evaluatedTogether: number;
}

export interface Workload {
  readonly description: BackboneDescription;
  /** Where the frozen trunk ends. */
  readonly level: number;
  /** Numbers that one picture has at that level. */
  readonly values: number;
  /** Numbers that are trained. */
  readonly trained: number;
  /** Pictures of a step, and of a measurement. */
  readonly batch: number;
  readonly evaluated: number;
  /** What the process may take; absent = no bound. */
  readonly memoryBytes: number | undefined;
}

const MIB = 2 ** 20;
/** Node, the engine and what is kept of the trunk. */
const BASE_BYTES = 768 * MIB;
const SAFETY = 0.8;
const FLOAT_BYTES = 4;
/** Value, gradient and two moments of a trained number, and the new ones of a step. */
const COPIES_OF_TRAINED = 7;

/** Smaller parts come before recomputing: they cost next to nothing, which takes a quarter more time. */
export function planMemory(work: Workload): MemoryPlan {
  const { description, level, values, batch, evaluated } = work;
  const { geometry, preprocessing } = description;
  const perBlock = activationBytes(geometry, inputSize(preprocessing)) / geometry.layers;
  const blocks = geometry.layers - Math.max(level, 0);
  const saved = perBlock * Math.max(blocks, 0) + FLOAT_BYTES * values;
  const recomputed = perBlock + FLOAT_BYTES * values * (blocks + 1);
  const budget = budgetOf(work);
  const fits = (bytes: number, most: number): number =>
    Math.max(1, Math.min(most, Math.floor(budget / Math.max(bytes, 1))));
  const memory = saved <= budget ? 'save' : 'recompute';
  const most = fits(memory === 'save' ? saved : recomputed, batch);
  return {
    together: Math.ceil(batch / Math.ceil(batch / most)),
    memory,
    evaluatedTogether: fits(recomputed, evaluated),
  };
}

function budgetOf({ description, trained, memoryBytes }: Workload): number {
  if (memoryBytes === undefined) {
    return Number.POSITIVE_INFINITY;
  }
  const weights = loadBytes(description.geometry);
  const training = FLOAT_BYTES * COPIES_OF_TRAINED * trained;
  return Math.max(0, memoryBytes - BASE_BYTES - weights - training) * SAFETY;
}
