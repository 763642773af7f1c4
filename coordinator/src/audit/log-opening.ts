/** Opens the log at each start: checks it against everything known about it, or writes its first leaf; then signs. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { leafSchema } from '@consilium/shared/protocol';
import { ConsiliumError, PROTOCOL_VERSION } from '@consilium/shared/vocabulary';
import { Database } from '../database/database.js';
import type { Reader, Transaction } from '../database/transaction.js';
import { Log } from '../platform/logging/log.js';
import { SOFTWARE_VERSION } from '../platform/software-version.js';
import { AuditService } from './audit.service.js';
import { CheckpointSigner, type LogNames } from './checkpoint-signer.js';
import { LogRepository } from './log.repository.js';
import { checkLog } from './self-check.js';
import { Sequencer } from './sequencer.js';

@Injectable()
export class LogOpening implements OnModuleInit {
  constructor(
    private readonly signer: CheckpointSigner,
    private readonly database: Database,
    private readonly repository: LogRepository,
    private readonly audit: AuditService,
    private readonly sequencer: Sequencer,
    private readonly log: Log,
  ) {}

  /** @throws ConsiliumError 'log-inconsistent' | 'log-rollback' | 'bad-configuration': the coordinator does not start. */
  async onModuleInit(): Promise<void> {
    const remembered = await this.signer.memory.load();
    const { noteKey: key } = this.signer;
    const head = await this.database.read(async (reader) => {
      await this.requireSameLog(reader);
      return checkLog(reader, { log: this.repository, key, remembered });
    });
    this.log.info('log checked', { leaves: head.size });
    await this.database.transaction((tx) => this.greet(tx));
    await this.sequencer.start(remembered);
  }

  private async greet(tx: Transaction): Promise<void> {
    await openEmptyLog(tx, this.repository, this.audit, this.signer.names);
    await this.audit.append(tx, {
      type: 'software.version',
      version: SOFTWARE_VERSION,
      node: process.versions.node,
      protocol: PROTOCOL_VERSION,
    });
  }

  /** Other keys would make every site refuse the coordinator; better to say so here. */
  private async requireSameLog(reader: Reader): Promise<void> {
    const [first] = await this.repository.leaves(reader, 0, 1);
    if (first === undefined) {
      return;
    }
    const opened = leafSchema.safeParse(JSON.parse(first.leaf));
    if (!opened.success || opened.data.type !== 'log.opened') {
      throw new ConsiliumError('log-inconsistent', 'leaf 0 does not open the log', {
        detail: { index: 0 },
      });
    }
    const { origin, logKey, coordinatorKey } = this.signer.names;
    const { data } = opened;
    if (
      data.origin !== origin ||
      data.logKey !== logKey ||
      data.coordinatorKey !== coordinatorKey
    ) {
      throw new ConsiliumError(
        'bad-configuration',
        `the log was opened as ${data.origin} with other keys: restore logOrigin and the key files that belong to ${this.database.place}`,
      );
    }
  }
}

/** The first leaf names the keys; whoever appends before the first start writes it before that. */
export async function openEmptyLog(
  tx: Transaction,
  repository: LogRepository,
  audit: AuditService,
  names: LogNames,
): Promise<void> {
  const { size } = await repository.lockHead(tx);
  if (size === 0) {
    await audit.append(tx, { type: 'log.opened', ...names });
  }
}
