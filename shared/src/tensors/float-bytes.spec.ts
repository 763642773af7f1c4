import { float32Bytes, floatBytes, isFloatDtype, swapBytes, widenFloats } from './float-bytes.js';

describe('floats in files', () => {
  const bytes = {
    F32: [0, 0, 0xc0, 0x3f, 0, 0, 0x80, 0xff],
    F16: [0, 0x3e, 0, 0xfc],
    BF16: [0xc0, 0x3f, 0x80, 0xff],
  } as const;

  it.each(['F32', 'F16', 'BF16'] as const)('are widened from %s at any alignment', (dtype) => {
    for (const shift of [0, 1, 2, 3]) {
      const file = Uint8Array.of(...new Uint8Array(shift), ...bytes[dtype]);
      const target = new Float32Array(4);
      widenFloats(dtype, file.subarray(shift), target.subarray(1, 3));
      expect(target).toEqual(Float32Array.of(0, 1.5, -Infinity, 0));
    }
  });

  it('keep the bits of values that are not numbers', () => {
    const patterns = Uint32Array.of(0x7fa0_0001, 0xffc1_2345, 0x7f80_0001);
    const target = new Float32Array(3);
    widenFloats('F32', new Uint8Array(patterns.buffer), target);
    expect(new Uint32Array(target.buffer)).toEqual(patterns);
  });

  it('must fill the target', () => {
    expect(() => widenFloats('F16', new Uint8Array(4), new Float32Array(1))).toThrow(RangeError);
  });

  it('are written little-endian', () => {
    expect(float32Bytes(Float32Array.of(1.5, -Infinity))).toEqual(Uint8Array.from(bytes.F32));
  });

  it('are turned around for a machine of the other byte order', () => {
    expect(swapBytes(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), 4)).toEqual(
      Uint8Array.of(4, 3, 2, 1, 8, 7, 6, 5),
    );
    expect(swapBytes(Uint8Array.of(1, 2, 3, 4), 2)).toEqual(Uint8Array.of(2, 1, 4, 3));
  });

  it('come in three dtypes', () => {
    expect(['F32', 'F16', 'BF16', 'F64', 'I8', 'toString'].map(isFloatDtype)).toEqual([
      ...[true, true, true],
      ...[false, false, false],
    ]);
    expect(floatBytes('F32')).toBe(4);
    expect(floatBytes('BF16')).toBe(2);
  });
});
