/** Where a bundle is read from: a folder, or files in memory. Everything a source gives is untrusted. */
import { ConsiliumError } from '../vocabulary/index.js';

export interface BundleSource {
  /** Every file there is, listed or not, relative to the bundle, with `/` between folders. */
  paths(): readonly string[];
  /**
   * @throws ConsiliumError 'not-found' where there is no such file, 'message-too-large' above maxBytes, before it is read
   */
  read(path: string, maxBytes: number): Uint8Array;
}

/** One file of a bundle. */
export interface BundleFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** A bundle in memory. */
export function bundleFromFiles(files: readonly BundleFile[]): BundleSource {
  const byPath = new Map(files.map(({ path, bytes }) => [path, bytes]));
  return {
    paths: () => [...byPath.keys()],
    read: (path, maxBytes) => {
      const bytes = byPath.get(path);
      if (bytes === undefined) {
        throw new ConsiliumError('not-found', `the bundle has no file ${path}`);
      }
      return requireSize(path, bytes, maxBytes);
    },
  };
}

function requireSize(path: string, bytes: Uint8Array, maxBytes: number): Uint8Array {
  if (bytes.length > maxBytes) {
    throw new ConsiliumError(
      'message-too-large',
      `${path} has ${bytes.length} bytes, at most ${maxBytes} are read`,
    );
  }
  return bytes;
}
