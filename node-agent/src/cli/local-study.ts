/** A study run on this machine alone, with the same trainer process and the same arithmetic as in a federation. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { requireModel } from '@consilium/shared/catalogue';
import { randomBytes } from '@consilium/shared/crypto';
import type { StudyProtocol } from '@consilium/shared/protocol';
import { cacheConfigSchema } from '../config/agent-config.js';
import { PRIVATE_FOLDER } from '../config/durable-file.js';
import { requireFolderConsent } from '../config/licence-consent.js';
import { ensureCacheSecret, studyCacheKey } from '../identity/cache-key.js';
import { requireSchema } from '../participation/acceptance.js';
import { openRequest } from '../participation/study-setup.js';
import { StudyTrainer } from '../participation/study-trainer.js';
import { createLogger } from '../telemetry/logger.js';
import { LOCAL_LIMITS, type CliTools } from './cli-tools.js';
import { readLicences } from './licences.js';

export interface LocalStudyArguments {
  readonly data: string;
  readonly backbone: string;
  readonly cache: string;
  /** File with the secret of the cache, made if there is none; without it the cache is of this run alone. */
  readonly cacheKey?: string;
  /** Only the rows of these sites; all rows when empty. */
  readonly siteColumn: readonly string[];
  /** Id of the catalogue, where neither the study nor the folder's own files name the model. */
  readonly model?: string;
  readonly home?: string;
}

/** A trainer on the given folders. */
export interface LocalStudy {
  readonly trainer: StudyTrainer;
  /** Ends the trainer, and deletes a cache that nobody can read any more. */
  readonly close: () => Promise<void>;
}

/**
 * The caller closes it.
 * @param protocol its private adapter, if it has one, is part of the model: withoutPrivate leaves it out
 * @throws ConsiliumError 'licence-not-accepted' as for a study that a site joins, 'not-found' for an unknown model,
 *   'secret-unreadable' when others may read the file of the cache's secret, or it holds none
 */
export async function openLocalStudy(
  protocol: StudyProtocol,
  given: LocalStudyArguments,
  tools: CliTools,
): Promise<LocalStudy> {
  await requireLicence(protocol, given, tools);
  const schema = requireSchema(protocol);
  const cache = await openCache(given);
  const { quota: quotaBytes, precision } = cacheConfigSchema.parse({});
  const request = openRequest(protocol, schema, {
    dataFolder: resolve(given.data),
    backboneFolder: resolve(given.backbone),
    cache: {
      folder: cache.folder,
      quotaFolder: cache.quotaFolder,
      quotaBytes,
      precision,
      key: studyCacheKey(cache.secret, protocol.studyId),
    },
    sites: [...given.siteColumn],
  });
  const trainer = new StudyTrainer({
    client: tools.trainers(LOCAL_LIMITS)(),
    request,
    logger: createLogger(tools.environment().logLevel ?? 'warn'),
  });
  const close = async (): Promise<void> => {
    await trainer.stop();
    await cache.close();
  };
  return { trainer, close };
}

/** The study with what its sites share alone: a private adapter is a site's own part of a model whose rest is shared. */
export function withoutPrivate(protocol: StudyProtocol): StudyProtocol {
  return { ...protocol, privateAdapter: undefined };
}

async function requireLicence(
  { backbone }: StudyProtocol,
  given: LocalStudyArguments,
  tools: CliTools,
): Promise<void> {
  const named = given.model === undefined ? undefined : requireModel(given.model).id;
  const licences = await readLicences(given.home, tools);
  await requireFolderConsent(resolve(given.backbone), [backbone.model, named], licences);
}

interface LocalCache {
  readonly quotaFolder: string;
  readonly folder: string;
  readonly secret: Uint8Array;
  readonly close: () => Promise<void>;
}

async function openCache({ cache, cacheKey }: LocalStudyArguments): Promise<LocalCache> {
  const parent = join(resolve(cache), 'trunk-cache');
  await mkdir(parent, { recursive: true, mode: PRIVATE_FOLDER });
  if (cacheKey !== undefined) {
    const secret = await ensureCacheSecret(resolve(cacheKey));
    const folder = join(parent, 'kept');
    return { quotaFolder: parent, folder, secret, close: () => Promise.resolve() };
  }
  const folder = await mkdtemp(join(parent, 'run-'));
  const close = (): Promise<void> => rm(folder, { recursive: true, force: true });
  return { quotaFolder: parent, folder, secret: randomBytes(32), close };
}
