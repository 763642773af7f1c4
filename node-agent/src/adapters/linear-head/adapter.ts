/** Trains the head only, on cached features: the cheapest adapter, and the base line for every other. */
import * as tf from '@tensorflow/tfjs-core';
import { unadapted } from '../../backbones/backbone.js';
import type { AdapterMethod } from '../adapter.js';
import { createVariables, requireVariable } from '../variables.js';
import { linearHeadLevel, type LinearHeadConfig } from './config.js';
import { headLogits, type HeadTensors } from './layer.js';

export const linearHead: AdapterMethod<LinearHeadConfig> = {
  create: (_, geometry, schema) => {
    const variables = createVariables(schema);
    const head = headTensors(variables);
    return {
      level: linearHeadLevel(geometry),
      variables,
      adapt: unadapted,
      logits: (features) => headLogits(features, head),
      dispose: () => tf.dispose([...variables.values()]),
    };
  },
};

/** @throws ConsiliumError 'bad-tensor-schema' when the schema has no head */
export function headTensors(variables: ReadonlyMap<string, tf.Variable>): HeadTensors {
  return {
    weight: requireVariable(variables, 'head.weight'),
    bias: requireVariable(variables, 'head.bias'),
  };
}
