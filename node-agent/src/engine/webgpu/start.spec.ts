import { isSoftware } from './start.js';

const REAL = { vendor: 'nvidia', architecture: 'hopper', device: '2330', description: 'H100' };

describe('isSoftware', () => {
  it.each([
    [{ ...REAL, isFallbackAdapter: true }],
    [{ ...REAL, architecture: 'swiftshader' }],
    [{ ...REAL, description: 'llvmpipe (LLVM 15.0.6, 256 bits)' }],
    [{ ...REAL, description: 'Microsoft Basic Render Driver' }],
  ])('is true of %p', (info) => {
    expect(isSoftware(info)).toBe(true);
  });

  it('is false of a GPU', () => {
    expect(isSoftware(REAL)).toBe(false);
  });
});
