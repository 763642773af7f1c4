/** A checkpoint that somebody kept: a signed note in a file, or the last one of an older bundle. */
import { readFileSync, statSync } from 'node:fs';
import { lastCheckpoint, type PinnedKeys } from '@consilium/shared/verify';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { openBundleFolder } from './bundle-folder.js';

/** More than any note of a log needs. */
const LARGEST_NOTE = 16_384;

/** @throws ConsiliumError 'not-found' or 'bad-encoding' when there is none to read; of a bundle as `lastCheckpoint` */
export function readSavedCheckpoint(path: string, pinned: PinnedKeys): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) {
    throw new ConsiliumError('not-found', `there is no file ${path}`);
  }
  if (stats.isDirectory()) {
    return lastCheckpoint(openBundleFolder(path), pinned);
  }
  if (!stats.isFile() || stats.size > LARGEST_NOTE) {
    throw new ConsiliumError('bad-encoding', `${path} is no checkpoint that was kept`);
  }
  return readFileSync(path, 'utf8');
}
