import { randomBytes } from './random.js';

describe('random bytes', () => {
  it('come in the wanted number and never twice', () => {
    const seen = new Set(Array.from({ length: 1000 }, () => randomBytes(16).join()));
    expect(seen.size).toBe(1000);
    expect(randomBytes(0)).toHaveLength(0);
    expect(randomBytes(33)).toHaveLength(33);
  });

  it('are plain bytes that share no memory', () => {
    const bytes = randomBytes(32);
    expect(bytes.constructor).toBe(Uint8Array);
    expect(bytes.buffer.byteLength).toBe(32);
  });
});
