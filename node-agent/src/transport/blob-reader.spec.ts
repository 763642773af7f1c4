import { contentHash } from '@consilium/shared/crypto';
import type { SiteReply, SiteRequest } from '@consilium/shared/protocol';
import { readBlob } from './blob-reader.js';
import type { Requests } from './coordinator-link.js';

const BYTES = Uint8Array.from({ length: 2_500_000 }, (_, i) => i % 251);
const { signal } = new AbortController();

function holderOf(bytes: Uint8Array, reply?: SiteReply): Requests & { readonly lengths: number[] } {
  const lengths: number[] = [];
  return {
    lengths,
    request: (message: SiteRequest) => {
      if (message.kind !== 'blob.read') {
        throw new Error('unexpected');
      }
      const { offset, length } = message;
      lengths.push(length);
      const attachment = bytes.subarray(offset, offset + length);
      return Promise.resolve({ reply: reply ?? { kind: 'blob', size: bytes.length }, attachment });
    },
  };
}

describe('reading a blob', () => {
  it('takes pieces of at most a mebibyte and gives the whole', async () => {
    const holder = holderOf(BYTES);
    const bytes = await readBlob(holder, { hash: contentHash(BYTES), maxBytes: 1e7, signal });
    expect(contentHash(bytes)).toBe(contentHash(BYTES));
    expect(holder.lengths).toEqual([1_048_576, 1_048_576, 402_848]);
  });

  it('refuses bytes that are not those of the hash', async () => {
    const order = { hash: contentHash(new Uint8Array(3)), maxBytes: 1e7, signal };
    await expect(readBlob(holderOf(BYTES), order)).rejects.toMatchObject({ code: 'proof-invalid' });
  });

  it('refuses a blob that is longer than expected before it is read', async () => {
    const holder = holderOf(BYTES);
    const order = { hash: contentHash(BYTES), maxBytes: 1000, signal };
    await expect(readBlob(holder, order)).rejects.toMatchObject({ code: 'message-too-large' });
    expect(holder.lengths).toEqual([1000]);
  });

  it('refuses empty pieces instead of asking for ever', async () => {
    const holder = holderOf(new Uint8Array(), { kind: 'blob', size: 10 });
    const order = { hash: contentHash(BYTES), maxBytes: 1000, signal };
    await expect(readBlob(holder, order)).rejects.toMatchObject({ code: 'bad-message' });
  });

  it('passes on the code of a problem', async () => {
    const problem: SiteReply = { kind: 'problem', code: 'not-found', title: '', detail: '' };
    const order = { hash: contentHash(BYTES), maxBytes: 1000, signal };
    await expect(readBlob(holderOf(BYTES, problem), order)).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});
