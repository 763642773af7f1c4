/** The trunk cache of a study as its trainer is told of it, and its end. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { StudyId } from '@consilium/shared/vocabulary';
import type { CacheConfig } from '../config/agent-config.js';
import { studyFolder, type Home } from '../config/home.js';
import { ensureCacheSecret, studyCacheKey } from '../identity/cache-key.js';
import type { TrunkCache } from '../trainer-link/messages.js';

/** @throws ConsiliumError 'secret-unreadable' when others may read the site's secret, or the file holds none */
export async function openTrunkCache(
  home: Home,
  { quota, precision }: CacheConfig,
  studyId: StudyId,
): Promise<TrunkCache> {
  await eraseUnencrypted(home, studyId);
  return {
    folder: studyFolder(home, studyId).cacheFolder,
    quotaFolder: home.cacheFolder,
    quotaBytes: quota,
    precision,
    key: studyCacheKey(await ensureCacheSecret(home.cacheKeyFile), studyId),
  };
}

/** What was computed from the images of a study that is over for this site; its trainer has ended. */
export async function eraseTrunkCache(home: Home, studyId: StudyId): Promise<void> {
  await rm(studyFolder(home, studyId).cacheFolder, { recursive: true, force: true });
  await eraseUnencrypted(home, studyId);
}

/** Version 0.1.0 kept activations there in clear. */
async function eraseUnencrypted(home: Home, studyId: StudyId): Promise<void> {
  await rm(join(studyFolder(home, studyId).folder, 'cache'), { recursive: true, force: true });
}
