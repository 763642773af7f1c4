/** What the two layouts of Segment Anything's image encoder have in common: how they lay out and mostly how they name it. */
import { nativeGrid, type BackboneGeometry } from '@consilium/shared/protocol';
import type { ParameterPlace } from './layout.js';
import { placesOf, type NameTable, type Naming } from './name-table.js';

/** Query, key and value stand one after the other in one tensor. */
const qkv = (index: number): Naming => ({ tensor: 'attn.qkv', part: { index, parts: 3 } });

/** What both spell alike in a block. */
export const SAM_BLOCK: NameTable['block'] = {
  query: qkv(0),
  key: qkv(1),
  value: qkv(2),
  'relative-rows': 'attn.rel_pos_h',
  'relative-columns': 'attn.rel_pos_w',
  'attention-output': 'attn.proj',
  'mlp-up': 'mlp.lin1',
  'mlp-down': 'mlp.lin2',
};

/** The other parts of a whole model. */
export const SAM_IGNORED = /^(mask_decoder|prompt_encoder|shared_image_embedding)\./;

/** @throws ConsiliumError 'bad-backbone' for a geometry of another architecture */
export function samPlaces(geometry: BackboneGeometry, names: NameTable): ParameterPlace[] {
  const grid = nativeGrid(geometry);
  return placesOf(geometry, names).map((place) =>
    // The table lies in the file as the grid that it is.
    place.name === 'positions'
      ? {
          ...place,
          tensor: { name: place.tensor.name, shape: [1, grid, grid, geometry.hiddenSize] },
        }
      : place,
  );
}
