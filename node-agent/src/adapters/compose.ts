/**
 * Two adapters attached to one backbone: one that the sites train together and one that a site keeps for itself ("dual LoRA",
 * Med-DualLoRA, arXiv 2603.10967). Each keeps its own variables.
 */
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { Adaptation } from '../backbones/backbone.js';
import type { Adapter } from './adapter.js';

/** What a forward pass needs of one adapter, or of two together. */
export type Attached = Pick<Adapter, 'level' | 'adaptation'>;

/**
 * `outer` changes what `inner` makes of the frozen model, so that leaving it away gives the model of `inner` alone.
 * @throws ConsiliumError 'bad-tensor-schema' when both add tokens: each takes the places after the class token for its own
 */
export function compose(inner: Attached, outer: Attached): Attached {
  if (addsTokens(inner) && addsTokens(outer)) {
    throw new ConsiliumError(
      'bad-tensor-schema',
      'two adapters that add tokens cannot be attached at once: choose another method for one of them',
    );
  }
  return {
    level: Math.min(inner.level, outer.level),
    adaptation: composeAdaptations(inner.adaptation, outer.adaptation),
  };
}

function addsTokens({ level, adaptation }: Attached): boolean {
  return adaptation.addedTokens(Math.max(level, 0)) > 0;
}

function composeAdaptations(inner: Adaptation, outer: Adaptation): Adaptation {
  return {
    parameter: (name, frozen) => outer.parameter(name, inner.parameter(name, frozen)),
    linear: (at, x, layer, next) =>
      outer.linear(at, x, layer, (y) => inner.linear(at, y, layer, next)),
    sublayer: (at, values) => outer.sublayer(at, { ...values, output: inner.sublayer(at, values) }),
    tokens: (block, x, prefix) => outer.tokens(block, inner.tokens(block, x, prefix), prefix),
    addedTokens: (block) => inner.addedTokens(block) + outer.addedTokens(block),
  };
}
