/** Trains low-rank factors and the magnitudes of the rows they change. */
import type { AdapterConfigOf } from '@consilium/shared/protocol';
import { unadapted } from '../../backbones/backbone.js';
import type { AdapterMethod } from '../adapter.js';
import { adaptedLinears, linearName } from '../linear-name.js';
import { lowRankScale } from '../lora/config.js';
import { loraFactors } from '../lora/layer.js';
import { createVariables, disposeVariables, requireVariable } from '../variables.js';
import { doraOutput, type DoraTensors } from './layer.js';
import { mergeDora } from './merge.js';

export const dora: AdapterMethod<AdapterConfigOf<'dora'>> = {
  create: (config, _, schema) => {
    const variables = createVariables(schema);
    const layers = new Map(
      adaptedLinears(config).map((at): [string, DoraTensors] => [
        linearName(at),
        {
          ...loraFactors(variables, at, lowRankScale(config, at)),
          magnitudeDelta: requireVariable(variables, `${linearName(at)}.magnitude-delta`),
        },
      ]),
    );
    return {
      level: Math.min(...config.blocks),
      variables,
      adaptation: {
        ...unadapted,
        linear: (at, x, layer, next) => {
          const own = layers.get(linearName(at));
          return own === undefined ? next(x) : doraOutput(x, next(x), layer, own);
        },
      },
      dispose: () => disposeVariables(variables),
    };
  },
  merge: mergeDora,
};
