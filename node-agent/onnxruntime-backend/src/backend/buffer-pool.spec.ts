import { BufferPool } from './buffer-pool.js';

describe('the buffer pool', () => {
  it('gives a recycled buffer again, under another type too', () => {
    const pool = new BufferPool(1000);
    const { buffer } = pool.allocate(4, 'float32');
    pool.recycle(new Float32Array(buffer));

    expect(pool.allocate(4, 'int32').buffer).toBe(buffer);
    expect(pool.bytes).toBe(0);
  });

  it('never takes a buffer that is not its own', () => {
    const pool = new BufferPool(1000);
    pool.recycle(new Float32Array(4));
    pool.recycle(undefined);

    expect(pool.bytes).toBe(0);
  });

  it('never takes a released buffer back, whose memory somebody else may hold', () => {
    const pool = new BufferPool(1000);
    const values = pool.allocate(4, 'float32');
    pool.release(values.subarray(1));
    pool.recycle(values);

    expect(pool.bytes).toBe(0);
  });

  it('keeps no more than its limit, and drops the size not asked for longest', () => {
    const pool = new BufferPool(100);
    const [old, young] = [pool.allocate(20, 'float32'), pool.allocate(10, 'float32')];
    pool.recycle(old);
    pool.recycle(young);

    expect(pool.bytes).toBe(40);
    expect(pool.allocate(10, 'float32').buffer).toBe(young.buffer);
  });
});
