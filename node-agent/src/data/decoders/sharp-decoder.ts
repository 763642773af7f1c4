/** JPEG, PNG, WebP and TIFF through libvips. Colours come as Pillow's `convert('RGB')` gives them: alpha and profiles dropped. */
import sharp from 'sharp';
import type { Decoded } from './decoder.js';

/** A decompression bomb is a small file that claims to be a huge picture. */
const MOST_PIXELS = 100_000_000;

/** libvips says it in the words of each format's library. */
const TRUNCATED =
  /premature|truncat|unexpected end|end of (file|stream|data)|eof|not enough|out of data|incomplete|read error/i;

/** Decodes the first picture of a file's bytes, upright as its EXIF orientation says. */
export async function decodeWithSharp(bytes: Uint8Array): Promise<Decoded> {
  if (!isKnownFormat(bytes)) {
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
    return { kind: 'image', image: { width, height, data: toRgb(data, channels) } };
  } catch (error) {
    return { kind: 'refused', rule: refusal(error) };
  }
}

/** The first bytes decide, so that formats with scripts or links (SVG, PDF) never reach the library. */
function isKnownFormat(bytes: Uint8Array): boolean {
  const begins = (signature: string, at = 0): boolean =>
    [...signature].every((character, i) => bytes[at + i] === character.charCodeAt(0));
  return (
    begins('\xff\xd8\xff') ||
    begins('\x89PNG\r\n\x1a\n') ||
    (begins('RIFF') && begins('WEBP', 8)) ||
    begins('II*\0') ||
    begins('MM\0*')
  );
}

function toRgb(data: Uint8Array, channels: number): Uint8Array {
  if (channels === 3) {
    return data;
  }
  const pixels = data.length / channels;
  const rgb = new Uint8Array(pixels * 3);
  for (let i = 0; i < pixels; i += 1) {
    rgb.fill(data[i * channels] ?? 0, i * 3, i * 3 + 3);
  }
  return rgb;
}

function refusal(error: unknown): 'truncated-image' | 'image-too-large' | 'not-an-image' {
  const message = error instanceof Error ? error.message : '';
  if (/pixel limit|dimensions|too large/i.test(message)) {
    return 'image-too-large';
  }
  return TRUNCATED.test(message) ? 'truncated-image' : 'not-an-image';
}
