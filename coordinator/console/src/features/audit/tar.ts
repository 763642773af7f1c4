/** An evidence bundle as one file: a tar archive (POSIX.1-2001, pax interchange format, its ustar headers). */
import type { BundleFile } from '@consilium/shared/verify';

const BLOCK = 512;
const NAME_BYTES = 100;
const PREFIX_BYTES = 155;
/** Octal digits of the size field, so the largest file has 8 GiB. */
const SIZE_DIGITS = 11;

/** @param folder what all files stand below @throws RangeError for a path that no header holds */
export function tarOf(folder: string, files: readonly BundleFile[], atMs: number): Blob {
  const parts = files.flatMap(({ path, bytes }) => [
    headerOf(`${folder}/${path}`, bytes.length, atMs),
    Uint8Array.from(bytes),
    new Uint8Array((BLOCK - (bytes.length % BLOCK)) % BLOCK),
  ]);
  return new Blob([...parts, new Uint8Array(2 * BLOCK)], { type: 'application/x-tar' });
}

function headerOf(path: string, bytes: number, atMs: number): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(BLOCK);
  const write = (at: number, text: string): void => {
    header.set(new TextEncoder().encode(text), at);
  };
  const { prefix, name } = splitPath(path);
  write(0, name);
  write(100, '0000644\0');
  write(108, '0000000\0');
  write(116, '0000000\0');
  write(124, `${octal(bytes)}\0`);
  write(136, `${octal(Math.floor(atMs / 1000))}\0`);
  // The checksum counts its own field as spaces.
  write(148, ' '.repeat(8));
  write(156, '0');
  write(257, 'ustar\0');
  write(263, '00');
  write(345, prefix);
  const sum = header.reduce((total, byte) => total + byte, 0);
  write(148, `${sum.toString(8).padStart(6, '0')}\0 `);
  return header;
}

function splitPath(path: string): { readonly prefix: string; readonly name: string } {
  if (path.length <= NAME_BYTES) {
    return { prefix: '', name: path };
  }
  const cut = path.indexOf('/', path.length - NAME_BYTES - 1);
  if (cut < 0 || cut > PREFIX_BYTES) {
    throw new RangeError(`${path} is too long for a tar header`);
  }
  return { prefix: path.slice(0, cut), name: path.slice(cut + 1) };
}

function octal(value: number): string {
  return value.toString(8).padStart(SIZE_DIGITS, '0');
}
