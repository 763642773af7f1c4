/** Which tensors a merged model has, under which names, and where each comes from. */
import type { BackboneGeometry } from '@consilium/shared/protocol';
import type { StoredTensor } from '../../backbones/files/safetensors-file.js';
import type { Layout } from '../../backbones/layouts/layout.js';
import { locateParameters, type Located } from '../../backbones/layouts/match-layout.js';
import type { LinearHead } from '../libraries/classifier.js';
import type { LibraryModel } from '../libraries/library-model.js';
import { outputTensor, type OutputTensor } from './safetensors-writer.js';

export interface MergedPlan {
  readonly outputs: readonly OutputTensor[];
  /** Tensors that hold parameters of the backbone, by their names in the new file. */
  readonly located: ReadonlyMap<string, Located<StoredTensor>>;
  /** Tensors that are copied as they are, by their names in the new file. */
  readonly copied: ReadonlyMap<string, StoredTensor>;
  /** Names of tensors that the class of the merged model does not have. */
  readonly left: readonly string[];
}

export interface PlanSources {
  readonly layout: Layout;
  /** The folder's. */
  readonly geometry: BackboneGeometry;
  readonly stored: readonly StoredTensor[];
  readonly model: LibraryModel;
  /** The classifier, where the class has one for it. */
  readonly classifier?: LinearHead;
}

/**
 * A class with a classifier gets its own names, and of the other tensors those that it knows; where the head lies apart, the
 * file keeps all of its names and tensors.
 */
export function planMerged(sources: PlanSources): MergedPlan {
  const { layout, geometry, stored, model, classifier } = sources;
  const all = locateParameters(layout, geometry, stored);
  const names = new Set(all.map(({ name }) => name));
  const others = stored.filter(({ name }) => !names.has(name));
  const isRenamed = model.head.kind === 'classifier';
  const located = new Map(
    all.map((tensor) => [isRenamed ? renamed(tensor, model) : tensor.name, tensor]),
  );
  const kept = others.filter(({ name }) => model.keeps.test(name));
  const prefix = isRenamed ? commonPrefix(all) : '';
  const copied = new Map(
    kept.map((tensor) => [
      isRenamed ? model.prefix + tensor.name.slice(prefix.length) : tensor.name,
      tensor,
    ]),
  );
  return {
    located,
    copied,
    left: others.filter((tensor) => !kept.includes(tensor)).map(({ name }) => name),
    outputs: [
      ...[...located].map(([name, { shape }]) => outputTensor(name, 'F32', shape)),
      ...[...copied].map(([name, { dtype, shape }]) => outputTensor(name, dtype, shape)),
      ...classifierOutputs(model, classifier),
    ],
  };
}

function renamed({ places }: Located<StoredTensor>, { prefix }: LibraryModel): string {
  return prefix + (places[0]?.tensor.name ?? '');
}

/** What stands before the library's names in the file. */
function commonPrefix(located: readonly Located<StoredTensor>[]): string {
  const [first] = located;
  const plain = first?.places[0]?.tensor.name ?? '';
  return first?.name.endsWith(plain) === true ? first.name.slice(0, -plain.length) : '';
}

function classifierOutputs(
  { head }: LibraryModel,
  classifier: LinearHead | undefined,
): OutputTensor[] {
  return head.kind === 'apart' || classifier === undefined
    ? []
    : [
        outputTensor(`${head.module}.weight`, 'F32', classifier.weight.shape),
        outputTensor(`${head.module}.bias`, 'F32', classifier.bias.shape),
      ];
}
