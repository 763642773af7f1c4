/** Where the inputs of a captured graph come from when it runs. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { ElementType } from '../onnx/element-types.js';

interface Described {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: ElementType;
}

/** The n-th tensor among the arguments. */
export interface ArgumentInput extends Described {
  readonly kind: 'argument';
  readonly leaf: number;
}

/** A tensor or variable that the function closes over, read at every call. */
export interface ClosureInput extends Described {
  readonly kind: 'closure';
  readonly tensor: Tensor;
  /** A large constant made during the trace, which lives with it. */
  readonly owned: boolean;
}

/** A tensor made anew for every call. */
export interface PerCallInput extends Described {
  readonly kind: 'per-call';
  readonly make: () => Tensor;
}

/** The gradient with respect to the n-th result, which the backward graph gets. */
export interface SlopeInput extends Described {
  readonly kind: 'slope';
  readonly result: number;
}

export type TracedInput = ArgumentInput | ClosureInput | PerCallInput | SlopeInput;
