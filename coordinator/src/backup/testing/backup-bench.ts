/** Coordinators without Nest, their rows, blobs and keys, for specs that back them up and put them back. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseStudyId, type ContentHash } from '@consilium/shared/vocabulary';
import { actTables } from '../../acts/act-tables.js';
import { auditTables } from '../../audit/audit-tables.js';
import { auditBench, type AuditBench } from '../../audit/testing/audit-bench.js';
import { appendLeaves } from '../../audit/testing/append-leaves.js';
import { LocalBlobStore } from '../../blobs/blob-store.local.js';
import type { CoordinatorConfig } from '../../config/config-schema.js';
import {
  KEY_FILES,
  keysFolder,
  loadOrCreateKeys,
  type CoordinatorKeys,
} from '../../config/coordinator-keys.js';
import { loadConfig } from '../../config/load-config.js';
import type { DatabaseLocation } from '../../database/data-source.js';
import type { Database } from '../../database/database.js';
import type { Tables } from '../../database/tables.js';
import { TestDatabases, type TestDatabaseKind } from '../../database/testing/test-databases.js';
import { evaluationTables } from '../../evaluations/evaluation-tables.js';
import { AdapterCheckpointEntity } from '../../models/adapter-checkpoint.entity.js';
import { modelTables } from '../../models/model-tables.js';
import {
  OneTimeSecretEntity,
  SessionEntity,
  TokenEntity,
} from '../../operators/credential.entity.js';
import { operatorTables } from '../../operators/operator-tables.js';
import { SystemClock } from '../../platform/clock.js';
import { OutboxEntity } from '../../platform/outbox/outbox.entity.js';
import { platformTables } from '../../platform/platform-tables.js';
import { AttemptEntity } from '../../rounds/attempt.entity.js';
import { ParticipantEntity } from '../../rounds/participant.entity.js';
import { RoundSecretsEntity } from '../../rounds/round-secrets.entity.js';
import { roundTables } from '../../rounds/round-tables.js';
import { siteTables } from '../../sites/site-tables.js';
import { studyTables } from '../../studies/study-tables.js';
import { keysOf, sealFrames } from '../backup-frames.js';
import { backupFrames } from '../make-backup.js';
import { restoreBackup, type RestoreWish } from '../restore-backup.js';
import { writeWholeFile } from '../whole-file.js';

export const KEY_OF_PASSPHRASE = keysOf('correct horse battery staple');

/** All that a coordinator has. */
export const TABLES: readonly Tables[] = [
  platformTables,
  auditTables,
  operatorTables,
  siteTables,
  modelTables,
  studyTables,
  actTables,
  evaluationTables,
  roundTables,
];

export interface Place {
  readonly config: CoordinatorConfig;
  readonly location: DatabaseLocation;
}

export class BackupBench {
  private readonly databases: TestDatabases;

  constructor(kind: TestDatabaseKind) {
    this.databases = new TestDatabases(kind);
  }

  folder(): string {
    return this.databases.folder();
  }

  async emptyPlace(): Promise<Place> {
    const location = await this.databases.location();
    const dataFolder = location.driver === 'sqlite' ? location.folder : this.databases.folder();
    const database = location.driver === 'sqlite' ? {} : { driver: 'postgres', url: location.url };
    return { location, config: loadConfig({ environment: {}, flags: { dataFolder, database } }) };
  }

  /** One that has run, unless the place holds one already. */
  async coordinator(place?: Place): Promise<BenchCoordinator> {
    const { config, location } = place ?? (await this.emptyPlace());
    const database = await this.databases.open(TABLES, location);
    const keys = loadOrCreateKeys(config);
    const audit = auditBench(database, config.dataFolder, keys);
    await audit.open();
    const blobs = await LocalBlobStore.open(join(config.dataFolder, 'blobs'));
    const target = join(this.folder(), 'backup');
    return new BenchCoordinator({ config, location }, database, keys, audit, blobs, target);
  }

  async restore(
    file: string,
    given: Partial<Omit<RestoreWish, 'file'>> & { readonly place?: Place } = {},
  ) {
    const place = given.place ?? (await this.emptyPlace());
    const { keyOf = KEY_OF_PASSPHRASE, checkpoints = new Map<string, string>() } = given;
    const target = { ...place, tables: TABLES, clock: new SystemClock() };
    const restored = await restoreBackup(target, { file, keyOf, checkpoints });
    return { place, restored };
  }
}

