/** What a folder of PEFT holds, said without its base. */
import { rankSummary } from './peft/rank-summary.js';
import { readPeftFolder } from './import-folder.js';
import { sortTensors } from './peft/read-keys.js';

export interface InspectedAdapter {
  readonly kind: 'lora' | 'rslora' | 'dora' | 'ia3';
  /** Paths of the adapted modules, sorted. */
  readonly modules: readonly string[];
  /** Rank and alpha of each module of a low-rank method, those that are alike counted together. */
  readonly ranks: readonly {
    readonly rank: number;
    readonly alpha: number;
    readonly modules: number;
  }[];
  /** Trained numbers, those under the names of two generations counted twice. */
  readonly parameters: number;
  /** Tensors of modules that were saved whole, with their shapes. */
  readonly saved: readonly { readonly name: string; readonly shape: readonly number[] }[];
}

/** @throws ConsiliumError as readPeftFolder; 'bad-tensor-schema' naming a key that belongs to nothing */
export async function inspectFolder(folder: string): Promise<InspectedAdapter> {
  const { description, tensors, headFile } = await readPeftFolder(folder);
  const { adapted, saved } = sortTensors(tensors, description.saved);
  const modules = [...adapted.keys()].sort();
  const all = [...tensors.values(), ...(headFile?.tensors.values() ?? [])];
  return {
    kind: description.kind,
    modules,
    ranks: description.kind === 'ia3' ? [] : rankSummary(description, modules),
    parameters: all.reduce((sum, { data }) => sum + data.length, 0),
    saved: [...saved, ...(headFile?.tensors ?? [])].map(([name, { shape }]) => ({ name, shape })),
  };
}
