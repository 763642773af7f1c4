/** Reads a backbone folder without the tensor engine: what it is at once, its weights when they are asked for. */
import {
  backboneGeometrySchema,
  backboneParameters,
  inputSize,
  type BackboneDescription,
  type BackboneGeometry,
  type Preprocessing,
} from '@consilium/shared/protocol';
import { shapeSize } from '@consilium/shared/tensors';
import { ConsiliumError, type ContentHash } from '@consilium/shared/vocabulary';
import { readModelDocuments } from './files/model-files.js';
import { requireFloats } from './files/safetensors-file.js';
import { readHeadings } from './files/weight-files.js';
import type { Layout } from './layouts/layout.js';
import { locateParameters, recogniseLayout } from './layouts/match-layout.js';
import { readPreprocessing } from './processors/read-preprocessing.js';
import { readParameters, type TakeParameter } from './read-parameters.js';

export interface BackboneFolder {
  readonly layout: Layout;
  readonly geometry: BackboneGeometry;
  readonly preprocessing: Preprocessing;
  /** Numbers in all parameters together. */
  readonly parameters: number;
  /**
   * Reads every parameter once, in the order of the files, and hands each out in float32; memory stays near one tensor.
   * @returns the hash of the backbone, the same for every file, dtype and layout of the same numbers
   * @throws ConsiliumError 'bad-backbone' naming a tensor that is cut short, NaN or infinite
   */
  readonly load: (take: TakeParameter) => Promise<ContentHash>;
}

/**
 * Reads JSON files and headers alone, and checks every name and shape.
 * @throws ConsiliumError 'bad-backbone', one sentence that names the file, key or tensors at fault
 */
export async function readBackbone(folder: string): Promise<BackboneFolder> {
  const documents = await readModelDocuments(folder);
  const stored = await readHeadings(folder);
  const layout = recogniseLayout(documents, stored);
  const geometry = layout.geometry(documents, stored);
  requireDescribable(geometry);
  const located = locateParameters(layout, geometry, stored);
  located.forEach(requireFloats);
  const preprocessing = readPreprocessing(documents, geometry);
  requirePatch(geometry, preprocessing);
  return {
    ...{ layout, geometry, preprocessing },
    parameters: backboneParameters(geometry).reduce((sum, { shape }) => sum + shapeSize(shape), 0),
    load: (take) => readParameters(folder, located, take),
  };
}

/** What a study file names: hash, geometry, preprocessing. @throws ConsiliumError 'bad-backbone' */
export async function describeBackbone(folder: string): Promise<BackboneDescription> {
  const { geometry, preprocessing, parameters, load } = await readBackbone(folder);
  return { hash: await load(() => undefined), geometry, preprocessing, parameters };
}

/** Before its parameters are listed: a configuration may claim any number of blocks. */
function requireDescribable(geometry: BackboneGeometry): void {
  const result = backboneGeometrySchema.safeParse(geometry);
  if (!result.success) {
    const faults = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new ConsiliumError(
      'bad-backbone',
      `backbone: no study can name what its configuration says: ${faults.join('; ')}`,
    );
  }
}

function requirePatch({ patchSize }: BackboneGeometry, preprocessing: Preprocessing): void {
  const { height, width } = inputSize(preprocessing);
  if (Math.min(height, width) < patchSize) {
    throw new ConsiliumError(
      'bad-backbone',
      `backbone: pictures are made ${height} x ${width} pixels, smaller than one patch of ${patchSize}`,
    );
  }
}
