/**
 * Trains small layers between the frozen ones; up starts at zero, so training starts at the frozen model. Three placements:
 * after both sublayers (Houlsby et al. 2019, arXiv 1902.00751, section 2.1) or after the feed-forward layers alone (Pfeiffer et
 * al. 2021, arXiv 2005.00247) the bottleneck sees what the sublayer computed, before that is added to what entered it:
 * y + scale x up(act(down(y))). Beside the feed-forward layers (AdaptFormer, Chen et al. 2022, arXiv 2205.13535, section 3.2, without
 * a norm of its own as in the authors' code) it sees what entered them: y + scale x up(act(down(x))).
 */
import * as tf from '@tensorflow/tfjs-core';
import { decodeFloat } from '@consilium/shared/encoding';
import { blockPrefix, type AdapterConfigOf } from '@consilium/shared/protocol';
import { unadapted, type SublayerAddress } from '../../backbones/backbone.js';
import type { AdapterMethod } from '../adapter.js';
import { createVariables, disposeVariables } from '../variables.js';
import { bottleneckChange, bottleneckTensors } from './layer.js';

type BottleneckConfig = AdapterConfigOf<'bottleneck'>;

/** There is no merge: a bottleneck's activation stands between the frozen layers. */
export const bottleneck: AdapterMethod<BottleneckConfig> = {
  create: (config, _, schema) => {
    const { activation, placement } = config;
    const scale = decodeFloat(config.scale);
    const variables = createVariables(schema);
    const places = new Map(
      placesOf(config).map((name) => [name, bottleneckTensors(variables, name)]),
    );
    return {
      level: Math.min(...config.blocks),
      variables,
      adaptation: {
        ...unadapted,
        sublayer: (at, { entering, output }) => {
          const own = places.get(placeName(at));
          if (own === undefined) {
            return output;
          }
          const seen = placement === 'parallel' ? entering : output;
          return tf.add(output, bottleneckChange(seen, own, activation, scale));
        },
      },
      dispose: () => disposeVariables(variables),
    };
  },
};

function placesOf({ blocks, placement }: BottleneckConfig): string[] {
  const sublayers = placement === 'houlsby' ? (['attention', 'mlp'] as const) : (['mlp'] as const);
  return blocks.flatMap((block) => sublayers.map((sublayer) => placeName({ block, sublayer })));
}

function placeName({ block, sublayer }: SublayerAddress): string {
  return `${blockPrefix(block)}${sublayer}-adapter`;
}
