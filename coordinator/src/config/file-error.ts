/** Why a file cannot be written, for whoever named it. */
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { errorCode } from './error-code.js';

/** What the file system says, in words; every other error as it is. */
export function toFileError(path: string, error: unknown): unknown {
  switch (errorCode(error)) {
    case 'EEXIST':
      return new ConsiliumError('conflict', `${path} exists: name another place`);
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EISDIR':
    case 'EACCES':
    case 'EROFS':
      return new ConsiliumError('bad-request', `${path} cannot be written`, { cause: error });
    case 'ENOSPC':
    case 'EDQUOT':
      return new ConsiliumError('disk-full', `the disk of ${path} is full`, { cause: error });
    default:
      return error;
  }
}
