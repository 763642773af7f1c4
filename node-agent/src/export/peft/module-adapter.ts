/** An adapter as PEFT keeps it: factors or scales for each module of the library. */
import type { AdapterConfigOf, LowRankConfig } from '@consilium/shared/protocol';
import type { Tensor } from '@consilium/shared/tensors';

/** The methods that PEFT has too. */
export type PeftConfig = LowRankConfig | AdapterConfigOf<'ia3'>;
export type PeftKind = PeftConfig['kind'];

export interface LowRankModule {
  readonly kind: 'low-rank';
  readonly module: string;
  /** Name of the first adapted layer in it, which tells modules of two generations of names that hold the same. */
  readonly layer: string;
  readonly rank: number;
  /** Gives with the rank the scale of the module; a whole number unless the factors of several layers were put together. */
  readonly alpha: number;
  /** A: [rank, in] */
  readonly down: Tensor;
  /** B: [out, rank] */
  readonly up: Tensor;
  /** m of DoRA: [out] */
  readonly magnitude?: Float32Array;
}

export interface ScaleModule {
  readonly kind: 'scale';
  readonly module: string;
  /** Whether the input is scaled: a feed-forward module of (IA)3. */
  readonly onInput: boolean;
  /** l: [in] or [out] */
  readonly scale: Float32Array;
}

export type ModuleAdapter = LowRankModule | ScaleModule;

/** s of W + s B A at a rank and an alpha: see lowRankScale. */
export function scaleOf(kind: LowRankConfig['kind'], rank: number, alpha: number): number {
  return alpha / rankTerm(kind, rank);
}

/** alpha of a scale at a rank. */
export function alphaOf(kind: LowRankConfig['kind'], rank: number, scale: number): number {
  return scale * rankTerm(kind, rank);
}

function rankTerm(kind: LowRankConfig['kind'], rank: number): number {
  switch (kind) {
    case 'lora':
    case 'dora':
      return rank;
    case 'rslora':
      return Math.sqrt(rank);
  }
}
