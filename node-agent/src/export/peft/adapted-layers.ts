/** Which layers of which blocks an adapter reaches: a study adapts the same layers in every block that it adapts. */
import { LINEAR_TARGETS, type LinearTarget } from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { linearName } from '../../adapters/linear-name.js';
import type { LinearAddress } from '../../backbones/backbone.js';
import { WEIGHTS_FILE } from './key-names.js';

export interface LayerValues {
  readonly at: LinearAddress;
  /** Whether the values change the layer at all: a fused module names layers that nothing was trained for. */
  readonly isChanged: boolean;
}

/**
 * Layers by name. Two generations of names may say the same twice.
 * @throws ConsiliumError 'bad-tensor-schema' when they contradict each other
 */
export function byLayer<T extends LayerValues>(
  layers: readonly T[],
  isSame: (a: T, b: T) => boolean,
): ReadonlyMap<string, T> {
  const found = new Map<string, T>();
  for (const layer of layers) {
    const name = linearName(layer.at);
    const before = found.get(name);
    if (before !== undefined && !isSame(before, layer)) {
      throw new ConsiliumError(
        'bad-tensor-schema',
        `${WEIGHTS_FILE} holds two different adapters of ${name}, under the names of two generations`,
      );
    }
    found.set(name, before ?? layer);
  }
  return found;
}

/**
 * Blocks ascending and targets in the schema's order; targets that change nothing in any block are left out, if others do.
 * @throws ConsiliumError 'bad-tensor-schema' naming a layer that is adapted in other blocks and not here
 */
export function reachOf(layers: ReadonlyMap<string, LayerValues>): {
  readonly blocks: number[];
  readonly targets: LinearTarget[];
} {
  const all = [...layers.values()];
  const changed = all.filter(({ isChanged }) => isChanged);
  const counted = new Set((changed.length === 0 ? all : changed).map(({ at }) => at.target));
  const targets = LINEAR_TARGETS.filter((target) => counted.has(target));
  const blocks = [...new Set(all.map(({ at }) => at.block))].sort((a, b) => a - b);
  for (const block of blocks) {
    const absent = targets.find((target) => !layers.has(linearName({ block, target })));
    if (absent !== undefined) {
      throw new ConsiliumError(
        'bad-tensor-schema',
        `${WEIGHTS_FILE} adapts ${absent} of other blocks and not of block ${block}; a study adapts the same layers in all of blocks ${blocks.join(', ')}`,
      );
    }
  }
  return { blocks, targets };
}
