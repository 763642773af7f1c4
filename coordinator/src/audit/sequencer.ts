/**
 * Signs the committed end of the log. Order on disk: leaves committed, checkpoint remembered in a file, checkpoint stored as a
 * row, only then given to anybody; so no crash and no restored backup makes it sign two different histories.
 */
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { frontierRoot } from '@consilium/shared/log';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { Database } from '../database/database.js';
import { Clock } from '../platform/clock.js';
import { Log } from '../platform/logging/log.js';
import { AuditService } from './audit.service.js';
import { CheckpointSigner } from './checkpoint-signer.js';
import { LogRepository } from './log.repository.js';
import type { SignedCheckpoint } from './signed-memory.js';

/** A failed signature (full disk) is tried again after this. */
const RETRY_MS = 5000;

@Injectable()
export class Sequencer implements BeforeApplicationShutdown {
  private readonly listeners = new Set<(checkpoint: SignedCheckpoint) => void>();
  private latest: SignedCheckpoint | undefined;
  private signing: Promise<void> | undefined;
  private again = false;
  private failure: Error | undefined;
  private stopListening: () => void = () => undefined;
  private cancelRetry: () => void = () => undefined;

  constructor(
    private readonly signer: CheckpointSigner,
    private readonly database: Database,
    private readonly repository: LogRepository,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** @param remembered what the self-check has compared with the leaves; its row may be missing after a crash. */
  async start(remembered: SignedCheckpoint | undefined): Promise<void> {
    if (remembered !== undefined) {
      await this.store(remembered);
      this.latest = remembered;
    }
    this.stopListening = this.audit.appended.listen(() => {
      this.wake();
    });
    await this.signNow();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopListening();
    this.cancelRetry();
    await this.signing;
  }

  /** Calls back with each new checkpoint. */
  onSigned(listener: (checkpoint: SignedCheckpoint) => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /**
   * A checkpoint that covers all leaves committed so far. Call it outside of transactions.
   * @throws ConsiliumError 'log-rollback' | 'disk-full' | 'database-busy'
   */
  async signNow(): Promise<SignedCheckpoint> {
    this.wake();
    await this.signing;
    if (this.latest === undefined || this.failure !== undefined) {
      throw this.failure ?? new ConsiliumError('wrong-state', 'the log is empty');
    }
    return this.latest;
  }

  /** A checkpoint whose size is above the leaf's index. */
  async covering(leafIndex: number): Promise<SignedCheckpoint> {
    if (this.latest !== undefined && this.latest.size > leafIndex) {
      return this.latest;
    }
    // Leaves that are appended meanwhile are signed after it: whoever waits for this one need not wait for those.
    let stopListening = (): void => undefined;
    const covering = new Promise<SignedCheckpoint>((resolve) => {
      stopListening = this.onSigned((checkpoint) => {
        if (checkpoint.size > leafIndex) {
          resolve(checkpoint);
        }
      });
    });
    return Promise.race([covering, this.signNow()]).finally(stopListening);
  }

  /** @throws what the last try to sign failed with. */
  requireSigning(): void {
    if (this.failure !== undefined) {
      throw this.failure;
    }
  }

  private wake(): void {
    this.again = true;
    this.signing ??= this.signUntilQuiet().finally(() => {
      this.signing = undefined;
    });
  }

  private async signUntilQuiet(): Promise<void> {
    while (this.again) {
      this.again = false;
      try {
        await this.signOnce();
        this.failure = undefined;
      } catch (error) {
        this.failure = toError(error);
        this.log.error('the log could not be signed', error);
        this.cancelRetry();
        this.cancelRetry = this.clock.after(RETRY_MS, () => {
          this.wake();
        });
      }
    }
  }

  private async signOnce(): Promise<void> {
    const head = await this.database.readCommitted((reader) => this.repository.head(reader));
    const signedSize = this.latest?.size ?? 0;
    if (head.size < signedSize) {
      throw new ConsiliumError(
        'log-rollback',
        `the log has ${head.size} leaves but ${signedSize} were signed`,
      );
    }
    if (head.size === signedSize) {
      return;
    }
    const checkpoint = this.signer.sign(head.size, frontierRoot(head));
    await this.signer.memory.save(checkpoint);
    await this.store(checkpoint);
    this.latest = checkpoint;
    this.listeners.forEach((listener) => {
      listener(checkpoint);
    });
  }

  private async store(checkpoint: SignedCheckpoint): Promise<void> {
    await this.database.transaction((tx) =>
      this.repository.addCheckpoint(tx, checkpoint, this.clock.nowMs()),
    );
  }
}

function toError(error: unknown): Error {
  return error instanceof Error
    ? error
    : new ConsiliumError('internal', 'the log could not be signed', { cause: error });
}
