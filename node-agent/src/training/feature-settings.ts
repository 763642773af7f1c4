/** What features of a frozen backbone are made of: its geometry and pictures, with the changes that were asked for. */
import {
  inputSize,
  type BackboneGeometry,
  type Pool,
  type Preprocessing,
} from '@consilium/shared/protocol';
import { ConsiliumError } from '@consilium/shared/vocabulary';

/** @throws ConsiliumError 'bad-request' for the image encoder of SAM, whose feature is the mean of its neck */
export function withPool(geometry: BackboneGeometry, pool: Pool | undefined): BackboneGeometry {
  if (pool === undefined) {
    return geometry;
  }
  if (geometry.architecture === 'sam') {
    throw new ConsiliumError('bad-request', 'pool: the encoder of SAM has the mean of its neck');
  }
  return { ...geometry, pool };
}

/**
 * The same recipe for pictures of another size; an edge before a crop grows or shrinks with it.
 * @param pixels side of what the backbone is fed
 * @throws ConsiliumError 'bad-request' unless patches fill the size
 */
export function withInputPixels(
  preprocessing: Preprocessing,
  geometry: BackboneGeometry,
  pixels: number | undefined,
): Preprocessing {
  if (pixels === undefined) {
    return preprocessing;
  }
  const { patchSize } = geometry;
  if (pixels % patchSize !== 0) {
    throw new ConsiliumError(
      'bad-request',
      `size: ${pixels} is no multiple of ${patchSize}, the side of a patch`,
    );
  }
  const { resize, crop } = preprocessing;
  const scale = pixels / inputSize(preprocessing).height;
  const cropped = crop === undefined ? {} : { crop: { ...crop, height: pixels, width: pixels } };
  switch (resize.kind) {
    case 'exact': {
      const height = Math.round(resize.height * scale);
      const width = Math.round(resize.width * scale);
      return { ...preprocessing, resize: { ...resize, height, width }, ...cropped };
    }
    case 'shortest-edge':
    case 'longest-edge': {
      const size = Math.round(resize.size * scale);
      return { ...preprocessing, resize: { ...resize, size }, ...cropped };
    }
  }
}
