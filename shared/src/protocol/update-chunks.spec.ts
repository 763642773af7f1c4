import { chunkSizes } from '../crypto/index.js';
import { LIMITS, type ContentHash } from '../vocabulary/index.js';
import { refusal } from '../vocabulary/testing/refusal.js';
import { updateChunks } from './update-chunks.js';

const masked = {
  kind: 'masked',
  sharersHash: `sha256:${'0'.repeat(64)}` as ContentHash,
  training: 0,
} as const;
const encrypted = {
  kind: 'encrypted',
  cipher: 'aes256gcm-stream',
  wrappedKey: { nonce: '', box: '' },
} as const;

describe('the chunks of an update', () => {
  it.each([1, 4, LIMITS.chunkBytes - 1, LIMITS.chunkBytes, LIMITS.chunkBytes + 4, 5_000_000])(
    'hold a masked vector of %d bytes and nothing beside it',
    (plaintextBytes) => {
      const { total, sizes } = updateChunks({ payload: masked, plaintextBytes });
      expect(sizes).toHaveLength(total);
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(plaintextBytes);
      expect(sizes.every((size) => size > 0 && size <= LIMITS.chunkBytes)).toBe(true);
    },
  );

  it('are those of the cipher for an encrypted one', () => {
    const plaintextBytes = 3_000_000;
    expect(updateChunks({ payload: encrypted, plaintextBytes })).toEqual(
      chunkSizes(plaintextBytes),
    );
  });

  it('do not exist for an empty masked vector', () => {
    expect(() => updateChunks({ payload: masked, plaintextBytes: 0 })).toThrow(
      refusal('bad-update'),
    );
  });
});
