/**
 * Writes an evidence bundle into a folder, file by file, each held against the index. Whether the evidence is true is for
 * `consilium-verify` to say; here only what was announced is taken.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { contentHashOf, createContentHash } from '@consilium/shared/crypto';
import { canonicalBytes } from '@consilium/shared/encoding';
import {
  BUNDLE_PATHS,
  signedBundleIndexSchema,
  type BundleIndex,
} from '@consilium/shared/protocol';
import { ConsiliumError, type ContentHash, type StudyId } from '@consilium/shared/vocabulary';
import { z } from 'zod';
import type { Answer, Api } from './api.js';
import { writeNewFile } from './new-file.js';
import { fillNewFolder } from './new-folder.js';
import type { Terminal } from './terminal.js';

const answerSchema = z.object({ index: signedBundleIndexSchema });

/** No segment begins with a dot, so none of these leaves the folder. */
const INNER_PATH = /^[a-z0-9][a-z0-9.-]*(?:\/[a-z0-9][a-z0-9.-]*)*$/;

type Entry = BundleIndex['files'][number];

/**
 * @returns the coordinator's answer: the signed index.
 * @throws ConsiliumError 'conflict' when the folder is not empty, 'bundle-invalid' when a file is not the one of the index;
 * after a failure the folder is as empty as before.
 */
export async function writeBundle(
  api: Api,
  studyId: StudyId,
  folder: string,
  terminal: Terminal,
): Promise<Answer> {
  return fillNewFolder(folder, '--out', async () => {
    const answer = await api.get(`v1/studies/${studyId}/bundle`);
    const { index } = parseAnswer(answer);
    const { files } = index.body;
    files.forEach(requireInnerPath);
    const bundle = contentHashOf(index);
    for (const [i, entry] of files.entries()) {
      terminal.say(`${i + 1} of ${files.length}: ${entry.path}\n`);
      await writeEntry(api, { studyId, bundle, entry }, folder);
    }
    // Last, so that a folder with an index is a whole bundle.
    await writeFile(join(folder, BUNDLE_PATHS.index), canonicalBytes(index), { flag: 'wx' });
    return answer;
  });
}

function parseAnswer({ value }: Answer): z.infer<typeof answerSchema> {
  const parsed = answerSchema.safeParse(value);
  if (!parsed.success) {
    throw new ConsiliumError('bundle-invalid', 'the coordinator sent no bundle index');
  }
  return parsed.data;
}

function requireInnerPath({ path }: Entry): void {
  if (!INNER_PATH.test(path) || path === BUNDLE_PATHS.index) {
    throw new ConsiliumError('bundle-invalid', 'the index names a path that no bundle has');
  }
}

interface EntryOfBundle {
  readonly studyId: StudyId;
  /** Names the bundle among those that the coordinator holds. */
  readonly bundle: ContentHash;
  readonly entry: Entry;
}

async function writeEntry(
  api: Api,
  { studyId, bundle, entry }: EntryOfBundle,
  folder: string,
): Promise<void> {
  const target = join(folder, ...entry.path.split('/'));
  await mkdir(dirname(target), { recursive: true });
  const query = new URLSearchParams({ path: entry.path, bundle });
  const hash = createContentHash();
  let bytes = 0;
  await writeNewFile(target, async function* () {
    for await (const part of api.download(
      `v1/studies/${studyId}/bundle/file?${query.toString()}`,
    )) {
      bytes += part.length;
      requireSame(entry, bytes <= entry.bytes);
      hash.update(part);
      yield part;
    }
  });
  requireSame(entry, bytes === entry.bytes && hash.digest() === entry.hash);
}

function requireSame({ path }: Entry, holds: boolean): void {
  if (!holds) {
    throw new ConsiliumError('bundle-invalid', `${path} is not the file that the index names`);
  }
}
