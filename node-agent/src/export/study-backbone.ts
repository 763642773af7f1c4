/** The backbone folder of a study, checked against what the study names, and the library's class for it. */
import { canonicalJson } from '@consilium/shared/encoding';
import type { BackboneGeometry, StudyProtocol } from '@consilium/shared/protocol';
import { ConsiliumError, type ContentHash } from '@consilium/shared/vocabulary';
import { readBackbone, type BackboneFolder } from '../backbones/read-backbone.js';
import type { LibraryModel } from './libraries/library-model.js';
import { libraryModel } from './libraries/registry.js';

export interface StudyBackbone {
  readonly folder: BackboneFolder;
  readonly model: LibraryModel;
  /** Whether the folder's own files prepare pictures as the study does. */
  readonly samePreprocessing: boolean;
}

/** @throws ConsiliumError 'bad-backbone' when the folder is faulty or holds another backbone, 'bad-request' for its layout */
export async function openStudyBackbone(
  path: string,
  { backbone }: Pick<StudyProtocol, 'backbone'>,
): Promise<StudyBackbone> {
  const folder = await readBackbone(path);
  if (withoutPool(folder.geometry) !== withoutPool(backbone.geometry)) {
    throw new ConsiliumError(
      'bad-backbone',
      'backbone: the folder describes another geometry than the study names',
    );
  }
  return {
    folder,
    model: libraryModel(folder.layout.title, backbone.geometry, folder.geometry),
    samePreprocessing:
      canonicalJson({ ...folder.preprocessing }) === canonicalJson({ ...backbone.preprocessing }),
  };
}

/** @throws ConsiliumError 'bad-backbone' unless the folder's parameters are those of the study */
export function requireStudyHash(
  found: ContentHash,
  { backbone }: Pick<StudyProtocol, 'backbone'>,
): void {
  if (found !== backbone.hash) {
    throw new ConsiliumError(
      'bad-backbone',
      `backbone: the folder holds ${found}, the study names ${backbone.hash}`,
    );
  }
}

/** The pool is the study's choice. */
function withoutPool(geometry: BackboneGeometry): string {
  return canonicalJson({ ...geometry, pool: 'any' });
}
