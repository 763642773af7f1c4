/** The backbones there are: one line a layout. */
import type { BackboneDescription, BackboneGeometry } from '@consilium/shared/protocol';
import type { Backbone } from './backbone.js';
import { VitModel } from './vit/model.js';
import type { BackboneWeights } from './weights.js';

type BuildBackbone = (description: BackboneDescription, weights: BackboneWeights) => Backbone;

export const BACKBONES: Readonly<Record<BackboneGeometry['layout'], BuildBackbone>> = {
  vit: (description, weights) => new VitModel(description, weights),
};
