/** The self-check of the log at any time: what each start does before it lets anybody in, and whoever keeps the machine when asked. */
import { Injectable } from '@nestjs/common';
import type { LogCheck } from '@consilium/shared/answers';
import { errorCodeOf, isConsiliumError } from '@consilium/shared/vocabulary';
import { CheckpointSigner } from '../audit/checkpoint-signer.js';
import { LogRepository } from '../audit/log.repository.js';
import { checkLog } from '../audit/self-check.js';
import { Database } from '../database/database.js';
import { Clock } from '../platform/clock.js';
import { Log } from '../platform/logging/log.js';

@Injectable()
export class LogChecks {
  private newest: LogCheck | undefined;
  private underWay: Promise<LogCheck> | undefined;

  constructor(
    private readonly signer: CheckpointSigner,
    private readonly repository: LogRepository,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Undefined until somebody has asked since the start. */
  get last(): LogCheck | undefined {
    return this.newest;
  }

  /** How many leaves there are, and how many of them the newest checkpoint covers. */
  async sizes(): Promise<{ readonly leaves: number; readonly signed: number }> {
    const signed = (await this.signer.memory.load())?.size ?? 0;
    const head = await this.database.read((reader) => this.repository.head(reader));
    return { leaves: head.size, signed };
  }

  /** A second one that is asked for meanwhile is the same. What is found wrong is the answer, and in the log of the process. */
  check(): Promise<LogCheck> {
    this.underWay ??= this.checkNow().finally(() => {
      this.underWay = undefined;
    });
    return this.underWay;
  }

  private async checkNow(): Promise<LogCheck> {
    const atMs = this.clock.nowMs();
    const startedMs = performance.now();
    const found = await this.findings();
    this.newest = { atMs, tookMs: Math.round(performance.now() - startedMs), ...found };
    return this.newest;
  }

  private async findings(): Promise<Omit<LogCheck, 'atMs' | 'tookMs'>> {
    // Loaded first: the rows may be ahead of it, never behind.
    const remembered = await this.signer.memory.load();
    const { noteKey: key } = this.signer;
    try {
      const head = await this.database.read((reader) =>
        checkLog(reader, { log: this.repository, key, remembered }),
      );
      return { leaves: head.size };
    } catch (error) {
      if (!isConsiliumError(error) || !error.code.startsWith('log-')) {
        throw error;
      }
      this.log.error('the log does not hold', error);
      return { leaves: 0, code: errorCodeOf(error), message: error.message };
    }
  }
}
