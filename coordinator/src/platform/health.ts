/** What must work for the coordinator to be of use; each module adds its own check. */
import type { Log } from './logging/log.js';

/** Throws or rejects with a sentence when the thing does not work. */
export type HealthCheck = () => Promise<void>;

export interface Readiness {
  readonly ready: boolean;
  /** Name of each check and whether it passed; reasons go to the log, since anybody may ask. */
  readonly checks: Readonly<Record<string, boolean>>;
}

const TIMEOUT_MS = 3000;

export class Health {
  private readonly checks = new Map<string, HealthCheck>();

  constructor(private readonly log: Log) {}

  add(name: string, check: HealthCheck): void {
    this.checks.set(name, check);
  }

  async readiness(): Promise<Readiness> {
    const results = await Promise.all(
      [...this.checks].map(
        async ([name, check]) => [name, await this.passes(name, check)] as const,
      ),
    );
    return { ready: results.every(([, passed]) => passed), checks: Object.fromEntries(results) };
  }

  private async passes(name: string, check: HealthCheck): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`no answer within ${TIMEOUT_MS} ms`));
      }, TIMEOUT_MS);
    });
    try {
      await Promise.race([check(), late]);
      return true;
    } catch (error) {
      this.log.error('health check failed', error, { check: name });
      return false;
    } finally {
      clearTimeout(timer);
    }
  }
}
