/** JPEG, PNG, WebP and TIFF through libvips. Colours come as Pillow's `convert('RGB')` gives them: alpha and profiles dropped. */
import sharp from 'sharp';
import type { Decoded } from './decoder.js';
import { isCutShort, pictureFormat } from './picture-format.js';

/** A decompression bomb is a small file that claims to be a huge picture. */
const MOST_PIXELS = 100_000_000;

/** Decodes the first picture of a file's bytes, upright as its EXIF orientation says. */
export async function decodeWithSharp(bytes: Uint8Array): Promise<Decoded> {
  const format = pictureFormat(bytes);
  if (format === undefined) {
    return { kind: 'refused', rule: 'not-an-image' };
  }
  try {
    const { data, info } = await sharp(bytes, {
      failOn: 'error',
      limitInputPixels: MOST_PIXELS,
      ignoreIcc: true,
      autoOrient: true,
    })
      .toColourspace('srgb')
      .removeAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    return channels === 3
      ? { kind: 'image', image: { width, height, data } }
      : { kind: 'refused', rule: 'not-an-image' };
  } catch (error) {
    return { kind: 'refused', rule: refusal(error, isCutShort(bytes, format)) };
  }
}

function refusal(
  error: unknown,
  cutShort: boolean,
): 'truncated-image' | 'image-too-large' | 'not-an-image' {
  const message = error instanceof Error ? error.message : '';
  if (message.includes('pixel limit')) {
    return 'image-too-large';
  }
  return cutShort || message.includes('premature end') ? 'truncated-image' : 'not-an-image';
}
