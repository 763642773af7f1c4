/** Every module of a library that holds linear layers of blocks, under all paths that its generations and classes give it. */
import { linearTargets, type BackboneGeometry } from '@consilium/shared/protocol';
import type { NameGeneration } from '../libraries/library-model.js';
import type { Member } from './module-groups.js';

export interface IndexedModule {
  readonly module: string;
  readonly block: number;
  readonly parts: number;
  /** All layers in it, in the order of the rows. */
  readonly layers: readonly Member[];
  /** Paths of one tree of modules belong together. */
  readonly tree: number;
}

/** @returns by path; where trees share a path, they mean the same layer by it */
export function indexModules(
  generations: readonly NameGeneration[],
  geometry: BackboneGeometry,
): ReadonlyMap<string, IndexedModule[]> {
  const index = new Map<string, IndexedModule[]>();
  generations.forEach((generation, tree) => {
    for (const indexed of modulesOf(generation, geometry, tree)) {
      index.set(indexed.module, [...(index.get(indexed.module) ?? []), indexed]);
    }
  });
  return index;
}

function modulesOf(
  generation: NameGeneration,
  geometry: BackboneGeometry,
  tree: number,
): IndexedModule[] {
  const modules = new Map<string, IndexedModule>();
  for (let block = 0; block < geometry.layers; block += 1) {
    for (const target of linearTargets(geometry)) {
      const at = { block, target };
      const place = generation.place(at);
      if (!('refusal' in place)) {
        const { module, part, parts } = place;
        const layers = [...(modules.get(module)?.layers ?? []), { at, part }];
        layers.sort((a, b) => a.part - b.part);
        modules.set(module, { module, block, parts, layers, tree });
      }
    }
  }
  return [...modules.values()];
}