export class BenchCoordinator {
  constructor(
    readonly place: Place,
    private readonly database: Database,
    readonly keys: CoordinatorKeys,
    readonly audit: AuditBench,
    readonly blobs: LocalBlobStore,
    private readonly target: string,
  ) {}

  /** As they stand in their files. */
  get keyLines(): readonly string[] {
    const folder = keysFolder(this.place.config);
    return Object.values(KEY_FILES).map((name) => readFileSync(join(folder, name), 'utf8').trim());
  }

  async backUp(path = this.target): Promise<string> {
    const sources = { ...this.place, blobs: this.blobs, nowMs: 1_764_000_000_000 };
    const frames = backupFrames(sources, () => undefined);
    await writeWholeFile(path, sealFrames(KEY_OF_PASSPHRASE, frames));
    return path;
  }

  appendLeaves(count: number): Promise<void> {
    return appendLeaves(this.database, this.audit, count);
  }

  async leafTypes(): Promise<readonly string[]> {
    const leaves = await this.database.read((reader) =>
      this.audit.repository.leaves(reader, 0, 99),
    );
    return leaves.map(({ leaf }) => (JSON.parse(leaf) as { readonly type: string }).type);
  }

  /** Of a study's adapter, with its row. */
  async addCheckpoint(content: string): Promise<ContentHash> {
    const { hash } = await this.blobs.put(Buffer.from(content));
    const row = { studyId: parseStudyId('smears'), roundNo: 0, hash, ringSumHash: '' };
    await this.database.transaction((tx) => tx.rows.insert(AdapterCheckpointEntity, row));
    return hash;
  }

  /** Of a message that is owed to a site now. */
  async messageNumber(): Promise<number> {
    const body = { studyId: 'smears', siteId: 'northgate', kind: 'x', body: '{}', createdAtMs: 1 };
    return this.database.transaction(async (tx) => {
      const { identifiers } = await tx.rows.insert(OutboxEntity, body);
      return Number((identifiers[0] as Pick<OutboxEntity, 'id'>).id);
    });
  }

  /** An open attempt with its key and the shares of a site, and somebody who is signed in. */
  async addSecrets(): Promise<void> {
    const common = { hash: 'hash', operatorId: 'op-0123456789ab', createdAtMs: 1, expiresAtMs: 2 };
    const attemptId = randomUUID().replaceAll('-', '');
    const siteId = 'northgate';
    await this.database.transaction(async (tx) => {
      await tx.rows.insert(AttemptEntity, {
        ...{ attemptId, studyId: 'smears', roundNo: 1 },
        ...{ attemptNo: 1, phase: 'collecting', manifest: '{"tab":"\\t"}', manifestHash: 'hash' },
        ...{ sealedKey: Buffer.from('a sealed key'), openedAtMs: 1 },
      });
      const place = { attemptId, siteId };
      await tx.rows.insert(ParticipantEntity, {
        ...{ ...place, state: 'invited', isPeer: false, isSharer: false },
      });
      const secrets = { ...place, entries: '[]', unmasking: null };
      await tx.rows.insert(RoundSecretsEntity, secrets);
      await tx.rows.insert(TokenEntity, { ...common, tokenId: 't', label: 'x', rights: '[]' });
      const times = { seenAtMs: 1, authenticatedAtMs: 1 };
      await tx.rows.insert(SessionEntity, { ...common, ...times, sessionId: 's', method: 'link' });
      await tx.rows.insert(OneTimeSecretEntity, { ...common, purpose: 'link', content: '{}' });
    });
  }

  /** How many rows there are, and how many attempts have a key. */
  async secrets(): Promise<Readonly<Record<string, number>>> {
    return this.database.read(async ({ rows }) => ({
      operator_sessions: await rows.count(SessionEntity),
      operator_tokens: await rows.count(TokenEntity),
      operator_secrets: await rows.count(OneTimeSecretEntity),
      round_secrets: await rows.count(RoundSecretsEntity),
      attempts: await rows.count(AttemptEntity),
      sealedKeys: (await rows.find(AttemptEntity)).filter(({ sealedKey }) => sealedKey !== null)
        .length,
    }));
  }
}
