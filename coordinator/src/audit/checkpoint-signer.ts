/** The key of the log at work: signs checkpoints, reads them back, and says what the log is called. */
import { Inject, Injectable } from '@nestjs/common';
import { toBase64 } from '@consilium/shared/encoding';
import { formatCheckpoint, signNote, type NoteKey } from '@consilium/shared/log';
import { CONFIG } from '../config/config.module.js';
import type { CoordinatorConfig } from '../config/config-schema.js';
import { CoordinatorKeys } from '../config/coordinator-keys.js';
import { SignedMemory, type SignedCheckpoint } from './signed-memory.js';

/** What names a log for ever; leaf 0 holds it. */
export interface LogNames {
  readonly origin: string;
  /** base64 */
  readonly logKey: string;
  /** base64 */
  readonly coordinatorKey: string;
}

@Injectable()
export class CheckpointSigner {
  readonly names: LogNames;
  /** What checkpoints of this log are verified with. */
  readonly noteKey: NoteKey;
  /** The newest checkpoint that was signed, outside the database. */
  readonly memory: SignedMemory;

  constructor(
    @Inject(CONFIG) config: CoordinatorConfig,
    private readonly keys: CoordinatorKeys,
  ) {
    this.names = {
      origin: config.logOrigin,
      logKey: toBase64(keys.log.publicKey),
      coordinatorKey: toBase64(keys.identity.publicKey),
    };
    this.noteKey = { name: config.logOrigin, publicKey: keys.log.publicKey };
    this.memory = new SignedMemory(config.dataFolder, this.noteKey);
  }

  sign(size: number, root: Uint8Array): SignedCheckpoint {
    const checkpoint = { origin: this.noteKey.name, size, root };
    const note = signNote(formatCheckpoint(checkpoint), this.noteKey.name, this.keys.log);
    return { ...checkpoint, note };
  }
}
