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
  /** Only the rows of these sites; all rows when empty. */
  readonly siteColumn: readonly string[];
}

/**
 * A trainer on the given folders; the caller stops it. It knows of no private adapter: that is a site's own part of a model whose
 * rest is shared, and here nothing is.
 */
export function openLocalTrainer(
  protocol: StudyProtocol,
  given: LocalStudyArguments,
  { trainers, environment }: CliTools,
): StudyTrainer {
  const shared = { ...protocol, privateAdapter: undefined };
  const request = openRequest(shared, requireSchema(protocol), {
    dataFolder: resolve(given.data),
    backboneFolder: resolve(given.backbone),
    cacheFolder: resolve(given.cache),
    sites: [...given.siteColumn],
  });
  return new StudyTrainer({
    client: trainers(LOCAL_LIMITS)(),
    request,
    logger: createLogger(environment().logLevel ?? 'warn'),
  });
}
