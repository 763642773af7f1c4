/**
 * Passwords with Argon2id (RFC 9106) through @node-rs/argon2 2.2.1, at the OWASP minimum of 19 MiB, 2 passes, 1 lane. Each
 * check takes one of two places: a flood of guesses waits or is turned away, it does not take all cores and all memory.
 */
import { Injectable } from '@nestjs/common';
import { hash, verify, type Algorithm } from '@node-rs/argon2';
import { randomBytes } from '@consilium/shared/crypto';
import { toHex } from '@consilium/shared/encoding';
import { ConsiliumError } from '@consilium/shared/vocabulary';

/** The library's `Algorithm.Argon2id`; its const enum cannot be imported where files are compiled one by one. */
const ARGON2ID: Algorithm = 2;
const PARAMETERS = { algorithm: ARGON2ID, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

const SHORTEST = 12;
const LONGEST = 256;
const AT_ONCE = 2;
const WAITING = 16;

@Injectable()
export class Passwords {
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  /** The hash of a password that nobody knows. */
  private nobodys: Promise<string> | undefined;

  /**
   * @throws ConsiliumError 'bad-request' when it is too short or too long (NIST SP 800-63B section 5.1.1.2: length is what
   * counts), 'quota-exceeded' when too many are being computed.
   */
  async hash(password: string): Promise<string> {
    const text = normalised(password);
    const length = [...text].length;
    if (length < SHORTEST || length > LONGEST) {
      const message = `password: expected ${SHORTEST} to ${LONGEST} characters, got ${length}`;
      throw new ConsiliumError('bad-request', message);
    }
    return this.inTurn(() => hash(text, PARAMETERS));
  }

  /**
   * @param expected undefined where there is no such person or no password: the work is the same, the answer false.
   * @throws ConsiliumError 'quota-exceeded' when too many are being computed.
   */
  async verify(expected: string | undefined, password: string): Promise<boolean> {
    return this.inTurn(async () => {
      this.nobodys ??= hash(toHex(randomBytes(32)), PARAMETERS);
      const holds = await verify(expected ?? (await this.nobodys), normalised(password));
      return holds && expected !== undefined;
    });
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.running < AT_ONCE) {
      this.running += 1;
    } else if (this.waiting.length < WAITING) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    } else {
      throw new ConsiliumError('quota-exceeded', 'too many people sign in at this moment');
    }
    try {
      return await work();
    } finally {
      this.passOn();
    }
  }

  /** The place goes to the next in line; it is free when there is none. */
  private passOn(): void {
    const next = this.waiting.shift();
    if (next === undefined) {
      this.running -= 1;
    } else {
      next();
    }
  }
}

/** The same password typed on two keyboards is the same bytes (NIST SP 800-63B section 5.1.1.2). */
function normalised(password: string): string {
  return password.normalize('NFKC');
}
