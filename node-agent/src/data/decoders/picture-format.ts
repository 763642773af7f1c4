/** Which of the formats we read a file has, by its first bytes; formats with scripts or links (SVG, PDF) never reach libvips. */

export type PictureFormat = 'jpeg' | 'png' | 'webp' | 'tiff';

/** Undefined for anything else. */
export function pictureFormat(bytes: Uint8Array): PictureFormat | undefined {
  if (hasText(bytes, '\xff\xd8\xff')) {
    return 'jpeg';
  }
  if (hasText(bytes, '\x89PNG\r\n\x1a\n')) {
    return 'png';
  }
  if (hasText(bytes, 'RIFF') && hasText(bytes, 'WEBP', 8)) {
    return 'webp';
  }
  return hasText(bytes, 'II*\0') || hasText(bytes, 'MM\0*') ? 'tiff' : undefined;
}

/** Whether a file that could not be decoded ends before its own structure says: it was cut, not damaged. */
export function isCutShort(bytes: Uint8Array, format: PictureFormat): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (format) {
    case 'jpeg':
      // The last marker of a whole file is the end of the image.
      return !hasText(bytes, '\xff\xd9', bytes.length - 2);
    case 'png':
      // The last chunk of a whole file is IEND: type, then four bytes of checksum.
      return !hasText(bytes, 'IEND', bytes.length - 8);
    case 'webp':
      return bytes.length >= 8 && bytes.length < 8 + view.getUint32(4, true);
    case 'tiff':
      // Writers put the directory behind the pixels; its offset is the second word.
      return bytes.length < 8 || bytes.length <= view.getUint32(4, hasText(bytes, 'II'));
  }
}

function hasText(bytes: Uint8Array, text: string, at = 0): boolean {
  return [...text].every((character, i) => bytes[at + i] === character.charCodeAt(0));
}
