/** The catalogue and its look-ups: by id, by repository, and by what a file computes. */
import { canonicalJson } from '../encoding/index.js';
import type { BackboneDescription, BackboneGeometry } from '../protocol/index.js';
import { ConsiliumError } from '../vocabulary/index.js';
import { GENERAL } from './general.js';
import type { CatalogueModel, UnsupportedModel } from './model.js';
import { OPHTHALMOLOGY } from './ophthalmology.js';
import { LARGE_PATHOLOGY } from './pathology-large.js';
import { PATHOLOGY } from './pathology.js';
import { RADIOLOGY } from './radiology.js';
import { SEVERAL } from './several.js';
import { UNSUPPORTED } from './unsupported.js';

export const CATALOGUE: readonly CatalogueModel[] = [
  ...PATHOLOGY,
  ...LARGE_PATHOLOGY,
  ...RADIOLOGY,
  ...OPHTHALMOLOGY,
  ...SEVERAL,
  ...GENERAL,
];

export function findModel(id: string): CatalogueModel | undefined {
  return CATALOGUE.find((model) => model.id === id);
}

/** @throws ConsiliumError 'not-found' for an id that the catalogue lacks */
export function requireModel(id: string): CatalogueModel {
  const model = findModel(id);
  if (model === undefined) {
    throw new ConsiliumError('not-found', `${id} is no model of the catalogue`);
  }
  return model;
}

/** By a repository as configuration files name it: `owner/name`, whatever its letters' case and what stands before it. */
export function modelOfRepository(repository: string): CatalogueModel | undefined {
  return CATALOGUE.find(({ repositories }) => names(repositories, repository));
}

/** Why a model that is known cannot be a backbone. @param modelType of config.json */
export function unsupportedModel(
  repository: string | undefined,
  modelType: string | undefined,
): UnsupportedModel | undefined {
  return UNSUPPORTED.find(
    ({ repositories, modelTypes }) =>
      (repository !== undefined && names(repositories, repository)) ||
      (modelType !== undefined && modelTypes.includes(modelType)),
  );
}

export interface PossibleModel {
  readonly model: CatalogueModel;
  /** Whether the pictures enter in the same way too, which makes the match likelier. */
  readonly samePreprocessing: boolean;
}

/**
 * Models that compute the same from tensors of the same shapes, those whose pictures enter in the same way first. Many models
 * share an architecture, so a match is a hint and never decides anything.
 */
export function possibleModels({
  geometry,
  preprocessing,
}: Pick<BackboneDescription, 'geometry' | 'preprocessing'>): PossibleModel[] {
  const wanted = computation(geometry);
  const pictures = canonicalJson({ ...preprocessing });
  return CATALOGUE.filter((model) => computation(model.geometry) === wanted)
    .map((model) => ({
      model,
      samePreprocessing: canonicalJson({ ...model.preprocessing }) === pictures,
    }))
    .sort((a, b) => Number(b.samePreprocessing) - Number(a.samePreprocessing));
}

/**
 * What is computed, without the choices that libraries and studies make differently for one and the same model: the pool and
 * where its norm stands, the resampling of positions, and a named activation that a gated layer does not use.
 */
function computation(geometry: BackboneGeometry): string {
  if (geometry.architecture === 'sam') {
    return canonicalJson({ ...geometry });
  }
  const { positions, finalNorm, feedForward, activation } = geometry;
  return canonicalJson({
    ...geometry,
    pool: 'any',
    finalNorm: finalNorm === 'none' ? 'none' : 'any',
    activation: feedForward === 'swiglu' ? 'silu' : activation,
    positions: { ...positions, interpolation: 'any' },
  });
}

function names(repositories: readonly string[], given: string): boolean {
  const name = given.split(/[/\\]/).slice(-2).join('/').toLowerCase();
  return repositories.some((repository) => repository.toLowerCase() === name);
}
