/** What others do in the transaction that takes a passkey from its person: a lost passkey shall not go on signing acts. */
import { Injectable, Module } from '@nestjs/common';
import type { Transaction } from '../database/transaction.js';
import type { Passkey } from './passkeys.repository.js';

type Listener = (tx: Transaction, passkey: Passkey) => Promise<void>;

@Injectable()
export class PasskeyRemovals {
  private readonly listeners: Listener[] = [];

  /** Call it in `onModuleInit`. */
  listen(listener: Listener): void {
    this.listeners.push(listener);
  }

  async removed(tx: Transaction, passkeys: readonly Passkey[]): Promise<void> {
    for (const passkey of passkeys) {
      for (const listener of this.listeners) {
        await listener(tx, passkey);
      }
    }
  }
}

/** By itself, so that whoever listens needs no accounts. */
@Module({ providers: [PasskeyRemovals], exports: [PasskeyRemovals] })
export class PasskeyRemovalsModule {}
