/** Which adapted layers lie in which module of the library. */
import {
  linearTargets,
  type BackboneGeometry,
  type LinearTarget,
} from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { adaptedLinears, linearName } from '../../adapters/linear-name.js';
import type { LinearAddress } from '../../backbones/backbone.js';
import type { NameGeneration } from '../libraries/library-model.js';

/** A layer and its place among the rows of its module. */
export interface Member {
  readonly at: LinearAddress;
  readonly part: number;
}

export interface ModuleGroup {
  readonly module: string;
  /** Layers that the module holds. */
  readonly parts: number;
  readonly block: number;
  /** Those of them that are adapted, in the order of the rows; at least one. */
  readonly members: readonly Member[];
}

/**
 * The modules that an adapter changes, in the order of blocks and layers.
 * @throws ConsiliumError 'bad-request' with the reason when PEFT cannot wrap a layer
 */
export function groupByModule(
  adapted: { readonly blocks: readonly number[]; readonly targets: readonly LinearTarget[] },
  generation: NameGeneration,
): ModuleGroup[] {
  const groups = new Map<string, ModuleGroup>();
  for (const at of adaptedLinears(adapted)) {
    const place = generation.place(at);
    if ('refusal' in place) {
      throw new ConsiliumError(
        'bad-request',
        `${linearName(at)} cannot be exported for PEFT: ${place.refusal}`,
      );
    }
    const { module, part, parts } = place;
    const members = [...(groups.get(module)?.members ?? []), { at, part }];
    members.sort((a, b) => a.part - b.part);
    groups.set(module, { module, parts, block: at.block, members });
  }
  return [...groups.values()];
}

/** Every layer that a module holds, adapted or not, in the order of the rows. */
export function layersIn(
  { module, block }: Pick<ModuleGroup, 'module' | 'block'>,
  geometry: BackboneGeometry,
  generation: NameGeneration,
): Member[] {
  return linearTargets(geometry)
    .flatMap((target) => {
      const at = { block, target };
      const place = generation.place(at);
      return 'refusal' in place || place.module !== module ? [] : [{ at, part: place.part }];
    })
    .sort((a, b) => a.part - b.part);
}
