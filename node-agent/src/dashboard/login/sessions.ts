/** Who is signed in on the agent page: sessions in memory, so a restart of the agent ends them all. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const IDLE_MS = 8 * 3_600_000;
const MOST = 100;
const TOKEN_BYTES = 32;

export interface Session {
  /** Stands in every form of the session and must come back with it. */
  readonly formToken: string;
}

interface Kept extends Session {
  lastMs: number;
}

export class Sessions {
  /** By the hash of the cookie's token. */
  private readonly byHash = new Map<string, Kept>();

  /** @param now the wall clock, in milliseconds */
  constructor(private readonly now: () => number) {}

  /** @returns the token for the cookie; 256 random bits */
  begin(): string {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const [oldest] = this.byHash.keys();
    if (this.byHash.size >= MOST && oldest !== undefined) {
      this.byHash.delete(oldest);
    }
    const formToken = randomBytes(TOKEN_BYTES).toString('base64url');
    this.byHash.set(hashOf(token), { formToken, lastMs: this.now() });
    return token;
  }

  /** Undefined where the token is none, or was not used for eight hours. */
  find(token: string | undefined): Session | undefined {
    const hash = hashOf(token ?? '');
    const session = this.byHash.get(hash);
    if (session === undefined) {
      return undefined;
    }
    if (this.now() - session.lastMs > IDLE_MS) {
      this.byHash.delete(hash);
      return undefined;
    }
    session.lastMs = this.now();
    return session;
  }

  end(token: string | undefined): void {
    this.byHash.delete(hashOf(token ?? ''));
  }

  /** After a new password: whoever signed in with the old one is out. */
  endAll(): void {
    this.byHash.clear();
  }
}

/** In constant time. */
export function isFormToken({ formToken }: Session, given: string | null): boolean {
  const expected = Buffer.from(formToken);
  const bytes = Buffer.from(given ?? '');
  return bytes.length === expected.length && timingSafeEqual(bytes, expected);
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}
