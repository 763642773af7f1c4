/** Trains low-rank factors beside frozen linear layers, and the head. B starts at zero, so training starts at the frozen model. */
import * as tf from '@tensorflow/tfjs-core';
import type { ModuleAddress } from '../../backbones/backbone.js';
import type { AdapterMethod } from '../adapter.js';
import { headTensors } from '../linear-head/adapter.js';
import { headLogits } from '../linear-head/layer.js';
import { createVariables, requireVariable } from '../variables.js';
import { loraLevel, loraScale, type LoraConfig } from './config.js';
import { loraOutput, type LoraFactors } from './layer.js';

export const lora: AdapterMethod<LoraConfig> = {
  create: (config, geometry, schema) => {
    const level = loraLevel(config, geometry);
    const scale = loraScale(config);
    const variables = createVariables(schema);
    const factors = new Map(
      config.blocks.flatMap((block) =>
        config.targets.map((target): [string, LoraFactors] => {
          const name = moduleName({ block, target });
          return [
            name,
            {
              down: requireVariable(variables, `${name}.lora-a`),
              up: requireVariable(variables, `${name}.lora-b`),
            },
          ];
        }),
      ),
    );
    const head = headTensors(variables);
    return {
      level,
      variables,
      adapt: (at, input, frozen) => {
        const own = factors.get(moduleName(at));
        return own === undefined ? frozen : loraOutput(input, frozen, own, scale);
      },
      logits: (features) => headLogits(features, head),
      dispose: () => tf.dispose([...variables.values()]),
    };
  },
};

function moduleName({ block, target }: ModuleAddress): string {
  return `blocks.${block}.${target}`;
}
