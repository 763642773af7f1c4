/**
 * The newest checkpoint that was signed, in a file beside the database. A backup that is put back into the database is older
 * than this file, so the log refuses to go on from it (security.md 4.3, test 45).
 */
import { open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseCheckpoint, verifyNote, type Checkpoint, type NoteKey } from '@consilium/shared/log';
import { ConsiliumError, isConsiliumError } from '@consilium/shared/vocabulary';
import { errorCode } from '../config/error-code.js';
import { syncFolder } from '../config/sync-folder.js';

/** In the data folder. */
export const CHECKPOINT_FILE = 'log-checkpoint';

export interface SignedCheckpoint extends Checkpoint {
  /** C2SP signed note. */
  readonly note: string;
}

/** @throws ConsiliumError 'checkpoint-invalid' | 'bad-signature' */
export function readSignedCheckpoint(note: string, key: NoteKey): SignedCheckpoint {
  return { ...parseCheckpoint(verifyNote(note, key).body), note };
}

export class SignedMemory {
  readonly file: string;

  constructor(
    folder: string,
    private readonly key: NoteKey,
  ) {
    this.file = join(folder, CHECKPOINT_FILE);
  }

  /** @throws ConsiliumError 'log-inconsistent' if the file is there but not signed by this log. */
  async load(): Promise<SignedCheckpoint | undefined> {
    let note: string;
    try {
      note = await readFile(this.file, 'utf8');
    } catch (error) {
      if (errorCode(error) === 'ENOENT') {
        return undefined;
      }
      throw error;
    }
    try {
      return readSignedCheckpoint(note, this.key);
    } catch (cause) {
      const reason = isConsiliumError(cause) ? cause.message : 'unreadable';
      throw new ConsiliumError(
        'log-inconsistent',
        `${this.file} holds no checkpoint of this log: ${reason}`,
        { cause },
      );
    }
  }

  /** On disk when it resolves; a crash leaves the old checkpoint or the new one. */
  async save(checkpoint: SignedCheckpoint): Promise<void> {
    const draft = `${this.file}.new`;
    try {
      await writeSynced(draft, checkpoint.note);
      await rename(draft, this.file);
      await syncFolder(dirname(this.file));
    } catch (cause) {
      throw toDiskError(cause, this.file);
    }
  }
}

async function writeSynced(file: string, text: string): Promise<void> {
  const handle = await open(file, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function toDiskError(cause: unknown, file: string): ConsiliumError {
  const code = errorCode(cause);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const message = `the disk of ${file} is full: free space there; the checkpoint is signed then`;
    return new ConsiliumError('disk-full', message, { cause });
  }
  const message = `${file} cannot be written (${code}): give the coordinator a data folder of its own`;
  return new ConsiliumError('internal', message, { cause });
}
