/** Writes an adapter of a study to a file. */
import { createContentHash } from '@consilium/shared/crypto';
import { ConsiliumError, LIMITS, type StudyId } from '@consilium/shared/vocabulary';
import type { Answer, Api } from './api.js';
import { writeNewFile } from './new-file.js';

/**
 * @param round whose adapter it is, the newest if not given
 * @returns where the file is, how long it is, and the hash that the log knows it by.
 */
export async function writeAdapter(
  api: Api,
  studyId: StudyId,
  file: string,
  round?: string,
): Promise<Answer> {
  const query = round === undefined ? '' : `?round=${encodeURIComponent(round)}`;
  const hash = createContentHash();
  let bytes = 0;
  await writeNewFile(file, async function* () {
    for await (const part of api.download(`v1/studies/${studyId}/adapter${query}`)) {
      bytes += part.length;
      if (bytes > LIMITS.adapterBytes + LIMITS.safetensorsHeaderBytes) {
        throw new ConsiliumError('message-too-large', 'the adapter is larger than one can be');
      }
      hash.update(part);
      yield part;
    }
  });
  const value = { file, hash: hash.digest(), bytes };
  return { text: JSON.stringify(value), value };
}
