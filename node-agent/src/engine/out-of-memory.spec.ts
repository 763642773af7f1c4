import { isOutOfMemory, namingMemory } from './out-of-memory.js';

describe('isOutOfMemory', () => {
  it.each([
    new RangeError('Array buffer allocation failed'),
    new Error('Non-zero status code: Failed to allocate memory for requested buffer of size 1'),
    new Error('std::bad_alloc'),
    new Error('OOM when allocating tensor with shape[1,2]'),
    Object.assign(new Error('abort()'), { name: 'RuntimeError' }),
  ])('knows %s', (error) => {
    expect(isOutOfMemory(error)).toBe(true);
  });

  it.each([new Error('shapes do not match'), 'out of memory', undefined])('is not %s', (error) => {
    expect(isOutOfMemory(error)).toBe(false);
  });
});

describe('namingMemory', () => {
  it('says what to do where memory ran out, and passes on everything else', async () => {
    const fail = (error: Error) => namingMemory('wasm', 8, () => Promise.reject(error));
    await expect(fail(new Error('std::bad_alloc'))).rejects.toMatchObject({
      code: 'trainer-crashed',
      message: expect.stringContaining('wasm ran out of memory with 8 pictures') as string,
    });
    const other = new Error('shapes');
    await expect(fail(other)).rejects.toBe(other);
    expect(await namingMemory('wasm', 8, () => Promise.resolve(3))).toBe(3);
  });
});
