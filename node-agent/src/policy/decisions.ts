/**
 * What people of the hospital decided, as their files say it now: policy, approvals, switches. A running agent reads them again
 * as soon as one changes, at the latest after a second, and drivers wait on them as they wait on the journal.
 */
import { watch, type FSWatcher } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import type { StudyId } from '@consilium/shared/vocabulary';
import { PRIVATE_FOLDER } from '../config/durable-file.js';
import type { Home } from '../config/home.js';
import { Waiters } from '../config/waiters.js';
import { errorFields, type Logger } from '../telemetry/logger.js';
import { parseApprovals, readApprovalTexts, type StudyApprovals } from './approvals.js';
import { parseControl, type Control } from './control.js';
import { parsePolicyText, readPolicyText, type EffectivePolicy } from './policy-file.js';

export interface Decisions extends EffectivePolicy {
  readonly approvals: ReadonlyMap<StudyId, StudyApprovals>;
  readonly control: Control;
}

/** Where fs.watch says nothing, as on some network drives. */
const POLL_MS = 1000;

interface Texts {
  readonly policy: string | undefined;
  readonly control: string | undefined;
  readonly approvals: ReadonlyMap<StudyId, string>;
}

export class SiteDecisions {
  private readonly waiters = new Waiters(() => this.state);
  private readonly watchers: FSWatcher[] = [];
  private timer: NodeJS.Timeout | undefined;
  private reading: Promise<void> = Promise.resolve();

  private constructor(
    private readonly home: Home,
    private readonly logger: Logger,
    private texts: string,
    private state: Decisions,
  ) {}

  /** @throws ConsiliumError 'bad-configuration', 'bad-encoding' for a file that cannot be read: an agent does not guess */
  static async open(home: Home, logger: Logger): Promise<SiteDecisions> {
    await mkdir(home.approvalsFolder, { recursive: true, mode: PRIVATE_FOLDER });
    const texts = await readTexts(home);
    const decisions = new SiteDecisions(home, logger, nameOf(texts), parseTexts(texts, refuse));
    decisions.watch();
    return decisions;
  }

  get current(): Decisions {
    return this.state;
  }

  /** Resolves with the first value that is not undefined, now or after a later change. @throws what select throws; the reason of the signal */
  until<T>(select: (decisions: Decisions) => T | undefined, signal: AbortSignal): Promise<T> {
    return this.waiters.until(select, signal);
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    for (const watcher of this.watchers) {
      watcher.close();
    }
    await this.reading;
  }

  private watch(): void {
    const look = (): void => {
      this.reading = this.reading.then(() => this.lookAgain());
    };
    for (const folder of [this.home.folder, this.home.approvalsFolder]) {
      try {
        const watcher = watch(folder, { persistent: false }, look);
        watcher.on('error', (error) => {
          this.logger.debug(errorFields(error), 'a folder is polled, not watched');
        });
        this.watchers.push(watcher);
      } catch (error) {
        this.logger.debug(errorFields(error), 'a folder is polled, not watched');
      }
    }
    this.timer = setInterval(look, POLL_MS);
    this.timer.unref();
  }

  /** A file with a fault changes nothing of its own, and the log says why; the others count: a pause waits for no policy. */
  private async lookAgain(): Promise<void> {
    const faults: unknown[] = [];
    try {
      const texts = await readTexts(this.home);
      const name = nameOf(texts);
      if (name === this.texts) {
        return;
      }
      this.texts = name;
      this.state = parseTexts(texts, (error) => {
        faults.push(error);
        return this.state;
      });
    } catch (error) {
      faults.push(error);
    }
    for (const fault of faults) {
      this.logger.error(errorFields(fault), 'a changed file of this site is not taken');
    }
    this.waiters.wake();
  }
}

async function readTexts(home: Home): Promise<Texts> {
  return {
    policy: await readPolicyText(home.policyFile),
    control: await readPolicyText(home.controlFile),
    approvals: await readApprovalTexts(home),
  };
}

/** @param instead what a file with a fault is replaced with; may throw the fault */
function parseTexts(
  { policy, control, approvals }: Texts,
  instead: (fault: unknown) => Decisions,
): Decisions {
  const orInstead = <T>(parse: () => T, part: (before: Decisions) => T): T => {
    try {
      return parse();
    } catch (error) {
      return part(instead(error));
    }
  };
  return {
    ...orInstead<EffectivePolicy>(
      () => parsePolicyText(policy ?? ''),
      ({ policy: before, hash }) => ({ policy: before, hash }),
    ),
    control: orInstead(
      () => parseControl(control),
      (before) => before.control,
    ),
    approvals: orInstead(
      () => new Map([...approvals].map(([study, text]) => [study, parseApprovals(study, text)])),
      (before) => before.approvals,
    ),
  };
}

function refuse(fault: unknown): never {
  throw fault;
}

function nameOf({ policy, control, approvals }: Texts): string {
  return JSON.stringify([policy, control, [...approvals]]);
}
