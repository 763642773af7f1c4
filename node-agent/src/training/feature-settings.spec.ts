import { requireModel } from '@consilium/shared/catalogue';
import { inputSize } from '@consilium/shared/protocol';
import { withInputPixels, withPool } from './feature-settings.js';

describe('the pictures of features', () => {
  it.each([
    ['dinov2-base', 448, { resize: { kind: 'shortest-edge', size: 512 } }],
    ['rad-dino', 224, { resize: { kind: 'shortest-edge', size: 224 } }],
    ['medsiglip-448', 224, { resize: { kind: 'exact', height: 224, width: 224 } }],
    ['medsam', 512, { resize: { kind: 'longest-edge', size: 512 } }],
  ])('%s at %d pixels keep their recipe', (id, pixels, expected) => {
    const { geometry, preprocessing } = requireModel(id);
    const changed = withInputPixels(preprocessing, geometry, pixels);
    expect(changed).toMatchObject(expected);
    expect(inputSize(changed)).toEqual({ height: pixels, width: pixels });
    expect(withInputPixels(preprocessing, geometry, undefined)).toBe(preprocessing);
  });
});

describe('the pool of features', () => {
  it('is what was asked for, and none can be asked of the encoder of SAM', () => {
    const { geometry } = requireModel('rad-dino');
    expect(withPool(geometry, 'mean')).toEqual({ ...geometry, pool: 'mean' });
    expect(withPool(geometry, undefined)).toBe(geometry);
    const sam = requireModel('medsam').geometry;
    expect(withPool(sam, undefined)).toBe(sam);
    expect(() => withPool(sam, 'mean')).toThrow(
      expect.objectContaining({ code: 'bad-request' }) as Error,
    );
  });
});
