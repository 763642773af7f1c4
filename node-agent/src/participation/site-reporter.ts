/** Tells the coordinator how this site is: after each connect, and when it is no longer what was said last. */
import type { SiteReport } from '@consilium/shared/protocol';
import type { StudyId } from '@consilium/shared/vocabulary';
import { studyFolder, type Home } from '../config/home.js';
import { errorFields } from '../telemetry/logger.js';
import type { ProgressReport } from '../telemetry/progress.js';
import { readDatasetNote, type DatasetNote } from './dataset-note.js';
import type { SiteContext } from './site-context.js';
import { siteReport } from './site-report.js';

/** Events after which something in the report may be another. */
const CHANGES: ReadonlySet<ProgressReport['event']> = new Set<ProgressReport['event']>([
  'connected',
  'awaiting-approval',
  'joined',
  'declined-study',
  'declined-round',
  'result',
  'aborted',
  'study-completed',
  'study-failed',
  'study-halted',
  'withdrawn',
]);

export interface ReporterOrder {
  readonly site: Pick<SiteContext, 'link' | 'journal' | 'decisions' | 'logger'>;
  readonly home: Home;
  /** The studies that agent.yaml names. */
  readonly named: ReadonlySet<StudyId>;
  readonly signal: AbortSignal;
}

export class SiteReporter {
  /** What the coordinator has, as JSON. */
  private said = '';
  private isWaiting = false;
  private work: Promise<void> = Promise.resolve();

  constructor(private readonly order: ReporterOrder) {
    void this.watchPause();
  }

  /** Something happened at this site. */
  noticed(event: ProgressReport['event']): void {
    if (event === 'connected') {
      // Another coordinator process may have another database.
      this.said = '';
    }
    if (CHANGES.has(event)) {
      this.wake();
    }
  }

  /** Resolves when nothing is being said any more; call it once the signal says stop. */
  settled(): Promise<void> {
    return this.work;
  }

  private wake(): void {
    if (!this.isWaiting) {
      this.isWaiting = true;
      this.work = this.work.then(async () => {
        this.isWaiting = false;
        await this.sayIfNew();
      });
    }
  }

  /** A report that cannot be made or is refused stops nothing else. */
  private async sayIfNew(): Promise<void> {
    const { site, signal } = this.order;
    try {
      const report = await this.report();
      const text = JSON.stringify(report);
      if (text === this.said || signal.aborted) {
        return;
      }
      this.said = text;
      const { reply } = await site.link.request({ kind: 'site.report', report }, { signal });
      if (reply.kind !== 'accepted') {
        site.logger.warn({ reply }, 'the report of this site was not taken');
      }
    } catch (error) {
      if (!signal.aborted) {
        site.logger.warn(errorFields(error), 'this site could not be reported');
      }
    }
  }

  private async report(): Promise<SiteReport> {
    const { site, home, named } = this.order;
    const notes = new Map<StudyId, DatasetNote>();
    for (const { studyId } of Object.values(site.journal.state.studies)) {
      const note = await readDatasetNote(studyFolder(home, studyId).datasetFile);
      if (note !== undefined) {
        notes.set(studyId, note);
      }
    }
    const { control, policy } = site.decisions.current;
    return siteReport({
      studies: site.journal.state.studies,
      notes,
      named,
      isPaused: control.pause !== undefined,
      minCell: policy.data.minCell,
    });
  }

  private async watchPause(): Promise<void> {
    const { site, signal } = this.order;
    try {
      for (let before = site.decisions.current.control.pause; ;) {
        const now = await site.decisions.until(
          ({ control }) => (control.pause === before ? undefined : { pause: control.pause }),
          signal,
        );
        before = now.pause;
        this.wake();
      }
    } catch (error) {
      if (!signal.aborted) {
        site.logger.warn(errorFields(error), 'switches are no longer reported');
      }
    }
  }
}
