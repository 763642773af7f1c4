import sharp from 'sharp';
import type { RgbImage } from './decoder.js';
import { decodeWithSharp } from './sharp-decoder.js';

/** 40 x 24 pixels with something to compress. */
const WIDTH = 40;
const HEIGHT = 24;
const pixels = Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (_, i) => (i * 37) % 251);

const drawn = (channels: 1 | 3 | 4 = 3) =>
  sharp(
    channels === 3
      ? pixels
      : Uint8Array.from({ length: WIDTH * HEIGHT * channels }, (_, i) => (i * 37) % 251),
    { raw: { width: WIDTH, height: HEIGHT, channels } },
  );

async function decoded(bytes: Uint8Array): Promise<RgbImage> {
  const result = await decodeWithSharp(bytes);
  if (result.kind === 'refused') {
    throw new Error(`refused: ${result.rule}`);
  }
  return result.image;
}

describe('decodeWithSharp', () => {
  it.each([
    ['PNG', drawn().png()],
    ['WebP', drawn().webp({ lossless: true })],
    ['TIFF', drawn().tiff({ compression: 'lzw' })],
  ])('reads %s without loss', async (_, image) => {
    const { width, height, data } = await decoded(await image.toBuffer());
    expect([width, height]).toEqual([WIDTH, HEIGHT]);
    expect(Buffer.from(data)).toEqual(Buffer.from(pixels));
  });

  it('reads JPEG', async () => {
    const { width, height, data } = await decoded(await drawn().jpeg({ quality: 90 }).toBuffer());
    expect([width, height, data.length]).toEqual([WIDTH, HEIGHT, pixels.length]);
  });

  it('repeats grey in three channels', async () => {
    const bytes = await drawn(1).toColourspace('b-w').png().toBuffer();
    const { data } = await decoded(bytes);
    expect([...data.subarray(0, 6)]).toEqual([0, 0, 0, 37, 37, 37]);
  });

  it('reduces 16 bits to 8', async () => {
    const bytes = await drawn().toColourspace('rgb16').png().toBuffer();
    const { data } = await decoded(bytes);
    expect(Buffer.from(data)).toEqual(Buffer.from(pixels));
  });

  it('drops alpha without blending', async () => {
    const { data } = await decoded(await drawn(4).png().toBuffer());
    expect([...data.subarray(0, 6)]).toEqual([0, 37, 74, 148, 185, 222]);
  });

  it('turns a picture upright as EXIF says', async () => {
    const bytes = await drawn().withMetadata({ orientation: 6 }).png().toBuffer();
    const { width, height, data } = await decoded(bytes);
    expect([width, height]).toEqual([HEIGHT, WIDTH]);
    const topRight = (HEIGHT - 1) * 3;
    expect(data.subarray(topRight, topRight + 3)).toEqual(pixels.subarray(0, 3));
  });

  it.each([
    ['text', Buffer.from('no picture')],
    ['nothing', Buffer.alloc(0)],
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')],
    [
      'a header and noise',
      Buffer.concat([
        Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
        Buffer.alloc(99, 7),
        Buffer.from('IENDxxxx'),
      ]),
    ],
  ])('refuses %s as no image', async (_, bytes) => {
    expect(await decodeWithSharp(bytes)).toEqual({ kind: 'refused', rule: 'not-an-image' });
  });

  it.each([
    ['JPEG', drawn().jpeg({ quality: 95 })],
    ['PNG', drawn().png()],
    ['WebP', drawn().webp({ lossless: true })],
    ['TIFF', drawn().tiff({ compression: 'none' })],
  ])('refuses a truncated %s', async (_, image) => {
    const bytes = await image.toBuffer();
    const cut = bytes.subarray(0, Math.floor(bytes.length * 0.6));
    expect(await decodeWithSharp(cut)).toEqual({ kind: 'refused', rule: 'truncated-image' });
  });

  it('refuses a picture of more than a hundred million pixels by its header', async () => {
    const bytes = await drawn().png().toBuffer();
    bytes.writeUInt32BE(20_000, 16);
    bytes.writeUInt32BE(20_000, 20);
    const result = await decodeWithSharp(bytes);
    expect(result).toEqual({ kind: 'refused', rule: 'image-too-large' });
  });
});
