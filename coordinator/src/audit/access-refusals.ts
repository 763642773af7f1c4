/**
 * Attempts of strangers become leaves `access.refused`: the first of its kind at once, those of the next minute summed into one.
 * docs/protocol/v1.md section 5.
 */
import {
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Database } from '../database/database.js';
import { Clock } from '../platform/clock.js';
import { Refusals, type RefusedAccess } from '../platform/http/refusals.js';
import { Log } from '../platform/logging/log.js';
import { AuditService } from './audit.service.js';
import { RefusalWindows } from './refusal-windows.js';

@Injectable()
export class AccessRefusals implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly windows: RefusalWindows<RefusedAccess>;
  private writing: Promise<void> = Promise.resolve();
  private stopListening: () => void = () => undefined;

  constructor(
    private readonly refusals: Refusals,
    private readonly audit: AuditService,
    private readonly database: Database,
    private readonly log: Log,
    clock: Clock,
  ) {
    this.windows = new RefusalWindows(clock, 1, (what, more) => {
      this.write(what, more);
    });
  }

  onApplicationBootstrap(): void {
    this.stopListening = this.refusals.onRefused((what) => {
      if (this.windows.take(what)) {
        this.write(what, 1);
      }
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopListening();
    this.windows.close();
    await this.settled();
  }

  /** Resolves when what was refused so far is in the log. */
  async settled(): Promise<void> {
    await this.writing;
  }

  /** One after the other: strangers get no more than one place in the queue for the database. */
  private write(what: RefusedAccess, count: number): void {
    this.writing = this.writing
      .then(() =>
        this.database.transaction(async (tx) => {
          await this.audit.append(tx, { type: 'access.refused', what, count });
        }),
      )
      .catch((error: unknown) => {
        this.log.error('refused attempts could not be recorded', error, { what, count });
      });
  }
}
