/** The head of a PEFT adapter: the classifier that was saved whole, or the file beside it that our export writes. */
import { featureSize, type BackboneGeometry, type Pool } from '@consilium/shared/protocol';
import { requireFinite, type Tensor } from '@consilium/shared/tensors';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { fromClassifier, type LinearHead } from '../libraries/classifier.js';
import type { LibraryModel } from '../libraries/library-model.js';
import type { HeadFile } from './head-file.js';
import { HEAD_FILE, WEIGHTS_FILE } from './key-names.js';

export interface HeadSources {
  readonly saved: ReadonlyMap<string, Tensor>;
  /** The head in a file of its own. */
  readonly headFile?: HeadFile;
  readonly geometry: BackboneGeometry;
  readonly model: LibraryModel;
}

export interface ImportedHead {
  readonly head?: LinearHead;
  /** The pool that the head reads. */
  readonly pool?: Pool;
  readonly notes: readonly string[];
}

/** @throws ConsiliumError 'bad-tensor-schema' when the head does not fit the backbone's feature, with both widths */
export function importHead({ saved, headFile, geometry, model }: HeadSources): ImportedHead {
  const pool = geometry.architecture === 'vit' ? geometry.pool : 'mean';
  const width = featureSize(geometry);
  if (headFile !== undefined) {
    requireFinite(headFile.tensors);
    const head = linearOf(headFile.tensors, '', HEAD_FILE);
    const own = geometry.architecture === 'vit' ? (headFile.pool ?? pool) : pool;
    requireWidth(head, widthOf(geometry, own), HEAD_FILE);
    return { head, pool: own, notes: [] };
  }
  const [first] = saved.keys();
  if (first === undefined) {
    return { notes: ['The adapter has no head: a study trains one from zero.'] };
  }
  if (model.head.kind === 'apart') {
    return { notes: [`Its ${first} was left out: ${model.head.reason}.`] };
  }
  const { module, input } = model.head;
  const classifier = linearOf(saved, `${module}.`, WEIGHTS_FILE);
  const wide = input === 'feature' ? width : 2 * geometry.hiddenSize;
  requireWidth(classifier, wide, `${WEIGHTS_FILE}: ${module}`);
  return { ...fromClassifier(classifier, pool, input), notes: [] };
}

/** Of the feature that a study with this pool would have. */
function widthOf(geometry: BackboneGeometry, pool: Pool): number {
  return featureSize(geometry.architecture === 'vit' ? { ...geometry, pool } : geometry);
}

function linearOf(tensors: ReadonlyMap<string, Tensor>, prefix: string, file: string): LinearHead {
  const weight = tensors.get(`${prefix}weight`);
  const bias = tensors.get(`${prefix}bias`);
  const extra = [...tensors.keys()].find(
    (name) => name !== `${prefix}weight` && name !== `${prefix}bias`,
  );
  if (weight === undefined || bias === undefined || extra !== undefined) {
    throw new ConsiliumError(
      'bad-tensor-schema',
      `${file}: a head is ${prefix}weight and ${prefix}bias${extra === undefined ? '' : `, not ${extra}`}`,
    );
  }
  return { weight, bias };
}

function requireWidth({ weight, bias }: LinearHead, width: number, what: string): void {
  const [classes = 0, found] = weight.shape;
  if (weight.shape.length !== 2 || found !== width || bias.shape.join() !== String(classes)) {
    throw new ConsiliumError(
      'bad-tensor-schema',
      `${what} is for another base: weight [${weight.shape.join(', ')}] and bias [${bias.shape.join(', ')}], this backbone needs [classes, ${width}] and [classes]`,
    );
  }
}
