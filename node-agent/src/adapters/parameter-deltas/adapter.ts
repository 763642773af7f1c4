/**
 * Trains parameters of the backbone itself, as a change of each that starts at zero: the last blocks, the biases (BitFit, Ben
 * Zaken et al. 2021, arXiv 2106.10199), the norms, or everything. Which ones, the schema says.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { AdapterConfigOf, BackboneGeometry } from '@consilium/shared/protocol';
import { requireTensor, type Tensor, type TensorSet } from '@consilium/shared/tensors';
import { PIXELS, unadapted } from '../../backbones/backbone.js';
import { toEngineForm } from '../../backbones/engine-form.js';
import type { AdapterMethod, MergeParameter } from '../adapter.js';
import { createVariables, disposeVariables } from '../variables.js';

type DeltaConfig = AdapterConfigOf<'last-blocks' | 'bitfit' | 'norm-tuning' | 'full'>;

export const parameterDeltas: AdapterMethod<DeltaConfig> = {
  create: (config, geometry, schema) => {
    const variables = createVariables(schema);
    return {
      level: firstTrained(config, geometry),
      variables,
      adaptation: {
        ...unadapted,
        parameter: (name, frozen) => {
          const delta = variables.get(deltaName(name));
          return delta === undefined ? frozen : tf.add(frozen, toEngineForm(name, delta));
        },
      },
      dispose: () => disposeVariables(variables),
    };
  },
  merge: (_, __, tensors) => mergeDeltas(tensors),
};

/** The level below which every parameter is frozen. */
function firstTrained(config: DeltaConfig, { layers }: BackboneGeometry): number {
  switch (config.kind) {
    case 'full':
      return PIXELS;
    case 'last-blocks':
      return layers - config.count;
    case 'bitfit':
    case 'norm-tuning':
      return Math.min(...config.blocks);
  }
}

function mergeDeltas(tensors: TensorSet): MergeParameter {
  return (name, frozen) =>
    tensors.has(deltaName(name)) ? sum(frozen, requireTensor(tensors, deltaName(name))) : frozen;
}

function sum({ shape, data }: Tensor, delta: Tensor): Tensor {
  return { shape, data: data.map((value, i) => value + (delta.data[i] as number)) };
}

function deltaName(parameter: string): string {
  return `${parameter}.delta`;
}
