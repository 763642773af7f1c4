/** The log and what it stands on, put together without Nest, for specs. */
import { generateSigningKeyPair, randomBytes } from '@consilium/shared/crypto';
import type { CoordinatorConfig } from '../../config/config-schema.js';
import { CoordinatorKeys } from '../../config/coordinator-keys.js';
import { loadConfig } from '../../config/load-config.js';
import type { Database } from '../../database/database.js';
import { Log } from '../../platform/logging/log.js';
import { Metrics } from '../../platform/metrics.js';
import { FakeClock } from '../../platform/testing/fake-clock.js';
import { AuditService } from '../audit.service.js';
import { CheckpointSigner } from '../checkpoint-signer.js';
import { LogOpening } from '../log-opening.js';
import { LogReader } from '../log-reader.service.js';
import { LogRepository } from '../log.repository.js';
import { Sequencer } from '../sequencer.js';

export interface AuditBench {
  readonly config: CoordinatorConfig;
  readonly keys: CoordinatorKeys;
  readonly clock: FakeClock;
  readonly repository: LogRepository;
  readonly audit: AuditService;
  readonly signer: CheckpointSigner;
  readonly sequencer: Sequencer;
  readonly reader: LogReader;
  /** Does what a start does: check, first leaves, checkpoint. */
  open(): Promise<void>;
}

export function testKeys(): CoordinatorKeys {
  return new CoordinatorKeys(generateSigningKeyPair(), generateSigningKeyPair(), randomBytes(32));
}

/** @param folder where the newest checkpoint is remembered. */
export function auditBench(database: Database, folder: string, keys = testKeys()): AuditBench {
  const config = loadConfig({ environment: {}, flags: { dataFolder: folder } });
  const clock = new FakeClock();
  const log = Log.to('silent');
  const repository = new LogRepository();
  const audit = new AuditService(repository, clock, new Metrics());
  const signer = new CheckpointSigner(config, keys);
  const sequencer = new Sequencer(signer, database, repository, audit, clock, log);
  const opening = new LogOpening(signer, database, repository, audit, sequencer, log);
  const reader = new LogReader(database, repository, sequencer);
  return {
    config,
    keys,
    clock,
    repository,
    audit,
    signer,
    sequencer,
    reader,
    open: () => opening.onModuleInit(),
  };
}
