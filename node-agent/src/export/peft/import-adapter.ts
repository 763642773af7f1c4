/** An adapter that PEFT wrote, as a study's adapter: method and settings, tensors in the schema's order, and the head if it has one. */
import {
  privateAdapterSchema,
  type AdapterConfig,
  type BackboneGeometry,
} from '@consilium/shared/protocol';
import { inSchemaOrder, requireFinite, type TensorSet } from '@consilium/shared/tensors';
import type { LibraryModel, NameGeneration } from '../libraries/library-model.js';
import type { HeadFile } from './head-file.js';
import { importHead, type ImportedHead } from './import-head.js';
import { importLowRank } from './import-low-rank.js';
import { importScales } from './import-scales.js';
import { indexModules } from './module-index.js';
import type { PeftDescription } from './read-config.js';
import { sortTensors } from './read-keys.js';
import type { RowNorms } from './row-norms.js';

export interface ImportSources {
  readonly description: PeftDescription;
  /** Of adapter_model.safetensors. */
  readonly tensors: TensorSet;
  /** A head in a file of its own. */
  readonly headFile?: HeadFile;
  /** The backbone's. */
  readonly geometry: BackboneGeometry;
  readonly model: LibraryModel;
  /** All trees of modules that the adapter's names may come from. */
  readonly names: readonly NameGeneration[];
  /** For DoRA: see readRowNorms. */
  readonly rowNorms: (blocks: readonly number[]) => Promise<RowNorms>;
}

export interface ImportedAdapter extends ImportedHead {
  readonly adapter: AdapterConfig;
  /** The method's, in the schema's order, without the head. */
  readonly tensors: TensorSet;
}

/**
 * @throws ConsiliumError 'bad-tensor-schema' naming keys and shapes that do not belong to this backbone, 'non-finite' naming a
 * tensor, 'bad-request' for what a study cannot train
 */
export async function importAdapter(sources: ImportSources): Promise<ImportedAdapter> {
  const { description, tensors, geometry, names } = sources;
  requireFinite(tensors);
  const sorted = sortTensors(tensors, description.saved);
  const index = indexModules(names, geometry);
  const { adapter, layers } =
    description.kind === 'ia3'
      ? importScales(description, sorted.adapted, index, geometry)
      : await importLowRank(description, sorted.adapted, index, { ...sources, geometry });
  const schema = privateAdapterSchema({ geometry, adapter, updateRange: 1 });
  return {
    adapter,
    tensors: inSchemaOrder(schema, layers),
    ...importHead({ ...sources, saved: sorted.saved }),
  };
}
