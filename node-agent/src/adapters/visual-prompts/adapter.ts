/**
 * Visual prompt tuning (Jia et al. 2022, arXiv 2203.12119, section 3.2): trained tokens after the class token, without a
 * position of their own. Shallow ones enter at the first block and go on through all others (equations 4 to 6); deep ones are
 * put in place of the last block's at every block (equations 7 and 8). The first block sees them, so nothing is cached.
 */
import * as tf from '@tensorflow/tfjs-core';
import { blockPrefix, type AdapterConfigOf } from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { unadapted } from '../../backbones/backbone.js';
import type { AdapterMethod } from '../adapter.js';
import { createVariables, disposeVariables, requireVariable } from '../variables.js';

/** There is no merge: prompts are tokens, not parameters. */
export const visualPrompts: AdapterMethod<AdapterConfigOf<'visual-prompts'>> = {
  create: ({ depth, tokens }, geometry, schema) => {
    if (geometry.architecture !== 'vit') {
      throw new ConsiliumError('bad-tensor-schema', 'visual-prompts: expected a vit backbone');
    }
    const first = geometry.classToken ? 1 : 0;
    const variables = createVariables(schema);
    const promptsOf = (block: number) =>
      requireVariable<tf.Tensor2D>(variables, `${blockPrefix(block)}prompts`);
    return {
      level: 0,
      variables,
      adaptation: {
        ...unadapted,
        tokens: (block, x) => {
          if (depth === 'shallow') {
            return block === 0 ? inserted(x, requireVariable(variables, 'prompts'), first, 0) : x;
          }
          return inserted(x, promptsOf(block), first, block === 0 ? 0 : tokens);
        },
        addedTokens: () => tokens,
      },
      dispose: () => disposeVariables(variables),
    };
  },
};

/**
 * @param x [pictures, tokens, width]
 * @param prompts [prompts, width]
 * @param first the place where they go @param replaced tokens from there on that they replace
 */
function inserted(
  x: tf.Tensor3D,
  prompts: tf.Tensor2D,
  first: number,
  replaced: number,
): tf.Tensor3D {
  const [pictures] = x.shape;
  const each = tf.tile(tf.expandDims<tf.Tensor3D>(prompts, 0), [pictures, 1, 1]);
  const after = tf.slice(x, [0, first + replaced, 0], [-1, -1, -1]);
  const parts =
    first === 0 ? [each, after] : [tf.slice(x, [0, 0, 0], [-1, first, -1]), each, after];
  return tf.concat(parts, 1);
}
