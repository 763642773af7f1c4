/** The architectures there are: one line each. */
import type * as tf from '@tensorflow/tfjs-core';
import type { BackboneDescription, BackboneGeometry } from '@consilium/shared/protocol';
import type { Backbone } from './backbone.js';
import { samModel } from './sam/model.js';
import { vitModel } from './vit/model.js';

/** Every parameter of the shared list under its name, in the engine's form. */
export type EngineParameters = ReadonlyMap<string, tf.Tensor>;

type Architecture = BackboneGeometry['architecture'];

type BuildBackbone<A extends Architecture> = (
  description: BackboneDescription,
  geometry: Extract<BackboneGeometry, { architecture: A }>,
  parameters: EngineParameters,
) => Backbone;

const ARCHITECTURES: { readonly [A in Architecture]: BuildBackbone<A> } = {
  vit: vitModel,
  sam: samModel,
};

/**
 * The model of a description's geometry; it owns the parameters and frees them.
 * @throws ConsiliumError 'bad-backbone' when the geometry cannot be computed at the description's input size
 */
export function buildBackbone(
  description: BackboneDescription,
  parameters: EngineParameters,
): Backbone {
  const { geometry } = description;
  switch (geometry.architecture) {
    case 'vit':
      return ARCHITECTURES.vit(description, geometry, parameters);
    case 'sam':
      return ARCHITECTURES.sam(description, geometry, parameters);
  }
}
