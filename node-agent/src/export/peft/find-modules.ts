/** The modules of a PEFT file in the backbone's library: each must be one that the backbone has, and none may be missing. */
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { CONFIG_FILE, WEIGHTS_FILE } from './key-names.js';
import type { IndexedModule } from './module-index.js';
import type { PeftDescription } from './read-config.js';
import type { ModuleTensors } from './read-keys.js';

export interface FoundModule {
  readonly indexed: IndexedModule;
  readonly tensors: ModuleTensors;
}

const MOST_NAMED = 5;

/**
 * @param adapted what the file holds, by module @param index every module of the library that holds layers of blocks
 * @throws ConsiliumError 'bad-tensor-schema' naming modules that the backbone does not have, that target_modules leaves out or
 *   that the file lacks; 'bad-request' when target_modules matches nothing
 */
export function findModules(
  adapted: ReadonlyMap<string, ModuleTensors>,
  index: ReadonlyMap<string, readonly IndexedModule[]>,
  description: PeftDescription,
): FoundModule[] {
  if (adapted.size === 0) {
    throw refused('holds no tensor of an adapter');
  }
  const unknown = [...adapted.keys()].filter((module) => !index.has(module));
  if (unknown.length > 0) {
    throw refused(
      `adapts ${named(unknown)}, which this backbone has not or which is no linear layer of a block; it has such as ${named([...index.keys()].slice(0, 2))}`,
    );
  }
  requireTargeted(adapted, index, description);
  const missing = [...index.values()]
    .flat()
    .filter(({ module, block, tree }) =>
      isUsed(tree, adapted, index)
        ? description.isTarget(module, block) && !adapted.has(module)
        : false,
    )
    .map(({ module }) => module);
  if (missing.length > 0) {
    throw refused(`lacks ${named(missing)}, which target_modules names`);
  }
  return [...adapted].map(([module, tensors]) => ({
    indexed: index.get(module)?.[0] as IndexedModule,
    tensors,
  }));
}

/** PEFT adapts what target_modules matches and leaves out, with a warning at most, whatever else a file holds. */
function requireTargeted(
  adapted: ReadonlyMap<string, ModuleTensors>,
  index: ReadonlyMap<string, readonly IndexedModule[]>,
  { isTarget }: PeftDescription,
): void {
  const isReached = (module: string) =>
    (index.get(module) ?? []).some(({ block }) => isTarget(module, block));
  const left = [...adapted.keys()].filter((module) => !isReached(module));
  if (left.length === adapted.size) {
    throw new ConsiliumError(
      'bad-request',
      `${CONFIG_FILE}: target_modules matches none of the modules in ${WEIGHTS_FILE}, such as ${named(left.slice(0, 2))}`,
    );
  }
  if (left.length > 0) {
    throw refused(
      `adapts ${named(left)}, which target_modules does not match: PEFT would leave that out`,
    );
  }
}

/** Trees share paths: one counts if the file has a path of its own in it, or if it has all that is in the file. */
function isUsed(
  tree: number,
  adapted: ReadonlyMap<string, ModuleTensors>,
  index: ReadonlyMap<string, readonly IndexedModule[]>,
): boolean {
  const places = [...adapted.keys()].map((module) => index.get(module) ?? []);
  const isIn = (modules: readonly IndexedModule[]) => modules.some((own) => own.tree === tree);
  return places.every(isIn) || places.some((own) => own.length === 1 && isIn(own));
}

function named(modules: readonly string[]): string {
  const more = modules.length > MOST_NAMED ? ` and ${modules.length - MOST_NAMED} more` : '';
  return modules.slice(0, MOST_NAMED).join(', ') + more;
}

function refused(fault: string): ConsiliumError {
  return new ConsiliumError('bad-tensor-schema', `${WEIGHTS_FILE} ${fault}`);
}
