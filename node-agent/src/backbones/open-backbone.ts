/** Opens the backbone that a study names from a folder of the site. */
import * as tf from '@tensorflow/tfjs-core';
import { canonicalJson, type Json } from '@consilium/shared/encoding';
import {
  backboneParameters,
  type BackboneDescription,
  type BackboneGeometry,
} from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import type { Backbone } from './backbone.js';
import { engineValues } from './engine-form.js';
import { readBackbone } from './read-backbone.js';
import { buildBackbone } from './registry.js';

type NamedBackbone = Pick<BackboneDescription, 'geometry' | 'preprocessing'> &
  Partial<Pick<BackboneDescription, 'hash'>>;

/**
 * Reads, checks and loads the weights into the engine, parameter by parameter: beside the model itself, memory holds one of
 * them at a time.
 * @param expected what the study names, its hash too unless any will do; absent = what the folder says. A study may choose
 *   another pool and another preprocessing than the folder's; they are then the model's.
 * @throws ConsiliumError 'bad-backbone' when the folder is faulty or holds another backbone
 */
export async function openBackbone(folder: string, expected?: NamedBackbone): Promise<Backbone> {
  const files = await readBackbone(folder);
  if (expected !== undefined) {
    requireSameGeometry(files.geometry, expected.geometry);
  }
  const { geometry, preprocessing } = expected ?? files;
  const parameters = new Map<string, tf.Tensor>();
  try {
    const hash = await files.load((name, listed) => {
      const { shape, data } = engineValues(name, listed);
      parameters.set(name, tf.tensor(data, [...shape]));
    });
    requireSameHash(hash, expected?.hash);
    const description = { hash, geometry, preprocessing, parameters: files.parameters };
    return buildBackbone(description, parameters);
  } catch (error) {
    tf.dispose([...parameters.values()]);
    throw error;
  }
}

function requireSameHash(found: string, expected: string | undefined): void {
  if (expected !== undefined && found !== expected) {
    throw new ConsiliumError(
      'bad-backbone',
      `backbone: the folder holds ${found}, the study names ${expected}`,
    );
  }
}

/** The pool is the study's choice; all else says what the weights are. */
function requireSameGeometry(found: BackboneGeometry, expected: BackboneGeometry): void {
  const [own, wanted] = [entriesOf(found), entriesOf(expected)];
  const keys = [...new Set([...own.keys(), ...wanted.keys()])].filter((key) => key !== 'pool');
  const differing = keys.filter((key) => own.get(key) !== wanted.get(key));
  if (differing.length > 0) {
    const faults = differing.map(
      (key) =>
        `${key} is ${own.get(key) ?? 'absent'}, the study names ${wanted.get(key) ?? 'none'}`,
    );
    throw new ConsiliumError(
      'bad-backbone',
      `backbone: the geometry of the folder differs from the study's: ${faults.join('; ')}`,
    );
  }
  if (parameterShapes(found) !== parameterShapes(expected)) {
    throw new ConsiliumError(
      'bad-backbone',
      `backbone: its last norm or projection fits the pool ${own.get('pool') ?? ''}, not ${wanted.get('pool') ?? ''}, which the study names`,
    );
  }
}

function entriesOf(geometry: BackboneGeometry): Map<string, string> {
  const entries: readonly [string, Json][] = Object.entries(geometry);
  return new Map(entries.map(([key, value]) => [key, canonicalJson(value)]));
}

function parameterShapes(geometry: BackboneGeometry): string {
  return JSON.stringify(backboneParameters(geometry));
}
