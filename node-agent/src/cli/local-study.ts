/** A study run on this machine alone, with the same trainer process and the same arithmetic as in a federation. */
import { resolve } from 'node:path';
import type { StudyProtocol } from '@consilium/shared/protocol';
import { requireSchema } from '../participation/acceptance.js';
import { openRequest } from '../participation/study-setup.js';
import { StudyTrainer } from '../participation/study-trainer.js';
import { createLogger } from '../telemetry/logger.js';
import { LOCAL_LIMITS, type CliTools } from './cli-tools.js';

export interface LocalStudyArguments {
  readonly data: string;
  readonly backbone: string;
  readonly cache: string;
  /** Only the rows of this site; all rows of the folder without it. */
  readonly siteColumn?: string;
}

/** A trainer on the given folders; the caller stops it. */
export function openLocalTrainer(
  protocol: StudyProtocol,
  given: LocalStudyArguments,
  { trainers, environment }: CliTools,
): StudyTrainer {
  const request = openRequest(protocol, requireSchema(protocol), {
    dataFolder: resolve(given.data),
    backboneFolder: resolve(given.backbone),
    cacheFolder: resolve(given.cache),
    ...(given.siteColumn === undefined ? {} : { site: given.siteColumn }),
  });
  return new StudyTrainer({
    client: trainers(LOCAL_LIMITS)(),
    request,
    logger: createLogger(environment().logLevel ?? 'warn'),
  });
}
