/** The library's class for each layout of weights. */
import type { BackboneGeometry } from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import {
  clipTowerGenerations,
  clipVisionGenerations,
  dinov2Generations,
  vitGenerations,
} from './generations.js';
import type { LibraryModel, NameGeneration } from './library-model.js';
import { originalDinoModel, originalSamModel, retfoundModel } from './original.js';
import { openClipModel, openClipTimmModel, timmModel } from './timm.js';
import {
  transformersClip,
  transformersDinov2,
  transformersDinov3,
  transformersSam,
  transformersSiglip,
  transformersVit,
} from './transformers.js';

type LibraryModelOf = (geometry: BackboneGeometry, own: BackboneGeometry) => LibraryModel;

/** By the title of the layout. */
const LIBRARY_MODELS: Readonly<Record<string, LibraryModelOf>> = {
  'transformers vit': transformersVit,
  'transformers vit_mae': transformersVit,
  'transformers dinov2': transformersDinov2,
  'transformers dinov2_with_registers': transformersDinov2,
  'transformers dinov3_vit': transformersDinov3,
  'transformers clip': transformersClip,
  'transformers siglip': transformersSiglip,
  'transformers sam': transformersSam,
  'timm VisionTransformer': timmModel,
  'original MAE or RETFound': retfoundModel,
  'original DINO or DINOv2': originalDinoModel,
  'original segment-anything': originalSamModel,
  'open_clip with a timm trunk': openClipTimmModel,
  'open_clip or OpenAI CLIP': openClipModel,
};

/**
 * @param title of the layout in which the backbone's folder is written
 * @param geometry the study's @param own the folder's
 * @throws ConsiliumError 'bad-request' when nothing can be exported to this layout
 */
export function libraryModel(
  title: string,
  geometry: BackboneGeometry,
  own: BackboneGeometry,
): LibraryModel {
  const modelOf = LIBRARY_MODELS[title];
  if (modelOf === undefined) {
    throw new ConsiliumError('bad-request', `nothing can be exported to the layout ${title}`);
  }
  return modelOf(geometry, own);
}

/** Every tree of modules in which an adapter for this backbone may have been trained: the model's own, and bare or inside a class. */
export function namesOfAllClasses(
  title: string,
  geometry: BackboneGeometry,
): readonly NameGeneration[] {
  const { generations } = libraryModel(title, geometry, geometry);
  const isGated = geometry.architecture === 'vit' && geometry.feedForward === 'swiglu';
  switch (title) {
    case 'transformers vit':
    case 'transformers vit_mae':
      return [...vitGenerations('vit.'), ...vitGenerations('')];
    case 'transformers dinov2':
    case 'transformers dinov2_with_registers':
      return [...generations, ...dinov2Generations('', isGated)];
    case 'transformers clip':
    case 'transformers siglip':
      return [...clipTowerGenerations(), ...clipVisionGenerations()];
    default:
      return generations;
  }
}
