/** The tensors of adapter_model.safetensors, sorted by the module they belong to. */
import type { Tensor, TensorSet } from '@consilium/shared/tensors';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { IA3_SCALE, KEY_PREFIX, LORA_A, LORA_B, MAGNITUDE, WEIGHTS_FILE } from './key-names.js';

/** What a file holds of one module. */
export interface ModuleTensors {
  readonly down?: Tensor;
  readonly up?: Tensor;
  readonly magnitude?: Tensor;
  readonly scale?: Tensor;
}

export interface SortedTensors {
  /** By module. */
  readonly adapted: ReadonlyMap<string, ModuleTensors>;
  /** Tensors of modules that were saved whole, by name. */
  readonly saved: ReadonlyMap<string, Tensor>;
}

const ROLES: Readonly<Record<string, keyof ModuleTensors>> = {
  [LORA_A]: 'down',
  [LORA_B]: 'up',
  [MAGNITUDE]: 'magnitude',
  // Written by a few releases of PEFT.
  [`${MAGNITUDE}.weight`]: 'magnitude',
  [IA3_SCALE]: 'scale',
};

/**
 * @param saved names of the modules that the configuration keeps whole
 * @throws ConsiliumError 'bad-tensor-schema' naming a key that belongs to neither
 */
export function sortTensors(set: TensorSet, saved: readonly string[]): SortedTensors {
  const adapted = new Map<string, ModuleTensors>();
  const kept = new Map<string, Tensor>();
  for (const [key, tensor] of set) {
    const name = withoutPrefix(key);
    const suffix = Object.keys(ROLES).find((end) => name.endsWith(end));
    if (suffix !== undefined) {
      const module = name.slice(0, -suffix.length);
      adapted.set(module, { ...adapted.get(module), [ROLES[suffix] as string]: tensor });
    } else if (isOfSaved(name, saved)) {
      kept.set(name, tensor);
    } else {
      throw refused(`holds ${key}, which belongs to no adapter and to none of modules_to_save`);
    }
  }
  return { adapted, saved: kept };
}

function withoutPrefix(key: string): string {
  if (!key.startsWith(KEY_PREFIX)) {
    throw refused(`holds ${key}, which does not begin with ${KEY_PREFIX}`);
  }
  return key.slice(KEY_PREFIX.length);
}

function isOfSaved(name: string, saved: readonly string[]): boolean {
  const module = name.replace(/\.[^.]+$/, '');
  return saved.some((wanted) => module === wanted || module.endsWith(`.${wanted}`));
}

function refused(fault: string): ConsiliumError {
  return new ConsiliumError('bad-tensor-schema', `${WEIGHTS_FILE} ${fault}`);
}
