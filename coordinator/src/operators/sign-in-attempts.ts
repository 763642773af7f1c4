/**
 * Slows guessing down: after some failures a name waits, twice as long after each further one, but never for good. Names that
 * nobody has are treated the same, so the wait tells nothing. The failures are rows, so that neither a restart nor another process
 * of the coordinator forgets them; tries during a wait write nothing, and there is an end to the rows. A name is kept as a keyed
 * hash: people type passwords where the name belongs, and whoever steals the database shall not try words against them.
 */
import { Injectable } from '@nestjs/common';
import { hkdf } from '@consilium/shared/crypto';
import { toHex, utf8 } from '@consilium/shared/encoding';
import { ConsiliumError } from '@consilium/shared/vocabulary';
import { CoordinatorKeys } from '../config/coordinator-keys.js';
import { Database } from '../database/database.js';
import { Clock } from '../platform/clock.js';
import { SignInAttemptsRepository, type Failures } from './sign-in-attempts.repository.js';

/** Failures that cost nothing: people mistype. */
const FREE = 5;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 5 * 60_000;
/** After so long without another try the failures are forgotten. */
const MEMORY_MS = 60 * 60_000;
const NAMES = 10_000;
const HASH_BYTES = 32;

@Injectable()
export class SignInAttempts {
  constructor(
    private readonly database: Database,
    private readonly repository: SignInAttemptsRepository,
    private readonly keys: CoordinatorKeys,
    private readonly clock: Clock,
  ) {}

  /**
   * Call it before the password is looked at: the try counts as failed until `succeeded` says otherwise, so that many tries
   * at once gain nothing.
   * @throws ConsiliumError 'quota-exceeded' while the name waits; the tries of that time do not count.
   */
  async begin(name: string): Promise<void> {
    const nameHash = this.hashOf(name);
    const nowMs = this.clock.nowMs();
    await this.database.transaction(async (tx) => {
      const past = await this.repository.find(tx, nameHash);
      const count = past === undefined || nowMs - past.lastAtMs > MEMORY_MS ? 0 : past.count;
      requireOpen({ count, lastAtMs: past?.lastAtMs ?? 0 }, nowMs);
      await this.repository.forget(tx, { beforeMs: nowMs - MEMORY_MS, keep: NAMES - 1 });
      await this.repository.save(tx, nameHash, { count: count + 1, lastAtMs: nowMs });
    });
  }

  async succeeded(name: string): Promise<void> {
    const nameHash = this.hashOf(name);
    await this.database.transaction((tx) => this.repository.delete(tx, nameHash));
  }

  private hashOf(name: string): string {
    const info = utf8(`consilium sign-in attempt\n${name}`);
    return toHex(hkdf(this.keys.keyEncryptionKey, new Uint8Array(), info, HASH_BYTES));
  }
}

/** @throws ConsiliumError 'quota-exceeded' */
function requireOpen({ count, lastAtMs }: Failures, nowMs: number): void {
  const openAtMs = lastAtMs + waitMs(count);
  if (nowMs < openAtMs) {
    const seconds = Math.ceil((openAtMs - nowMs) / 1000);
    throw new ConsiliumError('quota-exceeded', `too many failures: try again in ${seconds} s`, {
      detail: { seconds },
    });
  }
}

function waitMs(failures: number): number {
  return failures < FREE ? 0 : Math.min(FIRST_WAIT_MS * 2 ** (failures - FREE), LONGEST_WAIT_MS);
}
