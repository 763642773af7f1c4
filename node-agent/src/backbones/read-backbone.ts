/** Reads a backbone folder without the tensor engine: what it is, and its weights. */
import type { BackboneDescription } from '@consilium/shared/protocol';
import { shapeSize } from '@consilium/shared/tensors';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { readImageProcessor } from './image-processor.js';
import { readVitConfig } from './vit/config.js';
import { vitPartOf, vitTensors } from './vit/weights/hugging-face-vit.js';
import type { BackboneWeights } from './weights.js';
import { readWeightsFile } from './weights-file.js';

export interface BackboneFolder {
  readonly description: BackboneDescription;
  readonly weights: BackboneWeights;
}

/** @throws ConsiliumError 'bad-backbone', one sentence that names the file, key or tensors at fault */
export async function readBackbone(folder: string): Promise<BackboneFolder> {
  const geometry = await readVitConfig(folder);
  const preprocessing = await readImageProcessor(folder);
  if (preprocessing.size !== geometry.imageSize) {
    throw new ConsiliumError(
      'bad-backbone',
      `backbone: preprocessor_config.json makes pictures of ${preprocessing.size} pixels, config.json wants ${geometry.imageSize}`,
    );
  }
  const expected = vitTensors(geometry);
  const weights = await readWeightsFile(folder, { partOf: vitPartOf, expected });
  const parameters = expected.reduce((sum, { shape }) => sum + shapeSize(shape), 0);
  return { description: { hash: weights.hash, geometry, preprocessing, parameters }, weights };
}

/** What a study file names: hash, geometry, preprocessing. @throws ConsiliumError 'bad-backbone' */
export async function describeBackbone(folder: string): Promise<BackboneDescription> {
  return (await readBackbone(folder)).description;
}
