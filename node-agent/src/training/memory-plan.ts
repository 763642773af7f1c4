/**
 * How many pictures go through a model at once, so that the trainer stays within its memory and takes no more of it than helps.
 * Estimates from the geometry alone.
 */
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
  /** Of an engine on the processor; absent = a GPU, which wants pictures by the batch. */
  readonly threads: number | undefined;
  /** How often memory has run out in spite of the plan: the estimate was too low, or others took the memory. */
  readonly shortages?: number;
}

const MIB = 2 ** 20;
/** Node, the engine and what is kept of the trunk. */
const BASE_BYTES = 768 * MIB;
const SAFETY = 0.8;
/**
 * Activations that keep one thread of a processor busy. More at once take more memory and no less time: a step of ViT-S/16 at
 * batch 8 on two threads took the same processor time in parts of 1, 2, 4 and 8 pictures, and 360, 420, 500 and 720 MiB.
 */
const ENOUGH_BYTES = 64 * MIB;
/** A picture alone takes a tenth more of the processor's time than two together, on onnxruntime and on wasm. */
const PAIR = 2;
const FLOAT_BYTES = 4;
/** A training begins anew each time that memory runs out, so few tries must reach the smallest parts. */
const SHORTER = 4;
/** Value, gradient and two moments of a trained number, and the new ones of a step. */
const COPIES_OF_TRAINED = 7;

/** Smaller parts come before recomputing: they cost next to nothing, which takes a quarter more time. */
export function planMemory(work: Workload): MemoryPlan {
  const { description, level, values, batch, evaluated, threads, shortages = 0 } = work;
  const { geometry, preprocessing } = description;
  const perBlock = activationBytes(geometry, inputSize(preprocessing)) / geometry.layers;
  const blocks = geometry.layers - Math.max(level, 0);
  const saved = perBlock * Math.max(blocks, 0) + FLOAT_BYTES * values;
  const recomputed = perBlock + FLOAT_BYTES * values * (blocks + 1);
  const budget = budgetOf(work);
  const enough = ENOUGH_BYTES * (threads ?? Number.POSITIVE_INFINITY);
  const atOnce = (bytes: number, most: number): number =>
    Math.max(
      1,
      Math.min(most, floorOf(budget, bytes), Math.max(floorOf(enough, bytes), threads ?? 1, PAIR)),
    );
  const planned = saved <= budget ? 'save' : 'recompute';
  const most = atOnce(planned === 'save' ? saved : recomputed, batch);
  return {
    together: evenPart(batch, afterShortages(most, shortages)),
    // Where a quarter of the pictures is none, the one that is left is computed again.
    memory: SHORTER ** shortages > most ? 'recompute' : planned,
    evaluatedTogether: afterShortages(atOnce(recomputed, evaluated), shortages),
  };
}

/** A quarter of the pictures each time that memory has run out, and at least one. */
export function afterShortages(pictures: number, shortages: number): number {
  return Math.max(1, Math.floor(pictures / SHORTER ** shortages));
}

function floorOf(bytes: number, each: number): number {
  return Math.floor(bytes / Math.max(each, 1));
}

/** The part of at most so many pictures, and at least half of them, that leaves the fewest places of a batch blank. */
function evenPart(batch: number, most: number): number {
  const least = Math.ceil(most / 2);
  const parts = Array.from({ length: most - least + 1 }, (_, i) => most - i);
  const blanks = (part: number): number => Math.ceil(batch / part) * part - batch;
  return parts.reduce((best, part) => (blanks(part) < blanks(best) ? part : best));
}

function budgetOf({ description, trained, memoryBytes }: Workload): number {
  if (memoryBytes === undefined) {
    return Number.POSITIVE_INFINITY;
  }
  const weights = loadBytes(description.geometry);
  const training = FLOAT_BYTES * COPIES_OF_TRAINED * trained;
  return Math.max(0, memoryBytes - BASE_BYTES - weights - training) * SAFETY;
}
