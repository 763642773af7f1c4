/** Opens an image file: its bytes, their hash and its pixels, or the rule it breaks. */
import { readFile, stat } from 'node:fs/promises';
import { contentHash } from '@consilium/shared/crypto';
import type { ContentHash } from '@consilium/shared/vocabulary';
import type { DatasetRule } from '../trainer-link/messages.js';
import type { RgbImage } from './decoders/decoder.js';
import { decodeWithSharp } from './decoders/sharp-decoder.js';

const MOST_BYTES = 512 * 1024 * 1024;

export type OpenedImage =
  | { readonly kind: 'image'; readonly hash: ContentHash; readonly image: RgbImage }
  | { readonly kind: 'refused'; readonly rule: DatasetRule };

/** Reads, hashes and decodes one file. */
export async function openImage(path: string): Promise<OpenedImage> {
  const bytes = await readImageFile(path);
  if (typeof bytes === 'string') {
    return { kind: 'refused', rule: bytes };
  }
  const decoded = await decodeWithSharp(bytes);
  return decoded.kind === 'image' ? { ...decoded, hash: contentHash(bytes) } : decoded;
}

async function readImageFile(path: string): Promise<Uint8Array | DatasetRule> {
  try {
    const { size } = await stat(path);
    return size > MOST_BYTES ? 'image-too-large' : await readFile(path);
  } catch {
    return 'unreadable-file';
  }
}
