/** A bundle in a folder. What lies there is untrusted: nothing but plain files within it is read, and no link is followed. */
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  type Dirent,
} from 'node:fs';
import { join } from 'node:path';
import type { BundleSource } from '@consilium/shared/verify';
import { ConsiliumError } from '@consilium/shared/vocabulary';

/** Folders within each other; a bundle has two. */
const LARGEST_DEPTH = 4;
/** More than the longest study has; a folder with more is not a bundle. */
const LARGEST_COUNT = 500_000;

/**
 * Lists the folder once. Links, sockets and folders too deep are listed as files, so that the verifier names them, and cannot be
 * read.
 * @throws ConsiliumError 'bundle-invalid' unless it is a readable folder that holds a `bundle.json`
 */
export function openBundleFolder(folder: string): BundleSource {
  requireBundle(folder);
  const kinds = listFolder(folder);
  return {
    paths: () => [...kinds.keys()],
    read: (path, maxBytes) => {
      const kind = kinds.get(path);
      if (kind !== 'file') {
        throw kind === undefined ? missing(path) : notAFile(path, kind);
      }
      return readPlainFile(join(folder, path), path, maxBytes);
    },
  };
}

function requireBundle(folder: string): void {
  const entries = readFolder(folder);
  if (entries === undefined) {
    throw new ConsiliumError('bundle-invalid', `${folder} is not a readable folder`);
  }
  if (!entries.some(({ name }) => name === 'bundle.json')) {
    throw new ConsiliumError('bundle-invalid', `${folder} holds no bundle.json`);
  }
}

type Kind = 'file' | 'link' | 'other';

function listFolder(root: string): ReadonlyMap<string, Kind> {
  const kinds = new Map<string, Kind>();

  function add(path: string, kind: Kind): void {
    kinds.set(path, kind);
    if (kinds.size > LARGEST_COUNT) {
      throw new ConsiliumError('bundle-invalid', `${root} holds over ${LARGEST_COUNT} files`);
    }
  }

  function list(prefix: string, entries: readonly Dirent[], depth: number): void {
    for (const entry of entries) {
      const path = `${prefix}${entry.name}`;
      const isInner = entry.isDirectory() && depth < LARGEST_DEPTH;
      const inner = isInner ? readFolder(join(root, path)) : undefined;
      if (inner === undefined) {
        add(path, kindOf(entry));
      } else {
        list(`${path}/`, inner, depth + 1);
      }
    }
  }

  list('', readFolder(root) ?? [], 1);
  return kinds;
}

function kindOf(entry: Dirent): Kind {
  if (entry.isFile()) {
    return 'file';
  }
  return entry.isSymbolicLink() ? 'link' : 'other';
}

/** Undefined when it is no folder or may not be read. */
function readFolder(folder: string): Dirent[] | undefined {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return undefined;
  }
}

/** O_NOFOLLOW, since a link may have taken the file's place after the folder was listed. */
function readPlainFile(file: string, path: string, maxBytes: number): Uint8Array {
  const descriptor = openFile(file, path);
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) {
      throw notAFile(path, 'other');
    }
    if (stats.size > maxBytes) {
      throw new ConsiliumError(
        'message-too-large',
        `${path} has ${stats.size} bytes, at most ${maxBytes} are read`,
      );
    }
    return readBytes(descriptor, path, stats.size);
  } finally {
    closeSync(descriptor);
  }
}

function openFile(file: string, path: string): number {
  try {
    return openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (cause) {
    throw new ConsiliumError('not-found', `${path} cannot be opened`, { cause });
  }
}

function readBytes(descriptor: number, path: string, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let at = 0;
  while (at < size) {
    const read = readSync(descriptor, bytes, at, size - at, at);
    if (read === 0) {
      throw new ConsiliumError('bundle-invalid', `${path} became shorter while it was read`);
    }
    at += read;
  }
  return bytes;
}

function missing(path: string): ConsiliumError {
  return new ConsiliumError('not-found', `the bundle has no file ${path}`);
}

function notAFile(path: string, kind: Kind): ConsiliumError {
  const found = kind === 'link' ? 'a symbolic link' : 'not a plain file';
  return new ConsiliumError('bundle-invalid', `${path} is ${found}`);
}
