/** Trains low-rank factors beside frozen linear layers. B starts at zero, so training starts at the frozen model. */
import * as tf from '@tensorflow/tfjs-core';
import { unadapted } from '../../backbones/backbone.js';
import type { AdapterMethod } from '../adapter.js';
import { adaptedLinears, linearName } from '../linear-name.js';
import { createVariables, disposeVariables } from '../variables.js';
import { lowRankScale, type LoraConfig } from './config.js';
import { loraChange, loraFactors } from './layer.js';
import { mergeLora } from './merge.js';

/** LoRA and rsLoRA, which differ in their scale alone. */
export const lora: AdapterMethod<LoraConfig> = {
  create: (config, _, schema) => {
    const variables = createVariables(schema);
    const factors = new Map(
      adaptedLinears(config).map((at) => [
        linearName(at),
        loraFactors(variables, at, lowRankScale(config, at)),
      ]),
    );
    return {
      level: Math.min(...config.blocks),
      variables,
      adaptation: {
        ...unadapted,
        linear: (at, x, _layer, next) => {
          const own = factors.get(linearName(at));
          return own === undefined ? next(x) : tf.add(next(x), loraChange(x, own));
        },
      },
      dispose: () => disposeVariables(variables),
    };
  },
  merge: mergeLora,
};
