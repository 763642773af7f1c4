/**
 * Signs the committed end of the log. Order on disk: leaves committed, checkpoint remembered in a file, checkpoint stored as a
 * row, only then given to anybody; so no crash and no restored backup makes it sign two different histories.
 */
import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { formatCheckpoint, frontierRoot, signNote, type NoteKey } from '@consilium/shared/log';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { CONFIG } from '../config/config.module.js';
import type { CoordinatorConfig } from '../config/config-schema.js';
import { CoordinatorKeys } from '../config/coordinator-keys.js';
import { Database } from '../database/database.js';
import { Clock } from '../platform/clock.js';
import { Log } from '../platform/logging/log.js';
import { AuditService } from './audit.service.js';
import { LogRepository } from './log.repository.js';
import { SignedMemory, type SignedCheckpoint } from './signed-memory.js';

/** A failed signature (full disk) is tried again after this. */
const RETRY_MS = 5000;

@Injectable()
export class Sequencer implements BeforeApplicationShutdown {
  readonly noteKey: NoteKey;
  readonly memory: SignedMemory;
  private readonly listeners = new Set<(checkpoint: SignedCheckpoint) => void>();
  private latest: SignedCheckpoint | undefined;
  private signing: Promise<void> | undefined;
  private again = false;
  private failure: unknown;
  private stopListening: () => void = () => undefined;
  private cancelRetry: () => void = () => undefined;

  constructor(
    @Inject(CONFIG) config: CoordinatorConfig,
    private readonly keys: CoordinatorKeys,
    private readonly database: Database,
    private readonly repository: LogRepository,
    private readonly audit: AuditService,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {
    this.noteKey = { name: config.logOrigin, publicKey: keys.log.publicKey };
    this.memory = new SignedMemory(config.dataFolder, this.noteKey);
  }

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
    return this.latest !== undefined && this.latest.size > leafIndex ? this.latest : this.signNow();
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
        this.failure = error;
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
    const checkpoint = this.sign({
      origin: this.noteKey.name,
      size: head.size,
      root: frontierRoot(head),
    });
    await this.memory.save(checkpoint);
    await this.store(checkpoint);
    this.latest = checkpoint;
    this.listeners.forEach((listener) => {
      listener(checkpoint);
    });
  }

  private sign(checkpoint: Omit<SignedCheckpoint, 'note'>): SignedCheckpoint {
    return {
      ...checkpoint,
      note: signNote(formatCheckpoint(checkpoint), this.noteKey.name, this.keys.log),
    };
  }

  private async store(checkpoint: SignedCheckpoint): Promise<void> {
    await this.database.transaction((tx) =>
      this.repository.addCheckpoint(tx, checkpoint, this.clock.nowMs()),
    );
  }
}
