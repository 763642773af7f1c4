import { clipDelta } from './clip.js';

const delta = new Map([
  ['a', { shape: [1], data: Float32Array.from([3]) }],
  ['b', { shape: [2], data: Float32Array.from([0, -4]) }],
]);

describe('clipDelta', () => {
  it('scales all tensors by one factor down to the norm', () => {
    const { delta: clipped, norm } = clipDelta(delta, 1);
    expect(norm).toBe(5);
    expect(clipped.get('a')?.data[0]).toBeCloseTo(0.6, 6);
    expect(clipped.get('b')?.data[1]).toBeCloseTo(-0.8, 6);
  });

  it('leaves a delta within the norm, or without one, as it is', () => {
    expect(clipDelta(delta, 5).delta).toBe(delta);
    expect(clipDelta(delta).delta).toBe(delta);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %p, naming the tensor', (value) => {
    const bad = new Map([['b', { shape: [2], data: Float32Array.from([1, value]) }]]);
    expect(() => clipDelta(bad, 1)).toThrow(/tensor b is not finite/);
  });
});
