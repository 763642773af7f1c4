/** How tensors beside a linear layer of a block are named. */
import { blockPrefix, LINEAR_TARGETS, type LinearTarget } from '@consilium/shared/protocol';
import type { LinearAddress } from '../backbones/backbone.js';

/** `blocks.{block}.{target}` */
export function linearName({ block, target }: LinearAddress): string {
  return blockPrefix(block) + target;
}

/** Every adapted layer, in the schema's order: blocks ascending, targets as in LINEAR_TARGETS. */
export function adaptedLinears({
  blocks,
  targets,
}: {
  readonly blocks: readonly number[];
  readonly targets: readonly LinearTarget[];
}): LinearAddress[] {
  const ordered = LINEAR_TARGETS.filter((target) => targets.includes(target));
  return [...blocks]
    .sort((a, b) => a - b)
    .flatMap((block) => ordered.map((target) => ({ block, target })));
}
