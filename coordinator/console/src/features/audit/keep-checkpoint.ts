/** Keeps a checkpoint in this browser, unless it contradicts the one that is kept: that one is evidence then. */
import { grownSince } from './grown-since.js';
import { readCheckpoint } from './proofs.js';
import { saveCheckpoint, savedCheckpoint } from './saved-checkpoint.js';

/**
 * @param note signed note
 * @returns 'contradicts' where the log as it is now does not begin with what it signed before
 * @throws ApiProblem; ConsiliumError where the log did not sign the note
 */
export async function keepCheckpoint(
  note: string,
  logKey: string,
): Promise<'kept' | 'contradicts'> {
  const { size } = readCheckpoint(note, logKey);
  const saved = savedCheckpoint(localStorage);
  if (saved !== undefined) {
    const { verdict } = await grownSince(saved.note, saved.logKey);
    if (!verdict.holds) {
      return 'contradicts';
    }
  }
  saveCheckpoint(localStorage, { note, logKey, size, savedAtMs: Date.now() });
  return 'kept';
}
